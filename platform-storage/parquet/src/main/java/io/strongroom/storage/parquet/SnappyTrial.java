package io.strongroom.storage.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.xerial.snappy.Snappy;

/**
 * Measures on the beginning of a page whether Snappy is worth its time. On texts such as random
 * identifiers it is at its slowest, and saves next to nothing.
 */
final class SnappyTrial {
  /** So many bytes are compressed for the decision; a shorter page says too little. */
  static final int SAMPLE = 64 * 1024;

  /** An eighth must be saved. */
  private static final int LEAST_SHARE = 8;

  private SnappyTrial() {}

  /** Whether pages like this one are to be compressed. */
  static boolean pays(byte[] bytes, int from, int length, BufferPool pool) {
    if (length < SAMPLE) {
      return true;
    }
    byte[] packed = pool.take(Snappy.maxCompressedLength(SAMPLE));
    try {
      return Snappy.compress(bytes, from, SAMPLE, packed, 0) <= SAMPLE - SAMPLE / LEAST_SHARE;
    } catch (IOException failed) {
      throw new UncheckedIOException("a sample cannot be compressed", failed);
    } finally {
      pool.give(packed);
    }
  }
}
