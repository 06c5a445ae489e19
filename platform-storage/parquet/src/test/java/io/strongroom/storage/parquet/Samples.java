package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file of every type, whose rows follow from their number. */
final class Samples {
  static final String AVRO =
      """
      {"type":"record","name":"transaction","namespace":"io.strongroom.test","fields":[
        {"name":"id","type":"long"},
        {"name":"note","type":["null","string"]},
        {"name":"currency","type":"string"},
        {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":16,"scale":2}},
        {"name":"fee","type":["null",
          {"type":"bytes","logicalType":"decimal","precision":38,"scale":10}]},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
        {"name":"day","type":["null",{"type":"int","logicalType":"date"}]},
        {"name":"attempts","type":["null","int"]},
        {"name":"booked","type":["null","boolean"]},
        {"name":"rate","type":["null","double"]},
        {"name":"settled","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
        {"name":"parent","type":["null","long"]}]}
      """;
  static final ParquetSchema SCHEMA = ParquetSchema.parse(AVRO);
  static final ParquetFileKeys KEYS = ParquetFileKeys.of(key(1), "run-1/silver/x/default");
  static final long FIRST_MICROS = 1_700_000_000_000_000L;
  private static final String[] CURRENCIES = {"EUR", "USD", "JPY"};
  private static final String[] NOTES = {
    "CARD PAYMENT", "Überweisung", "送金", "pay \uD83D\uDCB6 \u0000 end", ""
  };

  private Samples() {}

  /** The keys of {@link #KEYS}, counted anew. */
  static ParquetFileKeys keys() {
    return ParquetFileKeys.of(key(1), KEYS.keyId());
  }

  static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  static @Nullable String note(int row) {
    return row % 7 == 0 ? null : NOTES[row % NOTES.length] + (row % 3 == 0 ? "" : " " + row);
  }

  static String currency(int row) {
    return CURRENCIES[row % CURRENCIES.length];
  }

  static BigDecimal amount(int row) {
    return BigDecimal.valueOf((row % 2 == 0 ? 1 : -1) * (row * 37L + 1), 2);
  }

  static @Nullable BigDecimal fee(int row) {
    return row % 5 == 0
        ? null
        : new BigDecimal("1234567890123456789012345678")
            .multiply(BigDecimal.valueOf(row % 4 - 2))
            .add(BigDecimal.valueOf(row))
            .setScale(10);
  }

  static long micros(int row) {
    return FIRST_MICROS + row * 1_000_003L;
  }

  static boolean absent(int row) {
    return row % 11 == 3;
  }

  static void write(ParquetRowWriter out, int row) {
    out.setLong(0, row);
    String note = note(row);
    if (note == null) {
      out.setNull(1);
    } else {
      out.setString(1, note);
    }
    out.setString(2, CharBuffer.wrap(currency(row)));
    out.setDecimal(3, amount(row));
    BigDecimal fee = fee(row);
    if (fee != null) {
      out.setDecimal(4, fee);
    }
    out.setTimestampMicros(5, micros(row));
    if (!absent(row)) {
      out.setDate(6, LocalDate.ofEpochDay(row % 20_000 - 5_000));
      out.setInt(7, -row);
      out.setBoolean(8, row % 2 == 0);
      out.setDouble(9, row / 8.0);
      out.setTimestampMicros(10, -micros(row));
      out.setLong(11, Long.MAX_VALUE - row);
    }
    out.endRow();
  }

  /** Compares without a library, because there are many rows. */
  static void check(ParquetRowReader in, int row) {
    same(row, 0, in.getLong(0), (long) row);
    same(row, 1, in.isNull(1) ? null : in.getString(1), note(row));
    same(row, 2, in.getString(2), currency(row));
    same(row, 3, in.getDecimal(3), amount(row));
    same(row, 4, in.isNull(4) ? null : in.getDecimal(4), fee(row));
    same(row, 5, in.getTimestampMicros(5), micros(row));
    for (int column = 6; column < 12; column++) {
      same(row, column, in.isNull(column), absent(row));
    }
    if (!absent(row)) {
      same(row, 6, in.getDate(6), LocalDate.ofEpochDay(row % 20_000 - 5_000));
      same(row, 7, in.getInt(7), -row);
      same(row, 8, in.getBoolean(8), row % 2 == 0);
      same(row, 9, in.getDouble(9), row / 8.0);
      same(row, 10, in.getTimestampMicros(10), -micros(row));
      same(row, 11, in.getLong(11), Long.MAX_VALUE - row);
    }
  }

  private static void same(int row, int column, @Nullable Object read, @Nullable Object written) {
    if (!Objects.equals(read, written)) {
      throw new AssertionError(
          "row " + row + ", column " + column + ": " + read + " instead of " + written);
    }
  }

  /** A file and what its writer said about it. */
  static final class Written {
    private final byte[] bytes;
    private final ParquetFileFacts facts;

    Written(byte[] bytes, ParquetFileFacts facts) {
      this.bytes = bytes;
      this.facts = facts;
    }

    Written(ByteArrayOutputStream sink, ParquetFileFacts facts) {
      this(sink.toByteArray(), facts);
    }

    byte[] bytes() {
      return bytes.clone();
    }

    ParquetFileFacts facts() {
      return facts;
    }

    BytesSource source() {
      return BytesSource.of(bytes);
    }
  }

  static Written file(int rows, @Nullable ParquetFileKeys keys, ParquetLayout layout, Codec codec) {
    return file(rows, keys, WriterSettings.of(layout, codec));
  }

  static Written file(int rows, @Nullable ParquetFileKeys keys, WriterSettings settings) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out = new ParquetRowWriter(sink, SCHEMA, keys, settings)) {
      for (int row = 0; row < rows; row++) {
        write(out, row);
      }
      ParquetFileFacts facts = out.finish();
      return new Written(sink.toByteArray(), facts);
    }
  }

  /** Few rows a group and small pages, so that small files have every part. */
  static WriterSettings small(ParquetLayout layout, Codec codec, int rowsPerGroup) {
    return new WriterSettings(
        layout, codec, 1, rowsPerGroup, WriterSettings.DEFAULT_BYTES_PER_GROUP);
  }

  static void checkAll(ParquetRowReader in, int rows) {
    assertThat(in.rows()).isEqualTo(rows);
    for (int row = 0; row < rows; row++) {
      if (!in.next()) {
        throw new AssertionError("the file ends before row " + row);
      }
      check(in, row);
    }
    assertThat(in.next()).isFalse();
    assertThat(in.next()).isFalse();
  }
}
