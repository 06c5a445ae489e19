package io.strongroom.storage.journal;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one of the threads that append commit what all of them brought. Who finds nobody committing
 * does it at once; who leaves hands over to the thread whose record has waited longest.
 */
final class GroupCommit {
  /** What is on its way at most, in bytes, before {@link #submit} waits. */
  private static final long MOST_QUEUED = 64L * 1024 * 1024;

  /** Makes a group durable, as a whole or not at all. Called by one thread at a time. */
  interface Target {
    /** Gives the number of the first record. */
    long commit(List<byte[]> records);
  }

  private final Target target;
  private final boolean inline;
  private final String name;
  private final Object lock = new Object();
  private final Deque<Pending> queue = new ArrayDeque<>();
  private long queued;

  /** Whether some thread commits, or was told to. */
  private boolean leading;

  /** How many groups are committed, and their threads not yet told. */
  private int telling;

  private boolean backgroundLeads;
  private boolean closed;
  private @Nullable Thread background;

  /**
   * Commits groups.
   *
   * @param inline whether the threads that append commit, or a thread of this class, which nobody
   *     interrupts
   */
  GroupCommit(Target target, boolean inline, String name) {
    this.target = target;
    this.inline = inline;
    this.name = name;
  }

  private enum State {
    WAITING,
    LEADS,
    DONE
  }

  private static final class Pending {
    final byte[] record;
    final @Nullable Thread waiter;
    final CompletableFuture<Long> future = new CompletableFuture<>();
    volatile State state = State.WAITING;
    private long number;
    private @Nullable Throwable failure;

    Pending(byte[] record, @Nullable Thread waiter) {
      this.record = record;
      this.waiter = waiter;
    }

    void done(long given, @Nullable Throwable failed) {
      number = given;
      failure = failed;
      state = State.DONE;
      if (waiter != null) {
        LockSupport.unpark(waiter);
      } else if (failed == null) {
        future.complete(given);
      } else {
        future.completeExceptionally(failed);
      }
    }

    /** Each thread gets an exception of its own. */
    long outcome() {
      if (failure == null) {
        return number;
      }
      if (failure instanceof StorageException e) {
        throw new StorageException((StorageErrorCode) e.code(), String.valueOf(e.getMessage()), e);
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      throw new IllegalStateException("the commit failed", failure);
    }
  }

  long append(byte[] record) {
    require(record);
    Pending mine = new Pending(record, Thread.currentThread());
    synchronized (lock) {
      requireOpen();
      enqueue(mine);
      if (!leading) {
        leading = true;
        if (inline) {
          mine.state = State.LEADS;
        } else {
          leadInBackground();
        }
      }
    }
    boolean interrupted = false;
    while (mine.state == State.WAITING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (mine.state == State.LEADS) {
      interrupted |= Thread.interrupted();
      commit();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return mine.outcome();
  }

  CompletableFuture<Long> submit(byte[] record) {
    require(record);
    Pending mine = new Pending(record.clone(), null);
    synchronized (lock) {
      requireOpen();
      while (queued > MOST_QUEUED) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StorageException(
              StorageErrorCode.STORE_UNAVAILABLE,
              name + ": interrupted while waiting for room; the record was not taken",
              e);
        }
        requireOpen();
      }
      enqueue(mine);
      if (!leading) {
        leading = true;
        leadInBackground();
      }
    }
    return mine.future;
  }

  private void require(byte[] record) {
    if (record.length > Journal.MAX_RECORD) {
      throw new StorageException(
          StorageErrorCode.JOURNAL_RECORD_REFUSED,
          name + ": a record of " + record.length + " bytes is longer than " + Journal.MAX_RECORD);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  private void enqueue(Pending pending) {
    queue.add(pending);
    queued += GroupFrame.room(pending.record);
  }

  private void leadInBackground() {
    backgroundLeads = true;
    if (background == null) {
      background = new Thread(this::background, "strongroom-journal");
      background.setDaemon(true);
      background.start();
    }
    lock.notifyAll();
  }

  private void background() {
    while (true) {
      synchronized (lock) {
        while (!backgroundLeads) {
          if (closed) {
            return;
          }
          try {
            lock.wait();
          } catch (InterruptedException e) {
            // Nobody but this class has the thread, and it wants it to go on.
          }
        }
        backgroundLeads = false;
      }
      commit();
    }
  }

  /** Commits one group, hands over, and tells the group how it went. */
  private void commit() {
    List<Pending> group = new ArrayList<>();
    List<byte[]> records = new ArrayList<>();
    synchronized (lock) {
      long bytes = 0;
      while (!queue.isEmpty()) {
        int room = GroupFrame.room(queue.element().record);
        if (!group.isEmpty() && bytes + room > GroupFrame.MOST) {
          break;
        }
        Pending pending = queue.remove();
        bytes += room;
        group.add(pending);
        records.add(pending.record);
      }
      queued -= bytes;
      lock.notifyAll();
    }
    long first = 0;
    Throwable failure = null;
    try {
      first = target.commit(records);
    } catch (Throwable thrown) {
      // Everybody in the group learns of it, also of an Error.
      failure = thrown;
    }
    handOver();
    try {
      for (Pending pending : group) {
        pending.done(first++, failure);
      }
    } finally {
      synchronized (lock) {
        telling--;
        lock.notifyAll();
      }
    }
  }

  private void handOver() {
    synchronized (lock) {
      telling++;
      Pending next = queue.peek();
      if (next == null) {
        leading = false;
      } else if (inline && next.waiter != null) {
        next.state = State.LEADS;
        LockSupport.unpark(next.waiter);
      } else {
        leadInBackground();
      }
    }
  }

  /** Refuses new records and waits for those on their way; false when it was closed before. */
  boolean close() {
    boolean interrupted = false;
    synchronized (lock) {
      if (closed) {
        return false;
      }
      closed = true;
      lock.notifyAll();
      while (leading || telling > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
