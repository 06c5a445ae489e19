package io.strongroom.storage.parquet;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Adds up the digests of rows, whose values are put one after the other in the order of the names
 * of their columns. The bytes are those of FORMAT.md. For one thread.
 */
final class RowHasher {
  private static final int DIGEST = 32;
  private static final int WORDS = DIGEST / Long.BYTES;

  /** A decimal of 38 digits has 127 bits and a sign. */
  private static final int DECIMAL_BYTES = 16;

  private final MessageDigest sha256 = HashingSink.sha256();
  private final int[] order;
  private final ColumnKind[] kinds;
  private final byte[] hash = new byte[DIGEST];

  /** The sum, lowest word first. */
  private final long[] sum = new long[WORDS];

  private long rows;
  private byte[] row = new byte[1024];
  private int end;

  RowHasher(List<SchemaColumn> columns) {
    for (SchemaColumn column : columns) {
      if (column.kind() == ColumnKind.NESTED) {
        throw new ParquetFileException(
            ParquetErrorCode.SCHEMA_REFUSED,
            "column '" + column.name() + "' is nested, and such rows have no content digest");
      }
    }
    this.kinds = columns.stream().map(SchemaColumn::kind).toArray(ColumnKind[]::new);
    byte[][] names =
        columns.stream()
            .map(column -> column.name().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    Comparator<Integer> byName = (a, b) -> Arrays.compareUnsigned(names[a], names[b]);
    this.order = IntStream.range(0, kinds.length).boxed().sorted(byName).mapToInt(i -> i).toArray();
    for (int column : order) {
      sha256.update(names[column]);
      sha256.update((byte) 0);
      sha256.update(type(columns.get(column)).getBytes(StandardCharsets.US_ASCII));
      sha256.update((byte) 0);
    }
    System.arraycopy(sha256.digest(), 0, row, 0, DIGEST);
    end = DIGEST;
  }

  /** The type as which a value is hashed: widening a column does not change it. */
  private static String type(SchemaColumn column) {
    return switch (column.kind()) {
      case INT, LONG -> "integer";
      case FLOAT, DOUBLE -> "double";
      case STRING, ENUM -> "string";
      case BYTES, FIXED -> "bytes";
      case DECIMAL -> "decimal " + column.scale();
      default -> column.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    };
  }

  /** The columns in the order in which their values are put. */
  int[] order() {
    return order;
  }

  void putNull() {
    reserve(1);
    row[end++] = 0;
  }

  /** Puts a number: a boolean, an integer, a date, a time, a decimal, the bits of a double. */
  void putNumber(int column, long value) {
    reserve(1 + DECIMAL_BYTES);
    row[end++] = 1;
    switch (kinds[column]) {
      case BOOLEAN -> row[end++] = (byte) value;
      case FLOAT, DOUBLE -> putLong(Double.doubleToLongBits(Double.longBitsToDouble(value)));
      case DECIMAL -> {
        putLong(value >> (Long.SIZE - 1));
        putLong(value);
      }
      default -> putLong(value);
    }
  }

  private void putLong(long value) {
    LittleEndian.putLong(row, end, Long.reverseBytes(value));
    end += Long.BYTES;
  }

  /**
   * Puts bytes: a text, bytes, a UUID, or the two's complement of a decimal, highest byte first.
   */
  void putBytes(int column, byte[] from, int offset, int length) {
    reserve(1 + DECIMAL_BYTES + length);
    row[end++] = 1;
    if (kinds[column] == ColumnKind.DECIMAL) {
      int missing = DECIMAL_BYTES - length;
      byte sign = (byte) (length > 0 && from[offset] < 0 ? -1 : 0);
      if (missing > 0) {
        Arrays.fill(row, end, end + missing, sign);
      }
      System.arraycopy(
          from,
          offset + Math.max(0, -missing),
          row,
          end + Math.max(0, missing),
          Math.min(length, DECIMAL_BYTES));
      end += DECIMAL_BYTES;
      return;
    }
    LittleEndian.putInt(row, end, Integer.reverseBytes(length));
    end += Integer.BYTES;
    System.arraycopy(from, offset, row, end, length);
    end += length;
  }

  private void reserve(int more) {
    if (row.length - end < more) {
      row = Arrays.copyOf(row, Math.max(end + more, 2 * row.length));
    }
  }

  /** Adds the row whose values were put. */
  void endRow() {
    sha256.update(row, 0, end);
    try {
      sha256.digest(hash, 0, DIGEST);
    } catch (DigestException tooShort) {
      throw new IllegalStateException("SHA-256 has 32 bytes", tooShort);
    }
    long carry = 0;
    for (int word = 0; word < WORDS; word++) {
      long part = Long.reverseBytes(LittleEndian.int64(hash, DIGEST - (word + 1) * Long.BYTES));
      long added = sum[word] + part;
      long carried = added + carry;
      carry = Long.compareUnsigned(added, part) < 0 ? 1L : 0L;
      carry += Long.compareUnsigned(carried, added) < 0 ? 1L : 0L;
      sum[word] = carried;
    }
    rows++;
    end = DIGEST;
  }

  ContentDigest digest() {
    byte[] total = new byte[DIGEST];
    for (int word = 0; word < WORDS; word++) {
      LittleEndian.putLong(total, DIGEST - (word + 1) * Long.BYTES, Long.reverseBytes(sum[word]));
    }
    return new ContentDigest(rows, HexFormat.of().formatHex(total));
  }
}
