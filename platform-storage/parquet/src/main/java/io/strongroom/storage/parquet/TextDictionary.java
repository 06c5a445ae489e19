package io.strongroom.storage.parquet;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Distinct texts in the order in which they came, kept as the dictionary's page wants them. The
 * hashes differ from process to process, so that nobody can prepare texts that meet.
 */
final class TextDictionary {
  private static final int FIRST_SLOTS = 512;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long SEED = new SplittableRandom().nextLong();

  /** Hash in the upper half, id plus one in the lower; twice as many as texts at least. */
  private long[] slots = new long[FIRST_SLOTS];

  private int[] starts = new int[FIRST_SLOTS / 2];
  private int[] lengths = new int[FIRST_SLOTS / 2];
  private byte[] bytes = new byte[4 * 1024];
  private int end;
  private int size;
  private final int prefix;

  /**
   * An empty dictionary.
   *
   * @param prefix bytes in front of each text that hold its length: 4, or 0 where all are equal
   */
  TextDictionary(int prefix) {
    this.prefix = prefix;
  }

  int size() {
    return size;
  }

  /** How many bytes of memory it holds. */
  long arrayBytes() {
    return bytes.length
        + (long) Long.BYTES * slots.length
        + (long) Integer.BYTES * (starts.length + lengths.length);
  }

  byte[] bytes() {
    return bytes;
  }

  /** How long the dictionary's page is. */
  int end() {
    return end;
  }

  int start(int id) {
    return starts[id];
  }

  int length(int id) {
    return lengths[id];
  }

  /**
   * The text's id, a new one where it is new.
   *
   * @param from an array that goes on for at least eight bytes after the text
   */
  int id(byte[] from, int at, int length) {
    int hash = hash(from, at, length);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (true) {
      long entry = slots[slot];
      if (entry == 0) {
        return add(from, at, length, hash, slot);
      }
      if ((int) (entry >>> Integer.SIZE) == hash) {
        int id = (int) entry - 1;
        if (lengths[id] == length && same(from, at, starts[id], length)) {
          return id;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  private boolean same(byte[] from, int at, int start, int length) {
    int index = 0;
    for (; index + Long.BYTES <= length; index += Long.BYTES) {
      if (LittleEndian.int64(from, at + index) != LittleEndian.int64(bytes, start + index)) {
        return false;
      }
    }
    int rest = length - index;
    return rest == 0
        || (LittleEndian.int64(from, at + index) ^ LittleEndian.int64(bytes, start + index))
                << (Long.SIZE - rest * Byte.SIZE)
            == 0;
  }

  private static int hash(byte[] from, int at, int length) {
    long hash = SEED ^ length;
    int index = 0;
    for (; index + Long.BYTES <= length; index += Long.BYTES) {
      hash = (hash ^ LittleEndian.int64(from, at + index)) * MIX;
      hash ^= hash >>> 32;
    }
    int rest = length - index;
    if (rest > 0) {
      long last = LittleEndian.int64(from, at + index) << (Long.SIZE - rest * Byte.SIZE);
      hash = (hash ^ last) * MIX;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private int add(byte[] from, int at, int length, int hash, int slot) {
    if (size == starts.length) {
      grow();
      return id(from, at, length);
    }
    int needed = end + prefix + length + Long.BYTES;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
    if (prefix > 0) {
      LittleEndian.putInt(bytes, end, length);
    }
    System.arraycopy(from, at, bytes, end + prefix, length);
    starts[size] = end + prefix;
    lengths[size] = length;
    end += prefix + length;
    slots[slot] = ((long) hash << Integer.SIZE) | ++size;
    return size - 1;
  }

  private void grow() {
    starts = Arrays.copyOf(starts, 2 * starts.length);
    lengths = Arrays.copyOf(lengths, 2 * lengths.length);
    long[] before = slots;
    slots = new long[2 * before.length];
    int mask = slots.length - 1;
    for (long entry : before) {
      if (entry != 0) {
        int slot = (int) (entry >>> Integer.SIZE) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
      }
    }
  }

  void clear() {
    if (size > 0) {
      Arrays.fill(slots, 0);
      size = 0;
      end = 0;
    }
  }
}
