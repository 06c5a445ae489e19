package io.strongroom.storage.parquet;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.jspecify.annotations.Nullable;

/**
 * Seals pages and stores row groups in their order: on the caller's thread alone, or with the help
 * of others, which then work on one row group while the caller fills the next. The caller does
 * every work that no helper has begun, so that nothing waits for an executor that is busy.
 */
final class PagePipeline {
  /** Pages that wait; beyond it the caller seals one itself. */
  private static final long WAITING_BYTES = 48L * 1024 * 1024;

  /**
   * A row group whose pages are all made.
   *
   * @param bloomFilters by the path of their column
   */
  record Group(long rows, List<List<Page>> chunks, Map<String, BloomFilter> bloomFilters) {}

  /** Writes the sealed pages of a group. */
  interface Store {
    /** Called for one group after the other; pages are sealed by {@link PagePipeline#sealed}. */
    void store(Group group) throws IOException;
  }

  private final int helpers;
  private final Executor executor;
  private final Supplier<PageSealer> newSealer;
  private final Store store;
  private final ArrayDeque<PageSealer> idle = new ArrayDeque<>();
  private final ArrayDeque<Page> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private @Nullable Group ready;
  private boolean storing;
  private boolean cancelled;
  private int running;
  private int busy;
  private @Nullable Throwable failure;

  /**
   * A pipeline.
   *
   * @param threads that may work, the caller's included
   * @param executor of the others
   */
  PagePipeline(int threads, Executor executor, Supplier<PageSealer> newSealer, Store store) {
    this.helpers = threads - 1;
    this.executor = executor;
    this.newSealer = newSealer;
    this.store = store;
  }

  /** Takes a page that is to be sealed. */
  void add(Page page) {
    if (helpers == 0) {
      seal(page);
      page.await();
      return;
    }
    boolean full;
    synchronized (this) {
      waiting.addLast(page);
      waitingBytes += page.encodedLength();
      full = waitingBytes > WAITING_BYTES;
    }
    callHelper();
    if (full) {
      Page next = nextPage();
      if (next != null) {
        seal(next);
      }
    }
  }

  /** Takes a row group whose pages were added, to be stored after those before it. */
  void add(Group group) throws IOException {
    if (helpers == 0) {
      store.store(group);
      return;
    }
    drain();
    synchronized (this) {
      ready = group;
    }
    callHelper();
  }

  private void callHelper() {
    synchronized (this) {
      if (running == helpers) {
        return;
      }
      running++;
    }
    try {
      executor.execute(this::help);
    } catch (RuntimeException refused) {
      synchronized (this) {
        running--;
      }
    }
  }

  private void help() {
    while (true) {
      Group group = nextGroup();
      Page page = group == null ? nextPage() : null;
      if (group != null) {
        storeHere(group);
      } else if (page != null) {
        seal(page);
      } else {
        synchronized (this) {
          if (ready == null && waiting.isEmpty()) {
            running--;
            return;
          }
        }
      }
    }
  }

  private synchronized @Nullable Group nextGroup() {
    Group group = ready;
    if (group != null) {
      ready = null;
      storing = true;
    }
    return group;
  }

  private synchronized @Nullable Page nextPage() {
    Page page = waiting.pollFirst();
    if (page != null) {
      waitingBytes -= page.encodedLength();
    }
    return page;
  }

  private void storeHere(Group group) {
    Throwable failed = null;
    try {
      if (!isOver()) {
        store.store(group);
      }
    } catch (Throwable thrown) {
      failed = thrown;
    }
    synchronized (this) {
      storing = false;
      if (failure == null) {
        failure = failed;
      }
      notifyAll();
    }
  }

  private synchronized boolean isOver() {
    return cancelled || failure != null;
  }

  /** Makes sure that a page is sealed, by this thread or another; for {@link Store}. */
  void sealed(Page page) throws IOException {
    if (isOver()) {
      throw new IOException("the writing ended");
    }
    seal(page);
    page.await();
  }

  private void seal(Page page) {
    if (!page.begin()) {
      return;
    }
    PageSealer sealer;
    synchronized (this) {
      if (cancelled) {
        page.end(new IllegalStateException("the writing ended"));
        return;
      }
      sealer = idle.pollLast();
      busy++;
    }
    Throwable failed = null;
    try {
      if (sealer == null) {
        sealer = newSealer.get();
      }
      sealer.seal(page);
    } catch (Throwable thrown) {
      failed = thrown;
    }
    synchronized (this) {
      busy--;
      if (sealer != null) {
        idle.addLast(sealer);
      }
      notifyAll();
    }
    page.end(failed);
  }

  /** Does what is to be done until every group that was added is stored. */
  void drain() throws IOException {
    boolean interrupted = false;
    while (true) {
      Group group = nextGroup();
      if (group != null) {
        storeHere(group);
        continue;
      }
      synchronized (this) {
        if (failure != null) {
          rethrow(failure);
        }
        if (!storing) {
          break;
        }
      }
      Page page = nextPage();
      if (page != null) {
        seal(page);
        continue;
      }
      synchronized (this) {
        if (storing && ready == null && waiting.isEmpty()) {
          try {
            wait();
          } catch (InterruptedException asked) {
            interrupted = true;
          }
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failed) throws IOException {
    if (failed instanceof IOException io) {
      throw io;
    }
    if (failed instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failed;
  }

  /** Gives up the contexts that nobody works with. */
  synchronized void rest() {
    idle.forEach(PageSealer::close);
    idle.clear();
  }

  /** Ends all work; when this returns, no thread works for the file any more. */
  void close() {
    boolean interrupted = false;
    synchronized (this) {
      cancelled = true;
      ready = null;
      waiting.clear();
      while (storing || busy > 0) {
        try {
          wait();
        } catch (InterruptedException asked) {
          interrupted = true;
        }
      }
      idle.forEach(PageSealer::close);
      idle.clear();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
