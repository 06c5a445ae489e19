package io.strongroom.storage.parquet;

/**
 * Decodes DELTA_BINARY_PACKED: blocks of differences, each block with its smallest difference and
 * the bit widths of its parts. Allocates nothing.
 */
final class DeltaDecoder {
  private static final int MAX_BLOCK = 1 << 16;

  private final byte[] bytes;
  private final int to;
  private final int perPart;
  private final int parts;
  private final int total;
  private int at;
  private int given;
  private long value;
  private long smallest;
  private int widths;
  private int part;
  private int width;
  private int leftInPart;
  private long bit;

  /**
   * Starts at the header.
   *
   * @param most how many values the page can have at most
   */
  DeltaDecoder(byte[] bytes, int from, int to, long most) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
    long block = number();
    long count = number();
    long values = number();
    if (block <= 0 || block > MAX_BLOCK || count <= 0 || block % count != 0) {
      throw new DamagedPageException("differences in blocks of " + block + " values");
    }
    this.parts = (int) count;
    this.perPart = (int) (block / count);
    if (perPart % Byte.SIZE != 0 || values < 0 || values > most) {
      throw new DamagedPageException("differences of " + values + " values");
    }
    this.total = (int) values;
    this.part = parts;
    this.value = signed();
  }

  private long number() {
    long result = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= to) {
        throw new DamagedPageException("a number is missing");
      }
      int next = bytes[at++];
      result |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return result;
      }
    }
    throw new DamagedPageException("a number does not end");
  }

  private long signed() {
    long folded = number();
    return folded >>> 1 ^ -(folded & 1);
  }

  int total() {
    return total;
  }

  private void nextPart() {
    if (part == parts) {
      smallest = signed();
      if (to - at < parts) {
        throw new DamagedPageException("the widths of a block are missing");
      }
      widths = at;
      at += parts;
      part = 0;
    }
    width = bytes[widths + part] & 0xff;
    part++;
    int size = perPart / Byte.SIZE * width;
    if (width > Long.SIZE || size > to - at) {
      throw new DamagedPageException("a part of a block ends too early");
    }
    bit = (long) at * Byte.SIZE;
    at += size;
    leftInPart = perPart;
  }

  /** Decodes the next values. */
  void read(long[] into, int count) {
    if (count > total - given) {
      throw new DamagedPageException("more values than differences");
    }
    int done = 0;
    if (given == 0 && count > 0) {
      into[done++] = value;
    }
    given += count;
    while (done < count) {
      if (leftInPart == 0) {
        nextPart();
      }
      int some = Math.min(leftInPart, count - done);
      long last = value;
      if (width == 0) {
        for (int index = 0; index < some; index++) {
          last += smallest;
          into[done + index] = last;
        }
      } else {
        long from = bit;
        for (int index = 0; index < some; index++) {
          last += smallest + LittleEndian.longBits(bytes, from, width);
          into[done + index] = last;
          from += width;
        }
        bit = from;
      }
      value = last;
      leftInPart -= some;
      done += some;
    }
  }

  /** Where the bytes behind all values begin; passes over the values. */
  int end() {
    long rest = (long) total - 1;
    while (rest > 0) {
      nextPart();
      rest -= perPart;
    }
    return at;
  }
}
