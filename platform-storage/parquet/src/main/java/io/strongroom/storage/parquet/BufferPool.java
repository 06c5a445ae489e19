package io.strongroom.storage.parquet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Buffers that writers use again and again, so that a row costs no garbage. Keeps a bounded amount
 * of what is given back. Safe for use by several threads.
 */
final class BufferPool {
  private static final int SMALLEST_BITS = 10;
  private static final int STEPS = 4;
  private static final int CLASSES = (31 - SMALLEST_BITS) * STEPS + 1;

  /** How many classes above the wanted one a buffer may come from: at most half of it is wasted. */
  private static final int REACH = STEPS;

  private final long bytesKept;
  private final List<ArrayDeque<byte[]>> free = new ArrayList<>();
  private volatile long kept;
  private volatile long taken;

  /**
   * An empty pool.
   *
   * @param bytesKept how much it keeps for later at most
   */
  BufferPool(long bytesKept) {
    this.bytesKept = bytesKept;
    for (int index = 0; index < CLASSES; index++) {
      free.add(new ArrayDeque<>());
    }
  }

  /** A buffer with any content, at least as long as asked for. */
  byte[] take(int length) {
    int wanted = classOf(length);
    synchronized (this) {
      for (int index = wanted; index < Math.min(CLASSES, wanted + REACH); index++) {
        byte[] buffer = free.get(index).pollLast();
        if (buffer != null) {
          kept -= buffer.length;
          taken += buffer.length;
          return buffer;
        }
      }
      taken += sizeOf(wanted);
    }
    return new byte[sizeOf(wanted)];
  }

  /** Takes back a buffer that came from {@link #take} and that nobody uses any more. */
  void give(byte[] buffer) {
    int index = classOf(buffer.length);
    synchronized (this) {
      if (sizeOf(index) != buffer.length) {
        return;
      }
      taken -= buffer.length;
      if (kept + buffer.length <= bytesKept) {
        free.get(index).addLast(buffer);
        kept += buffer.length;
      }
    }
  }

  /** How many bytes it holds and has given out. */
  long bytes() {
    return taken + kept;
  }

  /**
   * The smallest class whose buffers hold so many bytes: four between one power of two and the
   * next.
   */
  private static int classOf(int length) {
    if (length <= 1 << SMALLEST_BITS) {
      return 0;
    }
    int bits = 31 - Integer.numberOfLeadingZeros(length - 1);
    int quarter = ((length - 1) >>> (bits - 2)) & 3;
    return Math.min(CLASSES - 1, (bits - SMALLEST_BITS) * STEPS + quarter + 1);
  }

  private static int sizeOf(int index) {
    if (index == CLASSES - 1) {
      return Integer.MAX_VALUE - 8;
    }
    int bits = SMALLEST_BITS + index / STEPS;
    return (1 << bits) + ((index % STEPS) << (bits - 2));
  }
}
