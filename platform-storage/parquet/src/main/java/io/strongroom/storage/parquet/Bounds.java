package io.strongroom.storage.parquet;

import java.math.BigInteger;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What a row group or a page says about its values: whether there are nulls, and between which
 * values the others lie.
 */
final class Bounds {
  private final boolean mayHaveNulls;
  private final boolean onlyNulls;
  private boolean hasLongs;
  private long minLong;
  private long maxLong;
  private boolean hasDoubles;
  private double minDouble;
  private double maxDouble;
  private byte @Nullable [] minBytes;
  private byte @Nullable [] maxBytes;

  /**
   * Makes sense of stored bounds; of what is not understood nothing is known.
   *
   * @param min the smallest value as the file states it; null when it does not
   */
  Bounds(
      ColumnSlot slot,
      boolean mayHaveNulls,
      boolean onlyNulls,
      byte @Nullable [] min,
      byte @Nullable [] max) {
    this.mayHaveNulls = mayHaveNulls;
    this.onlyNulls = onlyNulls;
    PrimitiveTypeName stored = slot.type.getPrimitiveTypeName();
    if (slot.column.kind().bytes()) {
      // Of a UUID that is stored as a text the order is another.
      if (slot.form == StoredForm.SAME) {
        minBytes = min;
        maxBytes = max;
      }
      return;
    }
    // Digits of different lengths may have been cut.
    int size = stored == PrimitiveTypeName.BOOLEAN ? 1 : PageValues.width(slot.type);
    if (min != null && max != null && size > 0 && min.length == size && max.length == size) {
      numbers(slot, stored, min, max);
    }
  }

  private void numbers(ColumnSlot slot, PrimitiveTypeName stored, byte[] min, byte[] max) {
    switch (stored) {
      case BOOLEAN -> longs(slot, min[0] & 1, max[0] & 1);
      case INT32 -> longs(slot, LittleEndian.int32(min, 0), LittleEndian.int32(max, 0));
      case INT64 -> longs(slot, LittleEndian.int64(min, 0), LittleEndian.int64(max, 0));
      case FLOAT ->
          doubles(
              Float.intBitsToFloat(LittleEndian.int32(min, 0)),
              Float.intBitsToFloat(LittleEndian.int32(max, 0)));
      case DOUBLE ->
          doubles(
              Double.longBitsToDouble(LittleEndian.int64(min, 0)),
              Double.longBitsToDouble(LittleEndian.int64(max, 0)));
      case FIXED_LEN_BYTE_ARRAY -> digits(slot, min, max);
      case BINARY, INT96 -> {}
    }
  }

  private void longs(ColumnSlot slot, long min, long max) {
    if (slot.vector.shape == ColumnVector.Shape.DOUBLES) {
      doubles((double) min, (double) max);
    } else {
      hasLongs = min <= max;
      minLong = min;
      maxLong = max;
    }
  }

  private void doubles(double min, double max) {
    hasDoubles = min <= max;
    minDouble = min;
    maxDouble = max;
  }

  private void digits(ColumnSlot slot, byte[] min, byte[] max) {
    if (slot.vector.shape == ColumnVector.Shape.RANGES) {
      minBytes = min;
      maxBytes = max;
      return;
    }
    BigInteger least = new BigInteger(min);
    BigInteger most = new BigInteger(max);
    if (least.bitLength() < Long.SIZE && most.bitLength() < Long.SIZE) {
      longs(slot, least.longValue(), most.longValue());
    }
  }

  boolean mayHaveNulls() {
    return mayHaveNulls;
  }

  boolean onlyNulls() {
    return onlyNulls;
  }

  boolean hasLongs() {
    return hasLongs;
  }

  long minLong() {
    return minLong;
  }

  long maxLong() {
    return maxLong;
  }

  boolean hasDoubles() {
    return hasDoubles;
  }

  double minDouble() {
    return minDouble;
  }

  double maxDouble() {
    return maxDouble;
  }

  byte @Nullable [] minBytes() {
    return minBytes;
  }

  byte @Nullable [] maxBytes() {
    return maxBytes;
  }
}
