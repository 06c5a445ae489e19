package io.strongroom.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/** Runs and deltas as the format packs them (Parquet, Encodings.md). */
final class IntegerPacking {
  private static final int BLOCK = 128;
  private static final int MINI_BLOCKS = 4;
  private static final int MINI_BLOCK = BLOCK / MINI_BLOCKS;

  /** A run of equal ids is worth more than packing from this length on. */
  private static final int LONG_RUN = 16;

  private IntegerPacking() {}

  /** Bits that the numbers from 0 to this one need. */
  static int width(int largest) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
  }

  /** Ids of a dictionary: a byte of width, then one packed run, or several where ids repeat. */
  static void ids(int[] ids, int count, int width, PageOutput out) {
    out.put(width);
    if (count == 0) {
      return;
    }
    if (width == 0) {
      out.putVarLong((long) count << 1);
      return;
    }
    if (repeated(ids, count) > count / 4) {
      runs(ids, count, width, out);
      return;
    }
    int groups = (count + 7) / 8;
    out.putVarLong(((long) groups << 1) | 1);
    int length = Math.toIntExact((long) groups * width);
    out.reserve(length + Long.BYTES);
    byte[] bytes = out.bytes();
    int at = out.end();
    int end = at + length;
    long packed = 0;
    int bits = 0;
    for (int index = 0; index < count; index++) {
      packed |= (long) ids[index] << bits;
      bits += width;
      if (bits >= Integer.SIZE) {
        LittleEndian.putInt(bytes, at, (int) packed);
        at += Integer.BYTES;
        packed >>>= Integer.SIZE;
        bits -= Integer.SIZE;
      }
    }
    while (at < end) {
      bytes[at++] = (byte) packed;
      packed >>>= Byte.SIZE;
    }
    out.end(end);
  }

  /** How many ids stand in runs that are worth it. */
  private static int repeated(int[] ids, int count) {
    int repeated = 0;
    int start = 0;
    for (int index = 1; index <= count; index++) {
      if (index == count || ids[index] != ids[start]) {
        if (index - start >= LONG_RUN) {
          repeated += index - start;
        }
        start = index;
      }
    }
    return repeated;
  }

  private static void runs(int[] ids, int count, int width, PageOutput out) {
    try (RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(
            width, 1024, 1024 * 1024, HeapByteBufferAllocator.getInstance())) {
      for (int index = 0; index < count; index++) {
        encoder.writeInt(ids[index]);
      }
      ByteArrayOutputStream encoded = new ByteArrayOutputStream();
      encoder.toBytes().writeAllTo(encoded);
      out.put(encoded.toByteArray(), 0, encoded.size());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * DELTA_BINARY_PACKED, blocks of 128 values in four parts.
   *
   * @param scratch at least 128 long
   * @param narrow whether the values are of 32 bits, whose differences wrap around at 32
   */
  static void deltas(long[] values, int count, boolean narrow, long[] scratch, PageOutput out) {
    out.putVarLong(BLOCK);
    out.putVarLong(MINI_BLOCKS);
    out.putVarLong(count);
    out.putZigZag(count == 0 ? 0 : values[0]);
    for (int from = 1; from < count; from += BLOCK) {
      block(values, from, Math.min(BLOCK, count - from), narrow, scratch, out);
    }
  }

  private static void block(
      long[] values, int from, int count, boolean narrow, long[] deltas, PageOutput out) {
    long least = Long.MAX_VALUE;
    long before = values[from - 1];
    for (int index = 0; index < count; index++) {
      long value = values[from + index];
      long delta = narrow ? (int) value - (int) before : value - before;
      before = value;
      deltas[index] = delta;
      least = Math.min(least, delta);
    }
    out.putZigZag(least);
    long mask = narrow ? 0xffff_ffffL : -1L;
    for (int index = 0; index < count; index++) {
      deltas[index] = (deltas[index] - least) & mask;
    }
    Arrays.fill(deltas, count, BLOCK, 0);
    out.reserve(MINI_BLOCKS + BLOCK * Long.BYTES);
    byte[] bytes = out.bytes();
    int at = out.end();
    int widths = at;
    at += MINI_BLOCKS;
    for (int part = 0; part < MINI_BLOCKS; part++) {
      int start = part * MINI_BLOCK;
      long all = 0;
      for (int index = start; index < start + MINI_BLOCK; index++) {
        all |= deltas[index];
      }
      int width = Long.SIZE - Long.numberOfLeadingZeros(all);
      bytes[widths + part] = (byte) width;
      if (width > 0) {
        pack(deltas, start, width, bytes, at);
        at += width * MINI_BLOCK / Byte.SIZE;
      }
    }
    out.end(at);
  }

  private static void pack(long[] values, int start, int width, byte[] bytes, int at) {
    long packed = 0;
    int bits = 0;
    int into = at;
    for (int index = start; index < start + MINI_BLOCK; index++) {
      long value = values[index];
      packed |= value << bits;
      bits += width;
      if (bits >= Long.SIZE) {
        LittleEndian.putLong(bytes, into, packed);
        into += Long.BYTES;
        bits -= Long.SIZE;
        packed = bits == 0 ? 0 : value >>> (width - bits);
      }
    }
    if (bits > 0) {
      LittleEndian.putInt(bytes, into, (int) packed);
    }
  }
}
