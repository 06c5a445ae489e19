package io.strongroom.audit;

import io.strongroom.storage.journal.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces the full tiles and bundles of a local log to disk, then the checkpoint, and then lets go
 * of their entries in the journal: on a thread of its own, because a disk takes as long for some
 * thousand files as many checkpoints do. Used by one thread.
 */
final class TileForcing {
  private static final Logger LOG = LoggerFactory.getLogger(TileForcing.class);

  private static final int MOST_THREADS = 16;
  private static final int FILES_A_THREAD = 8;

  private final LogFiles files;
  private final Journal journal;
  private final String origin;
  private final Runnable ended;
  private @Nullable Thread running;

  /** A file that could not be forced to disk may be lost, and asking again would not tell. */
  private volatile boolean failed;

  /** Forcing that tells this whenever it is done. */
  TileForcing(LogFiles files, Journal journal, String origin, Runnable ended) {
    this.files = files;
    this.journal = journal;
    this.origin = origin;
    this.ended = ended;
  }

  /** Whether nothing is to be forced any more. */
  boolean hasFailed() {
    return failed;
  }

  boolean isRunning() {
    return running != null && running.isAlive();
  }

  /**
   * Begins to force files; none are being forced.
   *
   * @param names the files
   * @param size up to which the journal is let go of when they are on disk
   */
  void begin(List<String> names, long size) {
    List<String> batch = new ArrayList<>(names);
    Thread thread = new Thread(() -> force(batch, size), "strongroom-audit-forcing");
    thread.setDaemon(true);
    running = thread;
    thread.start();
  }

  /** Waits until nothing is being forced. */
  void await() {
    if (running != null) {
      Waiting.forEnd(running);
      running = null;
    }
  }

  private void force(List<String> names, long size) {
    try {
      forceAll(names);
      files.force(LogObjects.CHECKPOINT);
      files.forceNames();
    } catch (IOException | RuntimeException thrown) {
      failed = true;
      log("the journal keeps every entry from now on, until the log is opened anew", thrown);
    }
    try {
      if (!failed) {
        journal.release(size);
      }
    } catch (RuntimeException thrown) {
      log("the journal keeps entries that are on disk elsewhere too", thrown);
    } finally {
      ended.run();
    }
  }

  /** Journaling file systems write one record for all files that are being forced at a time. */
  private void forceAll(List<String> names) throws IOException {
    int threads = Math.min(MOST_THREADS, 1 + names.size() / FILES_A_THREAD);
    AtomicInteger next = new AtomicInteger();
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      tasks.add(
          new FutureTask<>(
              () -> {
                for (int at = next.getAndIncrement();
                    at < names.size();
                    at = next.getAndIncrement()) {
                  files.force(names.get(at));
                }
                return null;
              }));
    }
    for (FutureTask<Void> task : tasks.subList(1, tasks.size())) {
      Thread helper = new Thread(task, "strongroom-audit-forcing");
      helper.setDaemon(true);
      helper.start();
    }
    tasks.get(0).run();
    for (FutureTask<Void> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException failure) {
        next.set(names.size());
        throw new IOException("a file could not be forced to disk", failure.getCause());
      } catch (InterruptedException interrupted) {
        throw new IOException("interrupted while files were forced to disk", interrupted);
      }
    }
  }

  private void log(String what, Exception thrown) {
    LOG.atError()
        .addKeyValue("event", "audit.forcing-failed")
        .addKeyValue("origin", origin)
        .addKeyValue("error", thrown.getClass().getSimpleName())
        .log(what);
  }
}
