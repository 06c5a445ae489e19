package io.strongroom.storage.parquet;

import java.util.Arrays;

/**
 * Decodes levels and dictionary ids: the format's hybrid of runs of one value and of bit-packed
 * values. Throws {@link DamagedPageException} where the bytes make no sense; allocates nothing.
 */
final class RunDecoder {
  private static final long MOST_PADDING = 64;

  private final byte[] bytes;
  private final int to;
  private final int width;
  private final String what;
  private int at;
  private int left;
  private boolean packed;
  private int repeated;
  private long bit;

  /**
   * Starts at the first run.
   *
   * @param width bits of a value, 0 to 32
   * @param what what the runs hold, for messages
   */
  RunDecoder(byte[] bytes, int from, int to, int width, String what) {
    this.what = what;
    if (width < 0 || width > Integer.SIZE) {
      throw damaged("values of " + width + " bits");
    }
    this.bytes = bytes;
    this.at = from;
    this.to = to;
    this.width = width;
  }

  private DamagedPageException damaged(String how) {
    return new DamagedPageException(how + " in its " + what);
  }

  private void nextRun() {
    long header = 0;
    int shift = 0;
    int next;
    do {
      if (at >= to || shift > 28) {
        throw damaged("a run is damaged or missing");
      }
      next = bytes[at++] & 0xff;
      header |= (long) (next & 0x7f) << shift;
      shift += 7;
    } while ((next & 0x80) != 0);
    long units = header >>> 1;
    if (units == 0 || header > Integer.MAX_VALUE) {
      throw damaged("a run of no or too many values");
    }
    packed = (header & 1) != 0;
    if (packed) {
      long values = units * Byte.SIZE;
      bit = (long) at * Byte.SIZE;
      if (width > 0) {
        // The last run may end before its padding does, which is 63 groups of 8 at most.
        if (units * width > to - at + MOST_PADDING * width) {
          throw damaged("a run of too many values");
        }
        values = Math.min(values, (long) (to - at) * Byte.SIZE / width);
      }
      at = (int) Math.min(to, at + units * width);
      left = (int) Math.min(values, Integer.MAX_VALUE);
      if (left == 0) {
        throw damaged("a run ends too early");
      }
    } else {
      int size = (width + 7) / Byte.SIZE;
      if (to - at < size) {
        throw damaged("a run ends too early");
      }
      repeated = size == 0 ? 0 : (int) LittleEndian.unsigned(bytes, at, size);
      at += size;
      left = (int) units;
    }
  }

  /** Decodes the next values. */
  void read(int[] into, int count) {
    int done = 0;
    while (done < count) {
      if (left == 0) {
        nextRun();
      }
      int some = Math.min(left, count - done);
      if (!packed) {
        Arrays.fill(into, done, done + some, repeated);
      } else if (width == 0) {
        Arrays.fill(into, done, done + some, 0);
      } else {
        long from = bit;
        for (int index = 0; index < some; index++) {
          into[done + index] = LittleEndian.bits(bytes, from, width);
          from += width;
        }
        bit = from;
      }
      left -= some;
      done += some;
    }
  }

  /**
   * Decodes the next levels of a nullable column: 1 is a value, 0 is none.
   *
   * @return how many values there are
   */
  int readLevels(boolean[] nulls, int count) {
    int done = 0;
    int present = 0;
    while (done < count) {
      if (left == 0) {
        nextRun();
      }
      int some = Math.min(left, count - done);
      if (!packed) {
        if ((repeated & ~1) != 0) {
          throw damaged("a level beyond 1");
        }
        Arrays.fill(nulls, done, done + some, repeated == 0);
        present += repeated == 0 ? 0 : some;
      } else {
        long from = bit;
        for (int index = 0; index < some; index++, from++) {
          int level = bytes[(int) (from >>> 3)] >> (from & 7) & 1;
          nulls[done + index] = level == 0;
          present += level;
        }
        bit = from;
      }
      left -= some;
      done += some;
    }
    return present;
  }

  /** Passes over the next values. */
  void skip(int count) {
    int rest = count;
    while (rest > 0) {
      if (left == 0) {
        nextRun();
      }
      int some = Math.min(left, rest);
      bit += (long) some * width;
      left -= some;
      rest -= some;
    }
  }
}
