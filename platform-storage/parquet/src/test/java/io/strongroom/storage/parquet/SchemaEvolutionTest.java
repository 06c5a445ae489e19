package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaChange;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every change that is called additive or widening: a file that parquet-avro wrote under the old
 * schema and one of ours under the new are read under the new, and DuckDB says what they hold.
 */
@Tag("verify")
class SchemaEvolutionTest {
  private static final DatasetSpec SPEC =
      new DatasetSpec(
          new DatasetRef(Layer.SILVER, "payments", "2-items"),
          DatasetMode.APPEND,
          Protection.SEALED,
          ConflictRule.NONE,
          "v1");
  private static final SchemaField ID =
      SchemaField.required("id", Scalar.LONG, Classification.INTERNAL);
  private static final int ROWS = 5;

  @TempDir Path folder;

  private static SchemaField field(String type) {
    return SchemaField.required("x", FieldType.parse(type), Classification.INTERNAL);
  }

  private static SchemaField nullable(String type) {
    return SchemaField.nullable("x", FieldType.parse(type), Classification.INTERNAL);
  }

  private static DatasetSchema schema(SchemaField... fields) {
    return DatasetSchema.of("v1", fields);
  }

  /** The fields of an older schema and of a newer one. */
  private record Change(Verdict verdict, DatasetSchema before, DatasetSchema after) {}

  private static Change widening(SchemaField before, SchemaField after) {
    return new Change(Verdict.WIDENING, schema(ID, before), schema(ID, after));
  }

  private static Stream<Change> changes() {
    Stream<Change> widened =
        Stream.of(
            widening(field("int"), field("long")),
            widening(field("int"), field("double")),
            widening(field("float"), field("double")),
            widening(field("decimal(9,2)"), field("decimal(18,2)")),
            widening(field("decimal(9,2)"), field("decimal(38,2)")),
            widening(field("decimal(18,2)"), field("decimal(19,2)")),
            widening(field("decimal(20,2)"), field("decimal(38,2)")));
    List<String> types =
        List.of(
            "boolean",
            "int",
            "long",
            "double",
            "string",
            "date",
            "timestamp-micros",
            "decimal(9,2)",
            "decimal(38,2)",
            "float",
            "enum<A,B>");
    List<String> withoutDefaults =
        List.of(
            "bytes",
            "fixed(3)",
            "uuid",
            "time-millis",
            "time-micros",
            "timestamp-millis",
            "timestamp-nanos",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "local-timestamp-nanos");
    List<String> defaults =
        List.of(
            "true",
            "-7",
            "8",
            "0.5",
            "it's",
            "2026-01-31",
            "2026-01-31T00:00:00.000001Z",
            "-0.50",
            "9.99",
            "0.25",
            "B");
    List<Change> all = new ArrayList<>(widened.toList());
    for (int i = 0; i < types.size(); i++) {
      String type = types.get(i);
      all.add(widening(field(type), nullable(type)));
      all.add(new Change(Verdict.ADDITIVE, schema(ID), schema(nullable(type), ID)));
      all.add(
          new Change(
              Verdict.ADDITIVE, schema(ID), schema(ID, field(type).otherwise(defaults.get(i)))));
      all.add(
          new Change(
              Verdict.ADDITIVE, schema(ID), schema(ID, nullable(type).otherwise(defaults.get(i)))));
      all.add(new Change(Verdict.ADDITIVE, schema(ID, field(type)), schema(field(type), ID)));
    }
    for (String type : withoutDefaults) {
      all.add(widening(field(type), nullable(type)));
      all.add(new Change(Verdict.ADDITIVE, schema(ID), schema(nullable(type), ID)));
      all.add(new Change(Verdict.ADDITIVE, schema(ID, field(type)), schema(field(type), ID)));
    }
    all.add(widening(nullable("int"), nullable("double")));
    return all.stream();
  }

