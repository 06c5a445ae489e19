package io.strongroom.storage.publication;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A few threads for what waits for a store. Who hands out work waits when too much is on its way,
 * so memory stays bounded. Used by one thread, which closes it.
 */
final class Workers implements AutoCloseable {
  private final ExecutorService threads;
  private final int most;
  private final List<Future<Boolean>> running = new ArrayList<>();

  Workers(int number) {
    this.most = 4 * number;
    this.threads =
        Executors.newFixedThreadPool(
            number,
            task -> {
              Thread thread = new Thread(task, "strongroom-check");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Has something done, sooner or later; throws what other work threw. */
  void run(Runnable work) {
    if (running.size() >= most) {
      await();
    }
    running.add(
        threads.submit(
            () -> {
              work.run();
              return true;
            }));
  }

  /** Has something found out. */
  <T> Future<T> ask(Callable<T> question) {
    return threads.submit(question);
  }

  /** Waits for all work and throws what any of it threw. */
  void await() {
    try {
      running.forEach(Workers::get);
    } finally {
      running.clear();
    }
  }

  /** What a question came to. */
  static <T> T get(Future<T> answer) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException failure) {
            throw failure;
          }
          if (e.getCause() instanceof Error failure) {
            throw failure;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
