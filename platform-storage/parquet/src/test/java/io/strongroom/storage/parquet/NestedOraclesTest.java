package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.KeyClass;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables of random records, lists and maps, to three levels, beside flat columns: in random
 * layouts, codecs, keys and key classes. parquet-avro finds the records that were written; DuckDB
 * and pyarrow find in our file what they find in the one that parquet-avro wrote of them.
 */
@Tag("oracle")
class NestedOraclesTest {
  private static final int TABLES = 120;
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final byte[] PERSONAL_KEY = Samples.key(2);
  private static final String PERSONAL_ID = "run-1/silver/x/personal";

  @TempDir Path folder;
  private final Map<String, OracleCount> counts = new TreeMap<>();

  private enum Protection {
    CLEAR,
    SEALED,
    KEY_CLASS
  }

  /** A random table: its schema and records. */
  private static final class Table {
    private final Random random;
    private int names;
    private final Schema avro;
    private final List<GenericRecord> rows = new ArrayList<>();

    Table(long seed) {
      random = RandomTable.random(seed);
      List<Schema.Field> fields = new ArrayList<>();
      int columns = 1 + random.nextInt(6);
      for (int column = 0; column < columns; column++) {
        fields.add(new Schema.Field("c" + column, optional(column == 0 ? nested(3) : type(3))));
      }
      avro = Schema.createRecord("t", null, null, false, fields);
      int count = random.nextInt(400);
      for (int row = 0; row < count; row++) {
        rows.add((GenericRecord) value(avro));
      }
    }

    private Schema optional(Schema type) {
      return random.nextBoolean()
          ? Schema.createUnion(Schema.create(Schema.Type.NULL), type)
          : type;
    }

    private Schema type(int depth) {
      return depth > 0 && random.nextInt(2) == 0 ? nested(depth) : leaf();
    }

    private Schema nested(int depth) {
      return switch (random.nextInt(3)) {
        case 0 -> Schema.createArray(optional(type(depth - 1)));
        case 1 -> Schema.createMap(optional(type(depth - 1)));
        default -> {
          List<Schema.Field> fields = new ArrayList<>();
          int count = 1 + random.nextInt(3);
          for (int field = 0; field < count; field++) {
            fields.add(new Schema.Field("f" + field, optional(type(depth - 1))));
          }
          yield Schema.createRecord("r" + names++, null, null, false, fields);
        }
      };
    }

