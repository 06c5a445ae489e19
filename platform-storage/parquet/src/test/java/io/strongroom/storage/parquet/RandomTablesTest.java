package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.avro.Conversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables of random types, nulls and repetition, in random layouts, codecs, keys and threads: this
 * reader, parquet-java and DuckDB find every value. A seed that fails is in the name of the test.
 */
@Tag("verify")
class RandomTablesTest {
  private static final ExecutorService POOL = Executors.newFixedThreadPool(2);

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 32);
  }

  @AfterAll
  static void stop() {
    POOL.shutdown();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyReaderFindsEveryValue(long seed) throws Exception {
    Random random = RandomTable.random(~seed);
    RandomTable table = new RandomTable(seed, 16, seed % 4 == 0 ? 30_000 : 3_000);
    ParquetLayout layout = List.of(ParquetLayout.values()).get(random.nextInt(2));
    Codec codec = List.of(Codec.values()).get(random.nextInt(3));
    ParquetFileKeys keys = random.nextBoolean() ? Samples.KEYS : null;
    int threads = 1 + random.nextInt(3);
    int rowsPerGroup = 1 + random.nextInt(random.nextBoolean() ? 40_000 : 900);
    WriterSettings settings = Samples.small(layout, codec, Math.max(rowsPerGroup, table.rows / 50));
    byte[] bytes = table.write(keys, settings, new Workers(threads, POOL));

    own(table, bytes, keys);
    Path path = Files.write(folder.resolve("t.parquet"), bytes);
    parquetJava(table, path, keys);
    if (keys == null || layout == ParquetLayout.SINGLE_PAGE) {
      duckDb(table, path, keys);
    }
  }

  static void own(RandomTable table, byte[] bytes, @Nullable ParquetFileKeys keys) {
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(bytes), table.schema, keys, null)) {
      for (int row = 0; row < table.rows; row++) {
        assertThat(in.next()).isTrue();
        for (int column = 0; column < table.types.size(); column++) {
          same(table, row, column, in.isNull(column) ? null : read(table, in, column));
        }
      }
      assertThat(in.next()).isFalse();
    }
  }

  private static Object read(RandomTable table, ParquetRowReader in, int column) {
    return switch (table.types.get(column)) {
      case BOOLEAN -> in.getBoolean(column);
      case INT -> in.getInt(column);
      case LONG -> in.getLong(column);
      case DOUBLE -> in.getDouble(column);
      case STRING -> in.getString(column);
      case DATE -> (int) in.getDate(column).toEpochDay();
      case TIMESTAMP -> in.getTimestampMicros(column);
      case DECIMAL, LONG_DECIMAL, FIXED_DECIMAL -> in.getDecimal(column);
      case FLOAT -> in.getFloat(column);
      case BYTES, FIXED -> HexFormat.of().formatHex(in.getBytes(column));
      case ENUM -> in.getString(column);
      case UUID, FIXED_UUID -> in.getUuid(column);
      case TIME_MILLIS -> (int) (in.getTime(column).toNanoOfDay() / 1_000_000);
      case TIME_MICROS -> in.getTime(column).toNanoOfDay() / 1_000;
      case MILLIS -> in.getTimestamp(column).toEpochMilli();
      case NANOS -> ChronoUnit.NANOS.between(Instant.EPOCH, in.getTimestamp(column));
      case LOCAL_MILLIS -> ChronoUnit.MILLIS.between(EPOCH, in.getLocalTimestamp(column));
      case LOCAL_MICROS -> ChronoUnit.MICROS.between(EPOCH, in.getLocalTimestamp(column));
      case LOCAL_NANOS -> in.getTicks(column);
    };
  }

  static void parquetJava(RandomTable table, Path path, @Nullable ParquetFileKeys keys)
      throws IOException {
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    FileDecryptionProperties decryption =
        keys == null
            ? null
            : FileDecryptionProperties.builder().withFooterKey(Samples.key(1)).build();
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(
                new LocalInputFile(path), new PlainParquetConfiguration())
            .withDataModel(model)
            .withDecryption(decryption)
            .build()) {
      for (int row = 0; row < table.rows; row++) {
        GenericRecord record = in.read();
        for (int column = 0; column < table.types.size(); column++) {
          same(table, row, column, plain(table.types.get(column), record.get(column)));
        }
      }
      assertThat(in.read()).isNull();
    }
  }

  /** What parquet-avro gives, in the form in which the table has it. */
  private static @Nullable Object plain(RandomTable.Type type, @Nullable Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof GenericFixed fixed) {
      return HexFormat.of().formatHex(fixed.bytes());
    }
    if (value instanceof CharSequence text) {
      return type == RandomTable.Type.UUID || type == RandomTable.Type.FIXED_UUID
          ? UUID.fromString(text.toString())
          : text.toString();
    }
    return value;
  }

  /** A column in SQL, in the form in which the table has it. */
  private static String expression(RandomTable table, int column) {
    String name = "c" + column;
    return switch (table.types.get(column)) {
      case BYTES, FIXED -> "lower(hex(" + name + "))";
      case TIME_MILLIS -> "CAST(epoch_ms(CAST(" + name + " AS TIME)) AS INTEGER)";
      case TIME_MICROS -> "epoch_us(CAST(" + name + " AS TIME))";
      case MILLIS, LOCAL_MILLIS -> "epoch_ms(" + name + ")";
      case LOCAL_MICROS -> "epoch_us(" + name + ")";
      case NANOS, LOCAL_NANOS -> "epoch_ns(" + name + ")";
      default -> name;
    };
  }

  static void duckDb(RandomTable table, Path path, @Nullable ParquetFileKeys keys)
      throws SQLException {
    String sealed =
        keys == null
            ? ""
            : ", encryption_config = {footer_key_value: from_base64('"
                + Base64.getEncoder().encodeToString(Samples.key(1))
                + "')}";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet result =
          statement.executeQuery(
              "SELECT "
                  + IntStream.range(0, table.types.size())
                      .mapToObj(column -> expression(table, column))
                      .collect(Collectors.joining(", "))
                  + " FROM read_parquet('"
                  + path
                  + "'"
                  + sealed
                  + ")")) {
        for (int row = 0; row < table.rows; row++) {
          assertThat(result.next()).isTrue();
          for (int column = 0; column < table.types.size(); column++) {
            Object value = result.getObject(column + 1);
            if (value instanceof LocalDate date) {
              value = (int) date.toEpochDay();
            } else if (value instanceof OffsetDateTime time) {
              value = ChronoUnit.MICROS.between(Instant.EPOCH.atOffset(ZoneOffset.UTC), time);
            }
            same(table, row, column, value);
          }
        }
        assertThat(result.next()).isFalse();
      }
    }
  }

  private static void same(RandomTable table, int row, int column, @Nullable Object read) {
    Object written = table.get(row, column);
    boolean equal =
        (written instanceof BigDecimal decimal && read instanceof BigDecimal other)
            ? decimal.compareTo(other) == 0
            : Objects.equals(written, read);
    if (!equal) {
      throw new AssertionError(
          "row "
              + row
              + ", column "
              + column
              + " "
              + table.types.get(column)
              + ": "
              + read
              + " instead of "
              + written);
    }
  }
}
