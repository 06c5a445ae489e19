package io.strongroom.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A table of random columns, all from one seed: types, nulls, repetition and order differ. */
final class RandomTable {
  /** What an Avro field of the type looks like, and how many values it can have at most. */
  enum Type {
    BOOLEAN("\"boolean\""),
    INT("\"int\""),
    LONG("\"long\""),
    DOUBLE("\"double\""),
    STRING("\"string\""),
    DATE("{\"type\":\"int\",\"logicalType\":\"date\"}"),
    TIMESTAMP("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}"),
    DECIMAL("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":18,\"scale\":4}"),
    LONG_DECIMAL("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":38,\"scale\":9}"),
    FLOAT("\"float\""),
    BYTES("\"bytes\""),
    FIXED("{\"type\":\"fixed\",\"name\":\"f%d\",\"size\":5}"),
    ENUM("{\"type\":\"enum\",\"name\":\"e%d\",\"symbols\":[\"A\",\"BB\",\"C_3\"]}"),
    UUID("{\"type\":\"string\",\"logicalType\":\"uuid\"}"),
    FIXED_UUID("{\"type\":\"fixed\",\"name\":\"u%d\",\"size\":16,\"logicalType\":\"uuid\"}"),
    TIME_MILLIS("{\"type\":\"int\",\"logicalType\":\"time-millis\"}"),
    TIME_MICROS("{\"type\":\"long\",\"logicalType\":\"time-micros\"}"),
    MILLIS("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}"),
    NANOS("{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}"),
    LOCAL_MILLIS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}"),
    LOCAL_MICROS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}"),
    LOCAL_NANOS("{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}"),
    FIXED_DECIMAL(
        "{\"type\":\"fixed\",\"name\":\"d%d\",\"size\":9,\"logicalType\":\"decimal\","
            + "\"precision\":14,\"scale\":3}");

    private final String avro;

    Type(String avro) {
      this.avro = avro;
    }

    /** The type of a column; names of types differ from column to column. */
    String avro(int column) {
      return avro.replace("%d", "" + column);
    }
  }

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
  private static final String[] WORDS = {"EUR", "Überweisung", "送金", "\uD83D\uDCB6", "", "card "};

  final ParquetSchema schema;
  final List<Type> types = new ArrayList<>();
  final int rows;
  private final List<@Nullable Object[]> columns = new ArrayList<>();

  RandomTable(long seed, int maxColumns, int maxRows) {
    Random random = random(seed);
    int count = 1 + random.nextInt(maxColumns);
    rows = random.nextInt(maxRows + 1);
    StringBuilder fields = new StringBuilder();
    for (int column = 0; column < count; column++) {
      Type type = List.of(Type.values()).get(random.nextInt(Type.values().length));
      boolean nullable = random.nextBoolean();
      types.add(type);
      columns.add(values(random, type, nullable));
      fields
          .append(column == 0 ? "" : ",")
          .append("{\"name\":\"c")
          .append(column)
          .append("\",\"type\":")
          .append(nullable ? "[\"null\"," + type.avro(column) + "]" : type.avro(column))
          .append('}');
    }
    schema =
        ParquetSchema.parse("{\"type\":\"record\",\"name\":\"t\",\"fields\":[" + fields + "]}");
  }

  /** Neighbouring seeds alone would give the same first numbers. */
  static Random random(long seed) {
    return new Random((seed + 1) * 0x9E3779B97F4A7C15L);
  }

  private @Nullable Object[] values(Random random, Type type, boolean nullable) {
    int distinct = new int[] {1, 3, 500, 9_000, Integer.MAX_VALUE}[random.nextInt(5)];
    int runs = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : 1;
    boolean sorted = random.nextInt(3) == 0;
    int nulls = nullable ? new int[] {0, 2, 50, 100}[random.nextInt(4)] : 0;
    Object[] values = new Object[rows];
    long number = random.nextInt();
    for (int row = 0; row < rows; row++) {
      if (row % runs == 0) {
        number = sorted ? number + random.nextInt(50) : next(random, distinct);
      }
      values[row] = random.nextInt(100) < nulls ? null : value(type, number);
    }
    return values;
  }

  private static long next(Random random, int distinct) {
    return distinct == Integer.MAX_VALUE ? random.nextLong() : random.nextInt(distinct) - 1L;
  }

  private static Object value(Type type, long number) {
    return switch (type) {
      case BOOLEAN -> (number & 1) == 0;
      case INT -> (int) number;
      case LONG -> number;
      case DOUBLE -> number == 7 ? -0.0 : number / 8.0;
      case STRING -> WORDS[Math.floorMod(number, 6)] + number;
      case DATE -> (int) (number % 100_000);
      case TIMESTAMP -> number % 4_000_000_000_000_000L;
      case DECIMAL -> BigDecimal.valueOf(number % 1_000_000_000_000_000_000L, 4);
      case LONG_DECIMAL ->
          new BigDecimal(
              BigInteger.valueOf(number).multiply(BigInteger.valueOf(1_000_000_007L)), 9);
      case FLOAT -> number == 7 ? -0.0f : (float) number / 8;
      // Bytes are compared in hex.
      case BYTES -> "00ff80".repeat((int) (number & 1)) + hex(number, 1 + (int) (number & 7));
      case FIXED -> hex(number, 5);
      case ENUM -> new String[] {"A", "BB", "C_3"}[Math.floorMod(number, 3)];
      case UUID, FIXED_UUID -> new UUID(number * 0x9E3779B97F4A7C15L, ~number);
      case TIME_MILLIS -> (int) Math.floorMod(number, 86_400_000L);
      case TIME_MICROS -> Math.floorMod(number, 86_400_000_000L);
      case MILLIS, LOCAL_MILLIS -> number % 4_000_000_000_000L;
      case LOCAL_MICROS -> number % 4_000_000_000_000_000L;
      case NANOS, LOCAL_NANOS -> number % 4_000_000_000_000_000_000L;
      case FIXED_DECIMAL -> BigDecimal.valueOf(number % 100_000_000_000_000L, 3);
    };
  }

  private static String hex(long number, int bytes) {
    return HexFormat.of().toHexDigits(number).substring(16 - 2 * bytes);
  }

  @Nullable Object get(int row, int column) {
    return columns.get(column)[row];
  }

  byte[] write(@Nullable ParquetFileKeys keys, WriterSettings settings, Workers workers) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    write(sink, keys, settings, workers);
    return sink.toByteArray();
  }

  ParquetFileFacts write(
      ByteArrayOutputStream sink,
      @Nullable ParquetFileKeys keys,
      WriterSettings settings,
      Workers workers) {
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, keys, settings, new BufferPool(1 << 20), workers)) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < types.size(); column++) {
          set(out, row, column);
        }
        out.endRow();
      }
      return out.finish();
    }
  }

  private void set(ParquetRowWriter out, int row, int column) {
    Object value = get(row, column);
    if (value == null) {
      if (row % 2 == 0) {
        out.setNull(column);
      }
      return;
    }
    switch (types.get(column)) {
      case BOOLEAN -> out.setBoolean(column, (boolean) value);
      case INT -> out.setInt(column, (int) value);
      case LONG -> out.setLong(column, (long) value);
      case DOUBLE -> out.setDouble(column, (double) value);
      case STRING -> {
        if (row % 3 == 0) {
          byte[] utf8 = (" " + value + " ").getBytes(StandardCharsets.UTF_8);
          out.setUtf8(column, utf8, 1, utf8.length - 2);
        } else {
          out.setString(column, value.toString());
        }
      }
      case DATE -> out.setDate(column, LocalDate.ofEpochDay((int) value));
      case TIMESTAMP -> out.setTimestampMicros(column, (long) value);
      case DECIMAL -> {
        BigDecimal decimal = (BigDecimal) value;
        if (row % 3 == 0) {
          out.setUnscaled(column, decimal.unscaledValue().longValueExact());
        } else {
          out.setDecimal(column, row % 3 == 1 ? decimal : decimal.stripTrailingZeros());
        }
      }
      case LONG_DECIMAL, FIXED_DECIMAL -> out.setDecimal(column, (BigDecimal) value);
      case FLOAT -> out.setFloat(column, (float) value);
      case BYTES, FIXED -> {
        byte[] bytes = HexFormat.of().parseHex((String) value);
        out.setBytes(column, bytes, 0, bytes.length);
      }
      case ENUM -> out.setString(column, (String) value);
      case UUID, FIXED_UUID -> {
        if (row % 2 == 0) {
          out.setUuid(column, (UUID) value);
        } else {
          out.setObject(column, value.toString());
        }
      }
      case TIME_MILLIS, TIME_MICROS -> {
        long ticks = ((Number) value).longValue();
        if (row % 2 == 0) {
          out.setTicks(column, ticks);
        } else {
          long nanos = types.get(column) == Type.TIME_MILLIS ? 1_000_000 : 1_000;
          out.setTime(column, LocalTime.ofNanoOfDay(ticks * nanos));
        }
      }
      case MILLIS -> out.setTimestamp(column, Instant.ofEpochMilli((long) value));
      case NANOS -> {
        if (row % 2 == 0) {
          out.setTicks(column, (long) value);
        } else {
          out.setTimestamp(column, Instant.EPOCH.plusNanos((long) value));
        }
      }
      case LOCAL_MILLIS ->
          out.setLocalTimestamp(column, EPOCH.plus((long) value, ChronoUnit.MILLIS));
      case LOCAL_MICROS ->
          out.setLocalTimestamp(column, EPOCH.plus((long) value, ChronoUnit.MICROS));
      case LOCAL_NANOS -> out.setLocalTimestamp(column, EPOCH.plusNanos((long) value));
    }
  }
}