  @Test
  void oldAndNewFilesAreReadTogetherAfterEveryChangeThatDoesNotBreak() throws Exception {
    int number = 0;
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      for (Change change : changes().toList()) {
        assertThat(SchemaChange.between(change.before, change.after).verdict())
            .as(change.toString())
            .isEqualTo(change.verdict);
        Path older = folder.resolve("old-" + number + ".parquet");
        Path newer = folder.resolve("new-" + number++ + ".parquet");
        byParquetAvro(older, change.before);
        Files.write(newer, byUs(change.after));
        ParquetSchema columns = DatasetSchemas.columns(SPEC, change.after);
        for (Path file : List.of(older, newer)) {
          assertThat(ours(Files.readAllBytes(file), columns, change.after))
              .as(change + " " + file)
              .isEqualTo(duckDb(statement, file, change));
        }
      }
    }
    assertThat(number).isGreaterThan(90);
  }

  private static Object value(FieldType type, int row) {
    if (type instanceof Decimal) {
      return new BigDecimal(row * 1_000 - 77).movePointLeft(2);
    }
    if (type instanceof FieldType.Enumeration) {
      return row % 2 == 0 ? "A" : "B";
    }
    if (type instanceof FieldType.Fixed) {
      return new byte[] {(byte) row, 2, -3};
    }
    return switch ((Scalar) type) {
      case BOOLEAN -> row % 2 == 0;
      case INT, DATE -> row * 11 - 20;
      case LONG, TIMESTAMP_MICROS, LOCAL_TIMESTAMP_MICROS -> row * 1_000_003L - 9;
      case FLOAT -> row / 4f;
      case DOUBLE -> row / 8.0;
      case STRING -> "text " + row;
      case BYTES -> new byte[] {(byte) row, 1};
      case TIME_MILLIS -> row * 1_007;
      case TIME_MICROS -> row * 1_000_007L;
      case TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MILLIS -> row * 86_400_007L - 9;
      case TIMESTAMP_NANOS, LOCAL_TIMESTAMP_NANOS -> row * 1_000_000_007L - 9;
      case UUID -> new UUID(row, ~row).toString();
    };
  }

  private static GenericRecord record(Schema avro, DatasetSchema schema, int row) {
    GenericRecord made = new GenericData.Record(avro);
    for (SchemaField field : schema.fields()) {
      boolean absent = field.nullable() && row == 2;
      Object value = absent ? null : value(field.type(), row);
      if (value instanceof BigDecimal decimal) {
        value = ByteBuffer.wrap(decimal.unscaledValue().toByteArray());
      } else if (value instanceof byte[] bytes && field.type() instanceof FieldType.Fixed) {
        value = new GenericData.Fixed(avroType(avro, field), bytes);
      } else if (value instanceof byte[] bytes) {
        value = ByteBuffer.wrap(bytes);
      } else if (value instanceof String symbol && field.type() instanceof FieldType.Enumeration) {
        value = new GenericData.EnumSymbol(avroType(avro, field), symbol);
      }
      made.put(field.name(), value);
    }
    return made;
  }

  private static Schema avroType(Schema avro, SchemaField field) {
    Schema type = avro.getField(field.name()).schema();
    return type.isUnion() ? type.getTypes().get(1) : type;
  }

  private static void byParquetAvro(Path file, DatasetSchema schema) throws IOException {
    Schema avro = DatasetSchemas.toAvro(schema, "item");
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(avro)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        out.write(record(avro, schema, row));
      }
    }
  }

  private static byte[] byUs(DatasetSchema schema) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ParquetSchema columns = DatasetSchemas.columns(SPEC, schema);
    try (ParquetRowWriter out =
        new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD).write(bytes, columns, null)) {
      ParquetRecordWriter<IndexedRecord> rows = ParquetRecordWriter.ofAvro(out);
      for (int row = 0; row < ROWS; row++) {
        rows.write(record(columns.avro(), schema, row));
      }
      rows.finish();
    }
    return bytes.toByteArray();
  }

  private static List<List<@Nullable Object>> ours(
      byte[] file, ParquetSchema columns, DatasetSchema schema) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), columns, null, null)) {
      while (in.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (SchemaField field : schema.fields()) {
          row.add(value(in, columns.index(field.name()), field.type()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static @Nullable Object value(ParquetRowReader in, int column, FieldType type) {
    if (in.isNull(column)) {
      return null;
    }
    if (type instanceof Decimal) {
      return in.getDecimal(column);
    }
    if (type instanceof FieldType.Enumeration) {
      return in.getString(column);
    }
    if (type instanceof FieldType.Fixed || type == Scalar.BYTES) {
      return HexFormat.of().formatHex(in.getBytes(column));
    }
    return switch ((Scalar) type) {
      case BOOLEAN -> in.getBoolean(column);
      case INT -> in.getInt(column);
      case LONG -> in.getLong(column);
      case FLOAT -> in.getFloat(column);
      case DOUBLE -> in.getDouble(column);
      case DATE -> in.getDate(column);
      case TIMESTAMP_MICROS -> in.getTimestampMicros(column);
      case UUID -> in.getUuid(column).toString();
      case STRING -> in.getString(column);
      default -> in.getTicks(column);
    };
  }

  /** A value of a column in the form of {@link #value(ParquetRowReader, int, FieldType)}. */
  private static String inSql(FieldType type, String value, boolean nanosAreNumbers) {
    if (type instanceof FieldType.Fixed || type == Scalar.BYTES) {
      return "lower(hex(" + value + "))";
    }
    if (!(type instanceof Scalar scalar)) {
      return value;
    }
    return switch (scalar) {
      case TIME_MILLIS -> "epoch_ms(CAST(" + value + " AS TIME))";
      case TIME_MICROS -> "epoch_us(CAST(" + value + " AS TIME))";
      case TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MILLIS -> "epoch_ms(" + value + ")";
      case TIMESTAMP_MICROS, LOCAL_TIMESTAMP_MICROS -> "epoch_us(" + value + ")";
      case TIMESTAMP_NANOS, LOCAL_TIMESTAMP_NANOS ->
          nanosAreNumbers ? value : "epoch_ns(" + value + ")";
      default -> value;
    };
  }

  private static List<List<@Nullable Object>> duckDb(Statement statement, Path file, Change change)
      throws Exception {
    List<String> selected = new ArrayList<>();
    for (SchemaField field : change.after.fields()) {
      boolean ours = file.getFileName().toString().startsWith("new");
      boolean there = ours || change.before.field(field.name()).isPresent();
      String type = sql(field.type());
      Optional<String> text = field.defaultValue().map(value -> value.replace("'", "''"));
      String absent =
          text.map(value -> "CAST('" + value + "' AS " + type + ")")
              .orElse("CAST(NULL AS " + type + ")");
      // parquet-avro says nothing about nanoseconds; what it writes are numbers.
      boolean number = there && !ours && type.endsWith("_NS");
      String value = there ? "CAST(" + field.name() + " AS " + type + ")" : absent;
      selected.add(inSql(field.type(), number ? field.name() : value, number));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (ResultSet result =
        statement.executeQuery(
            "SELECT " + String.join(", ", selected) + " FROM read_parquet('" + file + "')")) {
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int column = 1; column <= selected.size(); column++) {
          row.add(result.getObject(column));
        }
        rows.add(row);
      }
    }
    assertThat(rows).hasSize(ROWS);
    return rows;
  }

  private static String sql(FieldType type) {
    if (type instanceof Decimal decimal) {
      return "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    if (type instanceof FieldType.Enumeration) {
      return "VARCHAR";
    }
    if (type instanceof FieldType.Fixed) {
      return "BLOB";
    }
    return switch ((Scalar) type) {
      case BOOLEAN -> "BOOLEAN";
      case INT -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case BYTES -> "BLOB";
      case DATE -> "DATE";
      case TIME_MILLIS, TIME_MICROS -> "TIME";
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> "TIMESTAMPTZ";
      case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS -> "TIMESTAMP";
      case TIMESTAMP_NANOS, LOCAL_TIMESTAMP_NANOS -> "TIMESTAMP_NS";
      case STRING, UUID -> "VARCHAR";
    };
  }
}
