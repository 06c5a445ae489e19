package io.strongroom.storage.parquet;

import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Who may work for a writer.
 *
 * @param threads how many, the caller's own included
 * @param executor of the others
 */
record Workers(int threads, Executor executor) {
  private static final int MAX_THREADS = 256;

  /** The caller's thread alone. */
  static final Workers NONE = new Workers(1, Runnable::run);

  Workers {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(threads + " threads are not 1 to 256");
    }
    Objects.requireNonNull(executor, "executor");
  }
}
