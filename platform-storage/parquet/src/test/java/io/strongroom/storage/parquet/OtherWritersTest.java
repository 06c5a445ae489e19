package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that parquet-java and DuckDB wrote: random schemas, both page versions, every encoding. */
@Tag("verify")
class OtherWritersTest {
  private static final long MICROS_A_DAY = 86_400_000_000L;

  @TempDir Path folder;

  /** How a file stores a column, and as what it is read. */
  private enum Form {
    BOOLEAN("\"boolean\""),
    INT("\"int\""),
    INT_AS_LONG("\"long\""),
    INT_AS_DOUBLE("\"double\""),
    LONG("\"long\""),
    FLOAT("\"double\""),
    DOUBLE("\"double\""),
    TEXT("\"string\""),
    DATE("{\"type\":\"int\",\"logicalType\":\"date\"}"),
    MICROS("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}"),
    INT96("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}"),
    SMALL_DECIMAL(decimal(12)),
    LONG_DECIMAL(decimal(18)),
    BINARY_DECIMAL(decimal(18)),
    FIXED_DECIMAL(decimal(18)),
    WIDE_DECIMAL(decimal(38)),
    BYTES("\"bytes\""),
    FIXED("{\"type\":\"fixed\",\"name\":\"f%d\",\"size\":3}"),
    ENUM("{\"type\":\"enum\",\"name\":\"e%d\",\"symbols\":[\"A\",\"BB\"]}"),
    ENUM_AS_TEXT("\"string\""),
    UUID("{\"type\":\"string\",\"logicalType\":\"uuid\"}"),
    TEXT_AS_UUID("{\"type\":\"fixed\",\"name\":\"u%d\",\"size\":16,\"logicalType\":\"uuid\"}"),
    REAL("\"float\""),
    TIME_MILLIS("{\"type\":\"int\",\"logicalType\":\"time-millis\"}"),
    TIME_MICROS("{\"type\":\"long\",\"logicalType\":\"time-micros\"}"),
    MILLIS("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}"),
    NANOS("{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}"),
    LONG_AS_NANOS("{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}"),
    LOCAL_MILLIS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}"),
    LOCAL_MICROS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}"),
    LOCAL_NANOS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}");

    private final String avro;

    Form(String avro) {
      this.avro = avro;
    }

    private static String decimal(int precision) {
      return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":"
          + precision
          + ",\"scale\":2}";
    }

    Type type(String name, Type.Repetition repetition) {
      return switch (this) {
        case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
        case INT, INT_AS_LONG, INT_AS_DOUBLE ->
            Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
        case LONG, LONG_AS_NANOS ->
            Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
        case BYTES -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
        case FIXED ->
            Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(3)
                .named(name);
        case ENUM, ENUM_AS_TEXT ->
            annotated(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.enumType(), repetition)
                .named(name);
        case UUID ->
            annotated(
                    PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
                    16,
                    LogicalTypeAnnotation.uuidType(),
                    repetition)
                .named(name);
        case TIME_MILLIS ->
            annotated(
                    PrimitiveTypeName.INT32,
                    0,
                    LogicalTypeAnnotation.timeType(true, TimeUnit.MILLIS),
                    repetition)
                .named(name);
        case TIME_MICROS ->
            annotated(
                    PrimitiveTypeName.INT64,
                    0,
                    LogicalTypeAnnotation.timeType(false, TimeUnit.MICROS),
                    repetition)
                .named(name);
        case MILLIS -> timestamp(true, TimeUnit.MILLIS, repetition).named(name);
        case NANOS -> timestamp(true, TimeUnit.NANOS, repetition).named(name);
        case LOCAL_MILLIS -> timestamp(false, TimeUnit.MILLIS, repetition).named(name);
        case LOCAL_MICROS -> timestamp(false, TimeUnit.MICROS, repetition).named(name);
        case LOCAL_NANOS -> timestamp(false, TimeUnit.NANOS, repetition).named(name);
        case FLOAT, REAL -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
        case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
        case INT96 -> Types.primitive(PrimitiveTypeName.INT96, repetition).named(name);
        case TEXT, TEXT_AS_UUID ->
            annotated(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.stringType(), repetition)
                .named(name);
        case DATE ->
            annotated(PrimitiveTypeName.INT32, 0, LogicalTypeAnnotation.dateType(), repetition)
                .named(name);
        case MICROS -> timestamp(true, TimeUnit.MICROS, repetition).named(name);
        case SMALL_DECIMAL -> decimal(PrimitiveTypeName.INT32, 0, 9, repetition).named(name);
        case LONG_DECIMAL -> decimal(PrimitiveTypeName.INT64, 0, 18, repetition).named(name);
        case BINARY_DECIMAL -> decimal(PrimitiveTypeName.BINARY, 0, 18, repetition).named(name);
        case FIXED_DECIMAL ->
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 11, 18, repetition).named(name);
        case WIDE_DECIMAL ->
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, 38, repetition).named(name);
      };
    }

    private static Types.PrimitiveBuilder<PrimitiveType> timestamp(
        boolean utc, TimeUnit unit, Type.Repetition repetition) {
      return annotated(
          PrimitiveTypeName.INT64, 0, LogicalTypeAnnotation.timestampType(utc, unit), repetition);
    }

    private static Types.PrimitiveBuilder<PrimitiveType> decimal(
        PrimitiveTypeName stored, int length, int precision, Type.Repetition repetition) {
      return annotated(stored, length, LogicalTypeAnnotation.decimalType(2, precision), repetition);
    }

    private static Types.PrimitiveBuilder<PrimitiveType> annotated(
        PrimitiveTypeName stored,
        int length,
        LogicalTypeAnnotation annotation,
        Type.Repetition repetition) {
      Types.PrimitiveBuilder<PrimitiveType> type = Types.primitive(stored, repetition);
      return (length > 0 ? type.length(length) : type).as(annotation);
    }
  }

  /** A random file: its columns, and their values row by row. */
  private static final class Sample {
    final List<Form> forms = new ArrayList<>();
    final List<List<@Nullable Object>> columns = new ArrayList<>();
    final MessageType message;
    final ParquetSchema schema;
    final int rows;

    Sample(SplittableRandom random, List<Form> forms, int rows) {
      this.rows = rows;
      List<Type> types = new ArrayList<>();
      List<String> fields = new ArrayList<>();
      for (Form form : forms) {
        String name = "c" + types.size();
        boolean nullable = random.nextInt(3) > 0;
        String avro = form.avro.replace("%d", "" + types.size());
        this.forms.add(form);
        types.add(form.type(name, nullable ? Type.Repetition.OPTIONAL : Type.Repetition.REQUIRED));
        fields.add(
            "{\"name\":\""
                + name
                + "\",\"type\":"
                + (nullable ? "[\"null\"," + avro + "]" : avro)
                + "}");
        columns.add(values(random, form, nullable, rows));
      }
      message = new MessageType("sample", types);
      schema =
          ParquetSchema.parse(
              "{\"type\":\"record\",\"name\":\"sample\",\"fields\":["
                  + String.join(",", fields)
                  + "]}");
    }

    /** Few or many different values, nulls alone, in runs or not at all. */
    private static List<@Nullable Object> values(
        SplittableRandom random, Form form, boolean nullable, int rows) {
      int distinct = random.nextInt(4) == 0 ? 1 : 1 << random.nextInt(14);
      int nulls = nullable ? random.nextInt(5) * 25 : 0;
      int run = 1 + random.nextInt(40);
      long seed = random.nextLong();
      List<@Nullable Object> values = new ArrayList<>();
      boolean absent = false;
      for (int row = 0; row < rows; row++) {
        if (nulls == 50 ? row % run == 0 : true) {
          absent = random.nextInt(100) < nulls;
        }
        values.add(
            absent ? null : value(form, new SplittableRandom(seed + random.nextInt(distinct))));
      }
      return values;
    }

    private static Object value(Form form, SplittableRandom random) {
      long number = random.nextLong() >> random.nextInt(64);
      return switch (form) {
        case BOOLEAN -> random.nextBoolean();
        case INT, INT_AS_LONG, INT_AS_DOUBLE -> (int) number;
        case LONG, LONG_AS_NANOS, NANOS, MILLIS, LOCAL_MILLIS, LOCAL_MICROS, LOCAL_NANOS -> number;
        // Bytes are compared in hex.
        case BYTES -> HexFormat.of().toHexDigits(number).substring(2 * random.nextInt(8));
        case FIXED -> HexFormat.of().toHexDigits(number).substring(10);
        case ENUM, ENUM_AS_TEXT -> (number & 1) == 0 ? "A" : "BB";
        case UUID, TEXT_AS_UUID -> new UUID(number, random.nextLong());
        case TIME_MILLIS -> (int) Math.floorMod(number, 86_400_000L);
        case TIME_MICROS -> Math.floorMod(number, 86_400_000_000L);
        case FLOAT, REAL -> (float) number / 8;
        case DOUBLE -> number / 8.0;
        case TEXT ->
            "shared beginning ".substring(random.nextInt(17))
                + "é".repeat(random.nextInt(4))
                + number;
        case DATE -> LocalDate.ofEpochDay(number % 100_000);
        case MICROS, INT96 -> number % (100_000 * MICROS_A_DAY);
        case SMALL_DECIMAL -> BigDecimal.valueOf(number % 1_000_000_000, 2);
        case LONG_DECIMAL, BINARY_DECIMAL, FIXED_DECIMAL ->
            BigDecimal.valueOf(number % 1_000_000_000_000_000_000L, 2);
        case WIDE_DECIMAL ->
            new BigDecimal(
                BigInteger.valueOf(number).multiply(BigInteger.valueOf(7_777_777_777L)), 2);
      };
    }

    void write(Group group, int row) {
      for (int column = 0; column < forms.size(); column++) {
        Object value = columns.get(column).get(row);
        if (value != null) {
          add(group, column, forms.get(column), value);
        }
      }
    }

    private static void add(Group group, int column, Form form, Object value) {
      switch (form) {
        case BOOLEAN -> group.add(column, (Boolean) value);
        case INT, INT_AS_LONG, INT_AS_DOUBLE -> group.add(column, (Integer) value);
        case TIME_MILLIS -> group.add(column, (Integer) value);
        case LONG,
            LONG_AS_NANOS,
            MICROS,
            TIME_MICROS,
            NANOS,
            MILLIS,
            LOCAL_MILLIS,
            LOCAL_MICROS,
            LOCAL_NANOS ->
            group.add(column, (Long) value);
        case BYTES, FIXED ->
            group.add(
                column, Binary.fromConstantByteArray(HexFormat.of().parseHex((String) value)));
        case ENUM, ENUM_AS_TEXT -> group.add(column, (String) value);
        case UUID ->
            group.add(
                column,
                Binary.fromConstantByteBuffer(
                    ByteBuffer.allocate(16)
                        .putLong(((UUID) value).getMostSignificantBits())
                        .putLong(((UUID) value).getLeastSignificantBits())
                        .flip()));
        case TEXT_AS_UUID -> group.add(column, value.toString());
        case FLOAT, REAL -> group.add(column, (Float) value);
        case DOUBLE -> group.add(column, (Double) value);
        case TEXT -> group.add(column, (String) value);
        case DATE -> group.add(column, (int) ((LocalDate) value).toEpochDay());
        case INT96 -> {
          long micros = (Long) value;
          group.add(
              column,
              Binary.fromConstantByteBuffer(
                  ByteBuffer.allocate(12)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .putLong(Math.floorMod(micros, MICROS_A_DAY) * 1_000)
                      .putInt((int) Math.floorDiv(micros, MICROS_A_DAY) + 2_440_588)
                      .flip()));
        }
        case SMALL_DECIMAL ->
            group.add(column, ((BigDecimal) value).unscaledValue().intValueExact());
        case LONG_DECIMAL ->
            group.add(column, ((BigDecimal) value).unscaledValue().longValueExact());
        case BINARY_DECIMAL ->
            group.add(
                column,
                Binary.fromConstantByteArray(((BigDecimal) value).unscaledValue().toByteArray()));
        case FIXED_DECIMAL -> group.add(column, fixed((BigDecimal) value, 11));
        case WIDE_DECIMAL -> group.add(column, fixed((BigDecimal) value, 16));
      }
    }

    private static Binary fixed(BigDecimal value, int length) {
      byte[] digits = value.unscaledValue().toByteArray();
      byte[] padded = new byte[length];
      Arrays.fill(padded, (byte) (value.signum() < 0 ? -1 : 0));
      System.arraycopy(digits, 0, padded, length - digits.length, digits.length);
      return Binary.fromConstantByteArray(padded);
    }

    /** Reads all rows and compares them without a library, because there are many. */
    void check(byte[] file, @Nullable ParquetFileKeys keys, String what) {
      try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), schema, keys, null)) {
        for (int row = 0; row < rows; row++) {
          if (!in.next()) {
            throw new AssertionError(what + " ends before row " + row);
          }
          for (int column = 0; column < forms.size(); column++) {
            Object value = in.isNull(column) ? null : get(in, column, forms.get(column));
            Object written = expected(forms.get(column), columns.get(column).get(row));
            if (!Objects.equals(value, written)) {
              throw new AssertionError(
                  what
                      + ", row "
                      + row
                      + ", "
                      + message.getType(column)
                      + ": "
                      + value
                      + " instead of "
                      + written);
            }
          }
        }
        assertThat(in.next()).isFalse();
      }
    }

    private static @Nullable Object expected(Form form, @Nullable Object written) {
      if (written == null) {
        return null;
      }
      return switch (form) {
        case INT_AS_LONG -> (long) (Integer) written;
        case INT_AS_DOUBLE -> (double) (Integer) written;
        case FLOAT -> (double) (Float) written;
        default -> written;
      };
    }

    private static Object get(ParquetRowReader in, int column, Form form) {
      return switch (form) {
        case BOOLEAN -> in.getBoolean(column);
        case INT -> in.getInt(column);
        case INT_AS_LONG, LONG -> in.getLong(column);
        case INT_AS_DOUBLE, FLOAT, DOUBLE -> in.getDouble(column);
        case TEXT, ENUM, ENUM_AS_TEXT -> in.getString(column);
        case BYTES, FIXED -> HexFormat.of().formatHex(in.getBytes(column));
        case UUID, TEXT_AS_UUID -> in.getUuid(column);
        case REAL -> in.getFloat(column);
        case TIME_MILLIS -> (int) in.getTicks(column);
        case TIME_MICROS, LONG_AS_NANOS, NANOS, MILLIS, LOCAL_MILLIS, LOCAL_MICROS, LOCAL_NANOS ->
            in.getTicks(column);
        case DATE -> in.getDate(column);
        case MICROS, INT96 -> in.getTimestampMicros(column);
        case SMALL_DECIMAL, LONG_DECIMAL, BINARY_DECIMAL, FIXED_DECIMAL, WIDE_DECIMAL ->
            in.getDecimal(column);
      };
    }
  }

  private static Set<Encoding> encodings(byte[] file, ParquetFileKeys keys, ParquetSchema schema) {
    FileFooter footer = FileFooter.read(BytesSource.of(file), new FileLabel("f"), keys, null);
    Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
    for (int group = 0; group < footer.groups(); group++) {
      for (String column : schema.columns()) {
        encodings.addAll(footer.chunk(group, footer.leaf(column)).meta().getEncodings());
      }
    }
    return encodings;
  }

  private static boolean splits(PrimitiveTypeName type) {
    return switch (type) {
      case INT32, INT64, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY -> true;
      case BOOLEAN, BINARY, INT96 -> false;
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void filesOfParquetJavaOverRandomSchemasAreRead(int seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> seen = new TreeSet<>();
    for (int file = 0; file < 6; file++) {
      List<Form> forms = new ArrayList<>(List.of(Form.values()));
      for (int more = random.nextInt(5); more > 0; more--) {
        forms.add(Form.values()[random.nextInt(Form.values().length)]);
      }
      Sample sample = new Sample(random, forms, random.nextInt(4) == 0 ? 3 : 1_500);
      WriterVersion version = file % 2 == 0 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0;
      CompressionCodecName codec =
          List.of(
                  CompressionCodecName.UNCOMPRESSED,
                  CompressionCodecName.SNAPPY,
                  CompressionCodecName.ZSTD,
                  CompressionCodecName.GZIP)
              .get(random.nextInt(4));
      boolean sealed = random.nextBoolean();
      Path path = folder.resolve(seed + "-" + file + ".parquet");
      ExampleParquetWriter.Builder builder =
          ExampleParquetWriter.builder(new LocalOutputFile(path))
              .withType(sample.message)
              .withWriterVersion(version)
              .withCompressionCodec(codec)
              .withDictionaryEncoding(random.nextBoolean())
              .withPageRowCountLimit(1 + random.nextInt(700))
              .withRowGroupRowCountLimit(100 + random.nextInt(2_000))
              .withPageWriteChecksumEnabled(random.nextBoolean());
      for (Type column : sample.message.getFields()) {
        if (random.nextInt(4) == 0 && splits(column.asPrimitiveType().getPrimitiveTypeName())) {
          builder = builder.withByteStreamSplitEncoding(column.getName(), true);
        }
      }
      if (sealed) {
        builder =
            builder.withEncryption(
                FileEncryptionProperties.builder(Samples.key(1))
                    .withFooterKeyMetadata(Samples.KEYS.keyId().getBytes(StandardCharsets.UTF_8))
                    .build());
      }
      try (ParquetWriter<Group> out = builder.build()) {
        for (int row = 0; row < sample.rows; row++) {
          Group group = new SimpleGroup(sample.message);
          sample.write(group, row);
          out.write(group);
        }
      }
      String what = "file " + file + " of seed " + seed + ", " + version + ", " + codec;
      byte[] bytes = Files.readAllBytes(path);
      ParquetFileKeys keys = sealed ? Samples.KEYS : null;
      sample.check(bytes, keys, what);
      encodings(bytes, keys, sample.schema).forEach(encoding -> seen.add(version + " " + encoding));
    }
    assertThat(seen).contains("PARQUET_1_0 PLAIN", "PARQUET_2_0 DELTA_BINARY_PACKED");
  }

  /** Without checksums and compression the decoders meet the damage themselves. */
  @ParameterizedTest
  @EnumSource(WriterVersion.class)
  void ofDamagedFilesEveryFailureIsTyped(WriterVersion version) throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    Sample sample = new Sample(random, List.of(Form.values()), 60);
    Path path = folder.resolve("damaged.parquet");
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(new LocalOutputFile(path))
            .withType(sample.message)
            .withWriterVersion(version)
            .withDictionaryEncoding("c6", true)
            .withDictionaryEncoding(false)
            .withByteStreamSplitEncoding("c14", true)
            .withPageRowCountLimit(25)
            .withPageWriteChecksumEnabled(false);
    try (ParquetWriter<Group> out = builder.build()) {
      for (int row = 0; row < sample.rows; row++) {
        Group group = new SimpleGroup(sample.message);
        sample.write(group, row);
        out.write(group);
      }
    }
    byte[] good = Files.readAllBytes(path);
    sample.check(good, null, "the file");
    int refused = 0;
    int rounds = 2_500;
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = good.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      try (ParquetRowReader in =
          new ParquetRowReader(BytesSource.of(damaged), sample.schema, null, null)) {
        while (in.next()) {
          for (int column = 0; column < sample.forms.size(); column++) {
            if (!in.isNull(column)) {
              Sample.get(in, column, sample.forms.get(column));
            }
          }
        }
      } catch (ParquetFileException typed) {
        refused++;
      }
    }
    assertThat(refused).isBetween(rounds / 10, rounds - 1);
  }

  @Test
  void everyEncodingOfDuckDbIsRead() throws Exception {
    Set<Encoding> seen = EnumSet.noneOf(Encoding.class);
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
                + "{\"name\":\"n\",\"type\":[\"null\",\"long\"]},"
                + "{\"name\":\"i\",\"type\":[\"null\",\"int\"]},"
                + "{\"name\":\"t\",\"type\":[\"null\",\"string\"]},"
                + "{\"name\":\"d\",\"type\":[\"null\",\"double\"]},"
                + "{\"name\":\"b\",\"type\":[\"null\",\"boolean\"]},"
                + "{\"name\":\"u\",\"type\":[\"null\",\"string\"]}]}");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      for (String version : new String[] {"v1", "v2"}) {
        for (String codec : new String[] {"gzip", "zstd", "snappy", "uncompressed"}) {
          Path path = folder.resolve(version + codec + ".parquet");
          statement.execute(
              "COPY (SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i * 1000003 END AS n,"
                  + " CAST(i - 5000 AS INTEGER) AS i, 'text ' || i AS t, i / 8 AS d,"
                  + " CASE WHEN i % 5 = 0 THEN NULL ELSE i % 2 = 0 END AS b,"
                  + " 'few ' || (i % 7) AS u FROM range(10000) r(i)) TO '"
                  + path
                  + "' (FORMAT parquet, PARQUET_VERSION "
                  + version
                  + ", COMPRESSION "
                  + codec
                  + ", ROW_GROUP_SIZE 4096)");
          byte[] bytes = Files.readAllBytes(path);
          seen.addAll(encodings(bytes, null, schema));
          try (ParquetRowReader in =
              new ParquetRowReader(BytesSource.of(bytes), schema, null, null)) {
            for (int row = 0; row < 10_000; row++) {
              assertThat(in.next()).isTrue();
              same(
                  row, in.isNull(0) ? null : in.getLong(0), row % 3 == 0 ? null : row * 1_000_003L);
              same(row, in.getInt(1), row - 5_000);
              same(row, in.getString(2), "text " + row);
              same(row, in.getDouble(3), row / 8.0);
              same(row, in.isNull(4) ? null : in.getBoolean(4), row % 5 == 0 ? null : row % 2 == 0);
              same(row, in.getString(5), "few " + row % 7);
            }
            assertThat(in.next()).isFalse();
          }
        }
      }
    }
    assertThat(seen)
        .contains(
            Encoding.DELTA_BINARY_PACKED,
            Encoding.DELTA_LENGTH_BYTE_ARRAY,
            Encoding.BYTE_STREAM_SPLIT,
            Encoding.RLE_DICTIONARY,
            Encoding.PLAIN);
  }

  private static void same(int row, @Nullable Object read, @Nullable Object written) {
    if (!Objects.equals(read, written)) {
      throw new AssertionError("row " + row + ": " + read + " instead of " + written);
    }
  }
}
