package io.strongroom.storage.parquet;

import java.util.Arrays;

/** Distinct numbers in the order in which they came. */
final class LongDictionary {
  private static final int FIRST_SLOTS = 1024;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private long[] values = new long[FIRST_SLOTS / 2];

  /** Id plus one; twice as many as values at least. */
  private int[] slots = new int[FIRST_SLOTS];

  private int shift = Integer.numberOfLeadingZeros(FIRST_SLOTS - 1) + Integer.SIZE;
  private int size;

  int size() {
    return size;
  }

  /** How many bytes of memory it holds. */
  long arrayBytes() {
    return (long) Long.BYTES * values.length + (long) Integer.BYTES * slots.length;
  }

  long value(int id) {
    return values[id];
  }

  /** The number's id, a new one where it is new. */
  int id(long value) {
    int mask = slots.length - 1;
    int slot = (int) ((value * MIX) >>> shift);
    while (true) {
      int id = slots[slot] - 1;
      if (id < 0) {
        return add(value, slot);
      }
      if (values[id] == value) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
  }

  private int add(long value, int slot) {
    if (size == values.length) {
      grow();
      return id(value);
    }
    values[size] = value;
    slots[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    values = Arrays.copyOf(values, 2 * values.length);
    slots = new int[2 * slots.length];
    shift--;
    int mask = slots.length - 1;
    for (int id = 0; id < size; id++) {
      int slot = (int) ((values[id] * MIX) >>> shift);
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = id + 1;
    }
  }

  void clear() {
    if (size > 0) {
      Arrays.fill(slots, 0);
      size = 0;
    }
  }
}
