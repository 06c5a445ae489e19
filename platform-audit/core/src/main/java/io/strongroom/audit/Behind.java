package io.strongroom.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does behind the commits of one process what they leave to do, on a thread of its own that starts
 * with the first commit: stores the tiles that they filled at once, publishes at the latest when
 * the interval has passed since a commit, and looks into the inbox now and then.
 */
final class Behind {
  private static final int DUES = 16;
  private static final long LONGEST_DELAY_NANOS = 60_000_000_000L;

  /** The work. */
  interface Work {
    void store();

    /** Publishes unless a checkpoint covers enough; returns how many entries it covers. */
    long publish(long enough);

    void integrate();
  }

  /** So many entries are to be covered by a checkpoint an interval after this time. */
  private record Due(long size, long nanos) {}

  private final Work work;
  private final String origin;
  private final long interval;
  private final long inboxInterval;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Due> dues = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean tiles;
  private boolean closing;

  Behind(Work work, String origin, long intervalNanos, long inboxIntervalNanos) {
    this.work = work;
    this.origin = origin;
    this.interval = intervalNanos;
    this.inboxInterval = inboxIntervalNanos;
  }

  /**
   * Tells of a commit.
   *
   * @param size of the log
   * @param filled whether it filled a bundle
   */
  void committed(long size, boolean filled) {
    lock.lock();
    try {
      long now = System.nanoTime();
      Due last = dues.peekLast();
      if (last != null && now - last.nanos() < interval / DUES) {
        dues.removeLast();
        now = last.nanos();
      }
      dues.addLast(new Due(size, now));
      tiles |= filled;
      if (thread == null && !closing) {
        thread = new Thread(this::run, "strongroom-audit-behind");
        thread.setDaemon(true);
        thread.start();
      }
      if (filled || last == null) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread when it has done what it is doing; returns whether there was one. */
  boolean close() {
    Thread running;
    lock.lock();
    try {
      closing = true;
      running = thread;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      Waiting.forEnd(running);
    }
    return running != null;
  }

  private void run() {
    long delay = 0;
    long inboxAt = System.nanoTime() + inboxInterval;
    while (true) {
      boolean store;
      Due due;
      lock.lock();
      try {
        long wait = waitFor(inboxAt);
        while (!closing && wait > 0) {
          changed.awaitNanos(wait);
          wait = waitFor(inboxAt);
        }
        if (closing) {
          return;
        }
        store = tiles;
        tiles = false;
        due = dues.peekFirst();
      } catch (InterruptedException nobodyElseHasTheThread) {
        return;
      } finally {
        lock.unlock();
      }
      try {
        if (store) {
          work.store();
        }
        long now = System.nanoTime();
        if (now - inboxAt >= 0) {
          inboxAt = now + inboxInterval;
          work.integrate();
        }
        if (due != null && now - due.nanos() >= interval) {
          covered(work.publish(due.size()));
        }
        delay = 0;
      } catch (RuntimeException failure) {
        delay = Math.min(LONGEST_DELAY_NANOS, Math.max(2 * delay, 100_000_000L));
        LogObjects.delayed("audit.publishing-delayed", origin, failure);
        sleep(delay);
        again(store);
      }
    }
  }

  /** How long there is nothing to do. */
  private long waitFor(long inboxAt) {
    if (tiles) {
      return 0;
    }
    long now = System.nanoTime();
    Due due = dues.peekFirst();
    long wait = inboxAt - now;
    return due == null ? wait : Math.min(wait, due.nanos() + interval - now);
  }

  private void covered(long size) {
    lock.lock();
    try {
      dues.removeIf(due -> due.size() <= size);
    } finally {
      lock.unlock();
    }
  }

  private void again(boolean store) {
    lock.lock();
    try {
      tiles |= store;
    } finally {
      lock.unlock();
    }
  }

  private void sleep(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!closing && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException nobodyElseHasTheThread) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
