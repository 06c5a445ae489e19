package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;

/**
 * Measures on the beginning of a page whether a high level of Zstandard makes it shorter than level
 * 1 does. Random identifiers and packed numbers often become longer, and take twice the time.
 */
final class ZstdTrial {
  /** So many bytes are compressed for the decision; a shorter page says too little. */
  static final int SAMPLE = 128 * 1024;

  private ZstdTrial() {}

  /**
   * The level for pages like this one.
   *
   * @param asked the level that is to be beaten by level 1
   */
  static int level(int asked, byte[] bytes, int from, int length, BufferPool pool) {
    if (asked == 1 || length < SAMPLE) {
      return asked;
    }
    byte[] packed = pool.take(Math.toIntExact(Zstd.compressBound(SAMPLE)));
    try {
      return packed(1, bytes, from, packed) <= packed(asked, bytes, from, packed) ? 1 : asked;
    } finally {
      pool.give(packed);
    }
  }

  private static long packed(int level, byte[] bytes, int from, byte[] into) {
    return Zstd.compressByteArray(into, 0, into.length, bytes, from, SAMPLE, level);
  }
}
