package io.strongroom.storage.parquet;

/** Values of the encoding PLAIN, and booleans in runs. */
final class PlainValues {
  private PlainValues() {}

  private static DamagedPageException tooFew() {
    return new DamagedPageException("fewer values than stated");
  }

  /** Values of one width, one behind the other. */
  private abstract static class Wide extends PageValues {
    final byte[] bytes;
    final int width;
    private final int to;
    private int at;

    Wide(byte[] bytes, int from, int to, int width) {
      this.bytes = bytes;
      this.at = from;
      this.to = to;
      this.width = width;
    }

    /** Where the next values stand; goes on behind them. */
    final int pass(int count) {
      if ((long) count * width > to - at) {
        throw tooFew();
      }
      int from = at;
      at += count * width;
      return from;
    }

    @Override
    final void skip(int count) {
      pass(count);
    }
  }

  static final class Numbers extends Wide {
    Numbers(byte[] bytes, int from, int to, int width) {
      super(bytes, from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int from = pass(count);
      long[] longs = into.longs;
      if (width == Long.BYTES) {
        for (int index = 0; index < count; index++) {
          longs[index] = LittleEndian.int64(bytes, from + index * Long.BYTES);
        }
      } else {
        for (int index = 0; index < count; index++) {
          longs[index] = LittleEndian.int32(bytes, from + index * Integer.BYTES);
        }
      }
    }
  }

  static final class Booleans extends PageValues {
    private final byte[] bytes;
    private final long to;
    private long bit;

    Booleans(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.bit = (long) from * Byte.SIZE;
      this.to = (long) to * Byte.SIZE;
    }

    @Override
    void read(ColumnVector into, int count) {
      long from = bit;
      skip(count);
      for (int index = 0; index < count; index++, from++) {
        into.longs[index] = bytes[(int) (from >>> 3)] >> (from & 7) & 1;
      }
    }

    @Override
    void skip(int count) {
      if (count > to - bit) {
        throw tooFew();
      }
      bit += count;
    }
  }

  static final class BooleanRuns extends PageValues {
    private final RunDecoder runs;

    BooleanRuns(RunDecoder runs) {
      this.runs = runs;
    }

    @Override
    void read(ColumnVector into, int count) {
      int[] values = into.ids();
      runs.read(values, count);
      for (int index = 0; index < count; index++) {
        into.longs[index] = values[index] & 1;
      }
    }

    @Override
    void skip(int count) {
      runs.skip(count);
    }
  }

  static final class Texts extends PageValues {
    private final byte[] bytes;
    private final int to;
    private int at;

    Texts(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.at = from;
      this.to = to;
    }

    @Override
    void read(ColumnVector into, int count) {
      int next = at;
      int[] offsets = into.offsets;
      int[] lengths = into.lengths;
      for (int index = 0; index < count; index++) {
        int length = length(next);
        next += Integer.BYTES;
        offsets[index] = next;
        lengths[index] = length;
        next += length;
      }
      at = next;
      into.data = bytes;
    }

    private int length(int next) {
      int length = to - next < Integer.BYTES ? -1 : LittleEndian.int32(bytes, next);
      if (length < 0 || length > to - next - Integer.BYTES) {
        throw tooFew();
      }
      return length;
    }

    @Override
    void skip(int count) {
      for (int index = 0; index < count; index++) {
        at += Integer.BYTES + length(at);
      }
    }
  }

  static final class Fixed extends Wide {
    Fixed(byte[] bytes, int from, int to, int width) {
      super(bytes, from, to, width);
    }

    @Override
    void read(ColumnVector into, int count) {
      int from = pass(count);
      for (int index = 0; index < count; index++) {
        into.offsets[index] = from + index * width;
        into.lengths[index] = width;
      }
      into.data = bytes;
    }
  }
}
