package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as Parquet stores them: the lowest byte and the lowest bit first. */
final class LittleEndian {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static int int32(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static long int64(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void putInt(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  static void putLong(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  /** So many bytes, 1 to 8, without a sign. */
  static long unsigned(byte[] bytes, int at, int length) {
    long value = 0;
    for (int index = length - 1; index >= 0; index--) {
      value = value << Byte.SIZE | (bytes[at + index] & 0xff);
    }
    return value;
  }

  /** The bits from {@code bit} on, at least 57 of them; those beyond the array are 0. */
  private static long window(byte[] bytes, long bit) {
    int at = (int) (bit >>> 3);
    long word =
        bytes.length - at >= Long.BYTES
            ? int64(bytes, at)
            : unsigned(bytes, at, Math.max(0, bytes.length - at));
    return word >>> (bit & 7);
  }

  /** An unsigned number of so many bits, 1 to 32. */
  static int bits(byte[] bytes, long bit, int width) {
    return (int) (window(bytes, bit) & (-1L >>> (Long.SIZE - width)));
  }

  /** An unsigned number of so many bits, 1 to 64. */
  static long longBits(byte[] bytes, long bit, int width) {
    long low = window(bytes, bit);
    if (width > 56) {
      low = (low & 0xff_ffff_ffff_ffffL) | (window(bytes, bit + 56) << 56);
    }
    return low & (-1L >>> (Long.SIZE - width));
  }
}
