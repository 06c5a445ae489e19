package io.strongroom.crypto;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that encryptors use when they are given no executor: as many as there are processors,
 * daemons, gone when idle.
 */
final class SharedThreads {
  private static final int IDLE_SECONDS = 10;
  private static final int LONGEST_QUEUE = 1024;

  private SharedThreads() {}

  static Executor executor() {
    return Pool.EXECUTOR;
  }

  private static final class Pool {
    static final ThreadPoolExecutor EXECUTOR = create();

    private static ThreadPoolExecutor create() {
      AtomicInteger number = new AtomicInteger();
      int threads = Runtime.getRuntime().availableProcessors();
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              threads,
              threads,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(LONGEST_QUEUE),
              work -> daemon(work, "strongroom-crypto-" + number.incrementAndGet()));
      pool.allowCoreThreadTimeOut(true);
      return pool;
    }
  }

  /** A thread that keeps neither the process nor an application's class loader alive. */
  static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(null, work, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }
}
