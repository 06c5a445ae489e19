package io.strongroom.storage.parquet;

/** Values of the encoding BYTE_STREAM_SPLIT: first the first bytes of all, then the second ones. */
final class SplitValues {
  private SplitValues() {}

  private static int count(int from, int to, int width) {
    if ((to - from) % width != 0) {
      throw new DamagedPageException("streams of different lengths");
    }
    return (to - from) / width;
  }

  static final class Numbers extends PageValues {
    private final byte[] bytes;
    private final int from;
    private final int width;
    private final int total;
    private int given;

    Numbers(byte[] bytes, int from, int to, int width) {
      this.bytes = bytes;
      this.from = from;
      this.width = width;
      this.total = count(from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int first = from + given;
      skip(count);
      int highest = width - 1;
      for (int index = 0; index < count; index++) {
        // The highest byte brings the sign.
        long value = bytes[first + highest * total + index];
        for (int stream = highest - 1; stream >= 0; stream--) {
          value = value << Byte.SIZE | (bytes[first + stream * total + index] & 0xff);
        }
        into.longs[index] = value;
      }
    }

    @Override
    void skip(int count) {
      if (count > total - given) {
        throw new DamagedPageException("fewer values than stated");
      }
      given += count;
    }
  }

  static final class Fixed extends PageValues {
    private final byte[] bytes;
    private final int from;
    private final int width;
    private final int total;
    private int given;

    Fixed(byte[] bytes, int from, int to, int width) {
      this.bytes = bytes;
      this.from = from;
      this.width = width;
      this.total = count(from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int first = from + given;
      skip(count);
      byte[] own = into.own((long) count * width);
      for (int index = 0; index < count; index++) {
        for (int stream = 0; stream < width; stream++) {
          own[index * width + stream] = bytes[first + stream * total + index];
        }
        into.offsets[index] = index * width;
        into.lengths[index] = width;
      }
      into.data = own;
    }

    @Override
    void skip(int count) {
      if (count > total - given) {
        throw new DamagedPageException("fewer values than stated");
      }
      given += count;
    }
  }
}
