package io.strongroom.storage.parquet;

import java.util.Arrays;

/** Values of the encodings that store differences, of numbers, lengths and texts. */
final class DeltaValues {
  private static final int SOME = 512;

  private DeltaValues() {}

  static final class Numbers extends PageValues {
    private final DeltaDecoder decoder;
    private final boolean ints;
    private long[] skipped = new long[0];

    Numbers(DeltaDecoder decoder, boolean ints) {
      this.decoder = decoder;
      this.ints = ints;
    }

    @Override
    void read(ColumnVector into, int count) {
      long[] longs = into.longs;
      decoder.read(longs, count);
      if (ints) {
        for (int index = 0; index < count; index++) {
          longs[index] = (int) longs[index];
        }
      }
    }

    @Override
    void skip(int count) {
      if (skipped.length == 0) {
        skipped = new long[SOME];
      }
      for (int done = 0; done < count; done += SOME) {
        decoder.read(skipped, Math.min(SOME, count - done));
      }
    }
  }

  /** Lengths or shared beginnings of texts, some at a time. */
  private static final class Lengths {
    private final DeltaDecoder decoder;
    private final long[] some = new long[SOME];
    private int filled;
    private int next;
    private int left;

    Lengths(byte[] bytes, int from, int to, long most) {
      this.decoder = new DeltaDecoder(bytes, from, to, most);
      this.left = decoder.total();
    }

    int next(long limit) {
      if (next == filled) {
        filled = Math.min(SOME, left);
        decoder.read(some, filled);
        left -= filled;
        next = 0;
        if (filled == 0) {
          throw new DamagedPageException("fewer texts than values");
        }
      }
      long length = some[next++];
      if (length < 0 || length > limit) {
        throw new DamagedPageException("a text beyond its page");
      }
      return (int) length;
    }
  }

  static final class Texts extends PageValues {
    private final byte[] bytes;
    private final int to;
    private final Lengths lengths;
    private int at;

    Texts(byte[] bytes, int from, int to, long most) {
      this.bytes = bytes;
      this.to = to;
      this.at = new DeltaDecoder(bytes, from, to, most).end();
      this.lengths = new Lengths(bytes, from, to, most);
    }

    /** The next text; it lies before {@link #at}. */
    int next() {
      int length = lengths.next(to - at);
      at += length;
      return length;
    }

    @Override
    void read(ColumnVector into, int count) {
      for (int index = 0; index < count; index++) {
        into.offsets[index] = at;
        into.lengths[index] = next();
      }
      into.data = bytes;
    }

    @Override
    void skip(int count) {
      for (int index = 0; index < count; index++) {
        next();
      }
    }
  }

  /** Texts that share their beginning with the one before. */
  static final class SharedTexts extends PageValues {
    private final byte[] bytes;
    private final Lengths shared;
    private final Texts rest;
    private final int width;
    private byte[] last = new byte[0];
    private int lastLength;

    SharedTexts(byte[] bytes, int from, int to, long most, int width) {
      this.bytes = bytes;
      this.shared = new Lengths(bytes, from, to, most);
      int end = new DeltaDecoder(bytes, from, to, most).end();
      this.rest = new Texts(bytes, end, to, most);
      this.width = width;
    }

    private void next() {
      int common = shared.next(lastLength);
      int from = rest.at;
      int own = rest.next();
      long length = (long) common + own;
      if (length > ReaderLimits.PAGE || (width >= 0 && length != width)) {
        throw new DamagedPageException("a text of another length than stated");
      }
      if (length > last.length) {
        last = Arrays.copyOf(last, (int) Math.max(64, Math.min(2 * length, ReaderLimits.PAGE)));
      }
      System.arraycopy(bytes, from, last, common, own);
      lastLength = (int) length;
    }

    @Override
    void read(ColumnVector into, int count) {
      int at = 0;
      for (int index = 0; index < count; index++) {
        next();
        byte[] target = into.own((long) at + lastLength);
        System.arraycopy(last, 0, target, at, lastLength);
        into.offsets[index] = at;
        into.lengths[index] = lastLength;
        at += lastLength;
      }
      into.data = into.own(at);
    }

    @Override
    void skip(int count) {
      for (int index = 0; index < count; index++) {
        next();
      }
    }
  }
}
