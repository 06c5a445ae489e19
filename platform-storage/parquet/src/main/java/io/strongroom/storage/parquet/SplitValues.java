package io.strongroom.storage.parquet;

/** Values of the encoding BYTE_STREAM_SPLIT: first the first bytes of all, then the second ones. */
final class SplitValues {
  private SplitValues() {}

  /** Values of one width, of which some were given. */
  private abstract static class Streams extends PageValues {
    final byte[] bytes;
    final int from;
    final int width;
    final int total;
    private int given;

    Streams(byte[] bytes, int from, int to, int width) {
      if ((to - from) % width != 0) {
        throw new DamagedPageException("streams of different lengths");
      }
      this.bytes = bytes;
      this.from = from;
      this.width = width;
      this.total = (to - from) / width;
    }

    /** Where the first bytes of the next values stand; goes on behind these values. */
    final int pass(int count) {
      int first = from + given;
      skip(count);
      return first;
    }

    @Override
    final void skip(int count) {
      if (count > total - given) {
        throw new DamagedPageException("fewer values than stated");
      }
      given += count;
    }
  }

  static final class Numbers extends Streams {
    Numbers(byte[] bytes, int from, int to, int width) {
      super(bytes, from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int first = pass(count);
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
  }

  static final class Fixed extends Streams {
    Fixed(byte[] bytes, int from, int to, int width) {
      super(bytes, from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int first = pass(count);
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
  }
}