    private Schema leaf() {
      List<Supplier<Schema>> leaves =
          List.of(
              () -> Schema.create(Schema.Type.BOOLEAN),
              () -> Schema.create(Schema.Type.INT),
              () -> Schema.create(Schema.Type.LONG),
              () -> Schema.create(Schema.Type.FLOAT),
              () -> Schema.create(Schema.Type.DOUBLE),
              () -> Schema.create(Schema.Type.STRING),
              () -> Schema.create(Schema.Type.BYTES),
              () -> Schema.createFixed("x" + names++, null, null, 5),
              () -> Schema.createEnum("e" + names++, null, null, List.of("A", "BB", "C_3")),
              () -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT)),
              () -> LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT)),
              () -> LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG)),
              () -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)),
              () -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)),
              () ->
                  LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG)),
              () -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING)),
              () ->
                  LogicalTypes.decimal(16, 3)
                      .addToSchema(Schema.createFixed("d" + names++, null, null, 8)));
      return leaves.get(random.nextInt(leaves.size())).get();
    }

    private @Nullable Object value(Schema type) {
      if (type.isUnion()) {
        return random.nextInt(4) == 0 ? null : value(type.getTypes().get(1));
      }
      long number = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(40);
      return switch (type.getType()) {
        case RECORD -> {
          GenericRecord record = new GenericData.Record(type);
          type.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
          yield record;
        }
        case ARRAY -> {
          List<@Nullable Object> list = new ArrayList<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(type.getElementType()));
          }
          yield list;
        }
        case MAP -> {
          Map<Utf8, @Nullable Object> map = new LinkedHashMap<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            map.put(new Utf8("k" + i), value(type.getValueType()));
          }
          yield map;
        }
        case BOOLEAN -> number % 2 == 0;
        case INT ->
            type.getLogicalType() == null ? (Object) (int) number : Math.floorMod(number, 86_000);
        case LONG ->
            type.getLogicalType() instanceof LogicalTypes.TimeMicros
                ? Math.floorMod(number, 86_400_000_000L)
                : type.getLogicalType() == null ? number : number % 4_000_000_000_000L;
        case FLOAT -> number / 8f;
        case DOUBLE -> number / 8.0;
        case STRING ->
            new Utf8(
                type.getLogicalType() == null
                    ? "Überweisung " + number
                    : new UUID(number * 31, ~number).toString());
        case BYTES -> ByteBuffer.wrap(BigInteger.valueOf(number).toByteArray());
        case FIXED -> new GenericData.Fixed(type, fixed(number, type));
        case ENUM ->
            new GenericData.EnumSymbol(type, type.getEnumSymbols().get((int) (number & 1)));
        default -> throw new AssertionError(type);
      };
    }

    private static byte[] fixed(long number, Schema type) {
      long small = type.getLogicalType() == null ? number : number % 1_000_000_000_000_000L;
      return Arrays.copyOfRange(
          ByteBuffer.allocate(8).putLong(small).array(), 8 - type.getFixedSize(), 8);
    }
  }

  private OracleCount count(String oracle) {
    return counts.computeIfAbsent(oracle, OracleCount::new);
  }

  private static Path write(Path path, Table table, Protection protection, Random random)
      throws Exception {
    ParquetSchema schema = ParquetSchema.of(table.avro);
    ParquetFileKeys keys = protection == Protection.CLEAR ? null : Samples.keys();
    if (protection == Protection.KEY_CLASS) {
      keys = Samples.keys().with(PERSONAL, PERSONAL_KEY, PERSONAL_ID);
      // The first column is a nested one.
      schema = schema.withKeyClass(PERSONAL, "c0");
    }
    ParquetLayout layout = List.of(ParquetLayout.values()).get(random.nextInt(2));
    Codec codec = List.of(Codec.values()).get(random.nextInt(3));
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(
                sink,
                schema,
                keys,
                Samples.small(layout, codec, 20 + random.nextInt(500)),
                new BufferPool(1 << 20),
                new Workers(1, Runnable::run)))) {
      for (GenericRecord row : table.rows) {
        out.write(row);
      }
      out.finish();
    }
    return Files.write(path, sink.toByteArray());
  }

  private static Path reference(Path path, Table table) throws Exception {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    conf.setBoolean(AvroWriteSupport.WRITE_PARQUET_UUID, true);
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(path))
            .withSchema(table.avro)
            .withConf(conf)
            .withDataModel(new GenericData())
            .build()) {
      for (GenericRecord row : table.rows) {
        out.write(row);
      }
    }
    return path;
  }

  private static void parquetAvro(Path path, Table table, Protection protection) throws Exception {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.set("parquet.avro.read.schema", table.avro.toString());
    conf.setBoolean("parquet.avro.add-list-element-records", false);
    FileDecryptionProperties decryption =
        protection == Protection.CLEAR
            ? null
            : FileDecryptionProperties.builder()
                .withKeyRetriever(
                    reference ->
                        new String(reference, StandardCharsets.UTF_8).equals(PERSONAL_ID)
                            ? PERSONAL_KEY
                            : Samples.key(1))
                .build();
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(path), conf)
            .withDataModel(new GenericData())
            .withDecryption(decryption)
            .build()) {
      for (GenericRecord row : table.rows) {
        same(row, in.read());
      }
      same(null, in.read());
    }
  }

  private static void same(@Nullable GenericRecord wanted, @Nullable GenericRecord found) {
    if (!Objects.equals(plain(wanted), plain(found))) {
      throw new AssertionError(found + " instead of " + wanted);
    }
  }

  /** Readers give texts and bytes in classes of their choice. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof IndexedRecord record) {
      List<@Nullable Object> fields = new ArrayList<>();
      record.getSchema().getFields().forEach(field -> fields.add(plain(record.get(field.pos()))));
      return fields;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>();
      list.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> members = new TreeMap<>();
      map.forEach((name, member) -> members.put(name.toString(), plain(member)));
      return members;
    }
    if (value instanceof GenericFixed fixed) {
      return ByteBuffer.wrap(fixed.bytes());
    }
    return value instanceof CharSequence || value instanceof GenericEnumSymbol<?>
        ? value.toString()
        : value;
  }

  private static void ours(Path path, Table table, Protection protection) throws Exception {
    ParquetFileKeys keys =
        switch (protection) {
          case CLEAR -> null;
          case SEALED -> Samples.keys();
          case KEY_CLASS -> Samples.keys().with(PERSONAL, PERSONAL_KEY, PERSONAL_ID);
        };
    try (ParquetRecordReader<GenericRecord> in =
        ParquetRecordReader.ofAvro(
            new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
                .batches(
                    "f",
                    BytesSource.of(Files.readAllBytes(path)),
                    ParquetSchema.of(table.avro),
                    null,
                    keys,
                    null))) {
      for (GenericRecord row : table.rows) {
        same(row, in.read());
      }
      same(null, in.read());
    }
  }

  private static List<String> duckDb(Statement statement, Path path) throws Exception {
    List<String> rows = new ArrayList<>();
    try (ResultSet result =
        statement.executeQuery("SELECT to_json(t)::VARCHAR FROM read_parquet('" + path + "') t")) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  @Test
  void everyReaderFindsEveryValueOfNestedTables() throws Exception {
    List<Path> forPyarrow = new ArrayList<>();
    StringBuilder list = new StringBuilder();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SET TimeZone = 'UTC'");
      for (int seed = 0; seed < TABLES; seed++) {
        Random random = RandomTable.random(~(long) seed);
        Protection protection = Protection.values()[seed % 3];
        Table table = new Table(seed);
        String name = seed + "-" + protection;
        Path path = write(folder.resolve(name + ".parquet"), table, protection, random);
        Path reference = reference(folder.resolve(seed + "-reference.parquet"), table);
        count("this reader, nested, " + protection).run(name, () -> ours(path, table, protection));
        count("parquet-avro, nested, " + protection)
            .run(name, () -> parquetAvro(path, table, protection));
        if (protection == Protection.CLEAR) {
          count("DuckDB, nested, CLEAR")
              .run(
                  name,
                  () ->
                      assertThat(duckDb(statement, path))
                          .hasSize(table.rows.size())
                          .isEqualTo(duckDb(statement, reference)));
        }
        if (protection != Protection.KEY_CLASS) {
          String key = HexFormat.of().formatHex(Samples.key(1));
          list.append(path).append(protection == Protection.CLEAR ? " -\n" : " " + key + "\n");
          list.append(reference).append(" -\n");
          forPyarrow.add(path);
        }
      }
    }
    Pyarrow.run(folder, "records", Files.writeString(folder.resolve("list"), list).toString());
    for (Path path : forPyarrow) {
      String[] parts = path.getFileName().toString().replace(".parquet", "").split("-", 2);
      Path reference = folder.resolve(parts[0] + "-reference.parquet");
      count("pyarrow, nested, " + parts[1])
          .run(
              parts[0],
              () ->
                  assertThat(Files.readString(Path.of(path + ".rows")))
                      .isEqualTo(Files.readString(Path.of(reference + ".rows"))));
    }
    counts.values().forEach(OracleCount::report);
    assertThat(counts).hasSize(3 + 3 + 1 + 2);
  }
}
