package io.strongroom.audit;

import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.JournalRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the journal of a local log into tiles, bundles and checkpoints, on a thread of its own.
 *
 * <p>In each round it takes what the journal has, writes the tiles of the grown tree, signs it and
 * replaces the checkpoint: so what is signed is on disk, in the journal, and what a checkpoint
 * needs is there before it. None of these files is forced to disk yet. From time to time all full
 * tiles and bundles are, then the checkpoint, and then the journal is released up to the last full
 * bundle. So at any moment the tree is to be had from the full tiles below the released size, which
 * are on disk, and the journal above it.
 */
final class LocalPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(LocalPublisher.class);

  /** The most that one round takes, in entries and roughly in bytes. */
  static final int ROUND_ENTRIES = 65_536;

  private static final long ROUND_BYTES = 16L << 20;

  private static final long UNFORCED_BYTES = 64L << 20;
  private static final long UNFORCED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SIGNING_SHARE = 50;
  private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_DELAY = TimeUnit.SECONDS.toNanos(5);

  private final Journal journal;
  private final LogFiles files;
  private final RecentEntries recent;
  private final CheckpointSigner signer;
  private final long interval;
  private final Thread thread = new Thread(this::run, "strongroom-audit");

  /** The tree that is signed. Used by the thread alone once it runs. */
  private TreeEdge edge;

  /** Full tiles and bundles that are not forced to disk. Used by the thread alone. */
  private final Set<String> unforced = new LinkedHashSet<>();

  /** Partial tiles of trees before. Used by the thread alone. */
  private final Set<TilePath> superseded = new LinkedHashSet<>();

  private long unforcedBytes;
  private long unforcedSince;
  private final TileForcing forcing;

  private long signedAt;

  /**
   * How long the last round took. As long is waited before the next one, unless somebody waits for
   * it: each round writes the partial tiles anew, so half as many take half the time from those who
   * append.
   */
  private long lastRound;

  /**
   * How long the last signature took. Unless somebody waits, signing takes a small part of the
   * time, whatever the kind of its keys.
   */
  private long lastSigning;

  /** Whether the thread was woken to sign, and not only to force files to disk. */
  private boolean signingDue;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition outcome = lock.newCondition();
  private volatile boolean idle;
  private boolean closing;
  private int waiters;
  private int failures;
  private @Nullable Exception failure;
  private volatile Checkpoint published;

  /**
   * A publisher; {@link #start} starts it.
   *
   * @param recent entries of the journal that need not be read
   * @param intervalNanos the least time between two checkpoints
   */
  LocalPublisher(
      Journal journal,
      RecentEntries recent,
      LogFiles files,
      CheckpointSigner signer,
      LocalRecovery.State state,
      long intervalNanos) {
    this.journal = journal;
    this.recent = recent;
    this.files = files;
    this.signer = signer;
    this.edge = state.edge();
    this.published = state.published();
    this.forcing = new TileForcing(files, journal, published.origin(), this::wakeForForcing);
    this.unforced.addAll(state.unforced());
    this.unforcedSince = System.nanoTime();
    this.interval = intervalNanos;
    this.signedAt = System.nanoTime() - intervalNanos;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Tells that the journal has grown. */
  void wake() {
    if (idle) {
      wakeForForcing();
    }
  }

  private void wakeForForcing() {
    lock.lock();
    try {
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a checkpoint covers so many entries.
   *
   * @throws AuditException PUBLICATION_DELAYED when an attempt to publish fails meanwhile, or the
   *     thread is interrupted
   */
  Checkpoint await(long size) {
    if (published.size() >= size) {
      return published;
    }
    lock.lock();
    try {
      int before = failures;
      waiters++;
      work.signal();
      while (published.size() < size) {
        Exception failed = failure;
        if (failures != before && failed != null) {
          throw delayed(failed);
        }
        if (!thread.isAlive()) {
          throw delayed(failed);
        }
        outcome.await();
      }
      return published;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw delayed(interrupted);
    } finally {
      waiters--;
      lock.unlock();
    }
  }

  private static AuditException delayed(@Nullable Exception cause) {
    String message = "the newest entries are durable and no checkpoint covers them yet";
    return cause == null
        ? new AuditException(AuditErrorCode.PUBLICATION_DELAYED, message)
        : new AuditException(AuditErrorCode.PUBLICATION_DELAYED, message, cause);
  }

  /** Publishes what the journal has, or tries once, forces it to disk and ends the thread. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    Waiting.forEnd(thread);
  }

  private void run() {
    long delay = 0;
    boolean goesOn = true;
    while (goesOn) {
      goesOn = awaitWork(delay);
      try {
        do {
          if (signingDue && published.size() < journal.last()) {
            long began = System.nanoTime();
            publish();
            lastRound = System.nanoTime() - began;
          }
          forceWhenDue(!goesOn);
        } while (!goesOn && published.size() < journal.last());
        delay = 0;
      } catch (IOException | RuntimeException thrown) {
        delay = Math.min(LONGEST_DELAY, delay == 0 ? FIRST_DELAY : 2 * delay);
        fail(thrown);
      }
    }
    lock.lock();
    try {
      outcome.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do; false when it is the last time. */
  private boolean awaitWork(long delay) {
    lock.lock();
    try {
      long retryAt = System.nanoTime() + delay;
      long rest = Math.max(lastRound, Math.min(LONGEST_REST, SIGNING_SHARE * lastSigning));
      long signAt = Math.max(retryAt, signedAt + Math.max(interval, rest));
      signingDue = false;
      while (!closing) {
        // Set before the journal is looked at, so that whoever appends behind that look sees it.
        idle = true;
        boolean pending = published.size() < journal.last();
        idle = !pending;
        if (waiters > 0) {
          signAt = Math.min(signAt, Math.max(retryAt, signedAt + interval));
        }
        long now = System.nanoTime();
        signingDue = pending && signAt <= now;
        boolean forces = !unforced.isEmpty() && !forcing.hasFailed() && !forcing.isRunning();
        long forceAt = Math.max(retryAt, unforcedSince + UNFORCED_NANOS);
        if (signingDue || (forces && forceAt <= now)) {
          return true;
        }
        long wait =
            Math.min(
                pending ? signAt - now : Long.MAX_VALUE, forces ? forceAt - now : Long.MAX_VALUE);
        try {
          work.awaitNanos(wait);
        } catch (InterruptedException e) {
          // Nobody but this class has the thread, and it wants it to go on.
        }
      }
      signingDue = true;
      return false;
    } finally {
      idle = false;
      lock.unlock();
    }
  }

  private void fail(Exception thrown) {
    LOG.atWarn()
        .addKeyValue("event", "audit.publication-delayed")
        .addKeyValue("origin", published.origin())
        .addKeyValue("error", thrown.getClass().getSimpleName())
        .log("durable entries wait for their checkpoint");
    lock.lock();
    try {
      failure = thrown;
      failures++;
      outcome.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One round. Whatever fails, the next round does the same again. */
  private void publish() throws IOException {
    Taken taken = take();
    TreeEdge.Growth growth = edge.append(taken.entries, taken.leafHashes());
    write(growth);
    TreeEdge grown = growth.edge();
    long signing = System.nanoTime();
    Checkpoint signed = signer.sign(published, grown.size(), grown.root());
    lastSigning = System.nanoTime() - signing;
    files.put(LogObjects.CHECKPOINT, signed.note());
    superseded.addAll(TilePath.partials(edge.size()));
    edge = grown;
    signedAt = System.nanoTime();
    try {
      deleteSuperseded();
    } finally {
      lock.lock();
      try {
        published = signed;
        outcome.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** What cannot be deleted is tried again with the next round. */
  private void deleteSuperseded() throws IOException {
    for (Iterator<TilePath> paths = superseded.iterator(); paths.hasNext(); ) {
      TilePath path = paths.next();
      if (path.standing(edge.size()) == TilePath.Standing.SUPERSEDED) {
        files.delete(path.name());
        if (path.index() < TilePath.fullTiles(path.level(), edge.size())) {
          files.deleteFolder(path.folder());
        }
      }
      paths.remove();
    }
  }

  /** Entries of one round and their leaf hashes. */
  private static final class Taken {
    private final List<byte[]> entries = new ArrayList<>();
    private byte[] hashes = new byte[TilePath.FULL * MerkleProofs.HASH_BYTES];
    private long bytes;

    void add(byte[] entry, byte[] leafHash) {
      int at = entries.size() * MerkleProofs.HASH_BYTES;
      if (at == hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * hashes.length);
      }
      System.arraycopy(leafHash, 0, hashes, at, MerkleProofs.HASH_BYTES);
      entries.add(entry);
      bytes += entry.length;
    }

    boolean isFull() {
      return entries.size() >= ROUND_ENTRIES || bytes >= ROUND_BYTES;
    }

    byte[] leafHashes() {
      return hashes;
    }
  }

  private Taken take() {
    Taken taken = new Taken();
    Checkpoint last = signer.last();
    // A tree that was signed and not published is published before it grows.
    boolean again = last != null && last.size() > edge.size();
    long until = last != null && again ? last.size() : journal.last();
    long after = edge.size();
    while (after < until && (again || !taken.isFull())) {
      RecentEntries.Recent known = recent.take(after + 1);
      if (known != null) {
        taken.add(known.entry(), known.leafHash());
        after++;
      } else if (!again && after > edge.size()) {
        break; // Whoever appended it is about to say so: the next round need not read it.
      } else {
        after = read(after, until, taken);
      }
    }
    return taken;
  }

  private long read(long after, long until, Taken into) {
    long newest = after;
    int most = (int) Math.min(ROUND_ENTRIES, until - after);
    for (JournalRecord read : journal.read(after, most)) {
      into.add(read.content(), MerkleProofs.leafHash(read.content()));
      newest = read.number();
    }
    return newest;
  }

  private void write(TreeEdge.Growth growth) throws IOException {
    if (unforced.isEmpty()) {
      unforcedSince = System.nanoTime();
    }
    for (TreeEdge.Tile tile : growth.tiles()) {
      String name = tile.path().name();
      files.put(name, tile.bytes());
      if (tile.path().isFull() && unforced.add(name)) {
        unforcedBytes += tile.bytes().length;
      }
    }
  }

  private void forceWhenDue(boolean last) {
    if (last) {
      forcing.await();
    }
    if (unforced.isEmpty()
        || forcing.hasFailed()
        || forcing.isRunning()
        || (!last
            && unforcedBytes < UNFORCED_BYTES
            && System.nanoTime() - unforcedSince < UNFORCED_NANOS)) {
      return;
    }
    forcing.begin(List.copyOf(unforced), published.size() / TilePath.FULL * TilePath.FULL);
    unforced.clear();
    unforcedBytes = 0;
    unforcedSince = System.nanoTime();
    if (last) {
      forcing.await();
    }
  }
}
