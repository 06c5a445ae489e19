package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.xerial.snappy.Snappy;

/**
 * Measures on some values whether BYTE_STREAM_SPLIT makes a column of floating-point numbers
 * smaller: compressed as the file is, beside plain values and a dictionary.
 */
final class SplitTrial {
  /** So many values are compressed for the decision. */
  static final int VALUES = 8_192;

  /** A twentieth must be saved, because readers take longer. */
  private static final int PERCENT = 95;

  private final Codec codec;
  private final int level;
  private final int width;

  SplitTrial(WriterSettings settings, int width) {
    this.codec = settings.codec();
    this.level = settings.zstdLevel();
    this.width = width;
  }

  /** Whether split values are smaller than plain ones. */
  boolean beatsPlain(long[] values, int count) {
    int some = Math.min(count, VALUES);
    return codec != Codec.UNCOMPRESSED
        && 100L * compressed(split(values, some))
            < (long) PERCENT * compressed(plain(values, some));
  }

  /**
   * Whether split values are smaller than what a dictionary makes of them.
   *
   * @param dictionary the bytes of its entries
   * @param share over how many times as many values these will be spread
   * @param ids its ids of the values, as a page has them
   */
  boolean beatsDictionary(long[] values, int count, byte[] dictionary, int share, byte[] ids) {
    int some = Math.min(count, VALUES);
    return codec != Codec.UNCOMPRESSED
        && 100L * compressed(split(values, some))
            < (long) PERCENT * (compressed(dictionary) / share + (long) compressed(ids));
  }

  private byte[] plain(long[] values, int count) {
    byte[] bytes = new byte[count * width];
    for (int index = 0; index < count; index++) {
      for (int at = 0; at < width; at++) {
        bytes[index * width + at] = (byte) (values[index] >>> (at * Byte.SIZE));
      }
    }
    return bytes;
  }

  private byte[] split(long[] values, int count) {
    byte[] bytes = new byte[count * width];
    write(values, count, width, bytes, 0);
    return bytes;
  }

  /** Writes first the lowest bytes of all values, then the next ones. */
  static void write(long[] values, int count, int width, byte[] into, int from) {
    for (int stream = 0; stream < width; stream++) {
      int shift = stream * Byte.SIZE;
      int at = from + stream * count;
      for (int index = 0; index < count; index++) {
        into[at + index] = (byte) (values[index] >>> shift);
      }
    }
  }

  private int compressed(byte[] bytes) {
    if (codec == Codec.ZSTD) {
      return Zstd.compress(bytes, level).length;
    }
    try {
      return Snappy.compress(bytes).length;
    } catch (IOException failed) {
      throw new UncheckedIOException("a sample cannot be compressed", failed);
    }
  }
}
