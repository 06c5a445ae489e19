package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An audit log in an object store, written by any number of processes without a server or a lease.
 *
 * <p>An append puts its entries into a journal object and moves the object {@code head} by
 * compare-and-set; from then on they are durable and their indexes fixed. Then the tiles of the
 * C2SP tlog-tiles layout and the signed {@code checkpoint} follow, and what they supersede is
 * deleted. Entries that threads append at the same time share all of this. Any call, also one that
 * only reads, first finishes what a crashed writer began.
 *
 * <p>When {@link #append} returns, the published checkpoint covers the entry, unless the store
 * failed between commit and publication; then the next call publishes it.
 *
 * <p>Nothing is signed that does not continue the published checkpoint, and an instance refuses a
 * checkpoint that does not continue the one that it saw before. Safe for use by several threads.
 * Holds no resource of its own; the store belongs to the caller.
 */
public final class ObjectStoreAuditLog implements AuditLog {
  private static final int MAX_BATCH_ENTRIES = 4_096;
  private static final int MAX_BATCH_BYTES = 8 << 20;

  private final LogObjects objects;
  private final Nonces nonces;
  private final LogCommitter committer;
  private final LogReader reader;

  /** Held around every use of the committer. */
  private final ReentrantLock committing = new ReentrantLock();

  /** Guards the three fields below. */
  private final ReentrantLock turn = new ReentrantLock();

  private final Condition changed = turn.newCondition();
  private final Queue<Pending> waiting = new ArrayDeque<>();
  private boolean busy;

  /** Entries that one caller waits for. */
  private static final class Pending {
    private final List<byte[]> entries;
    private final long bytes;
    private volatile long index = -1;
    private volatile @Nullable Throwable failure;

    Pending(List<byte[]> entries) {
      this.entries = entries;
      this.bytes = entries.stream().mapToLong(entry -> entry.length).sum();
    }

    boolean isDone() {
      return index >= 0 || failure != null;
    }

    List<AuditReceipt> receipts() {
      Throwable thrown = failure;
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown != null) {
        throw new AuditException(
            AuditErrorCode.OUTCOME_UNKNOWN, "the thread that appended the entries died", thrown);
      }
      List<AuditReceipt> receipts = new ArrayList<>();
      for (byte[] entry : entries) {
        receipts.add(
            new AuditReceipt(
                index + receipts.size(), HexFormat.of().formatHex(MerkleProofs.leafHash(entry))));
      }
      return receipts;
    }
  }

  /**
   * A log in a store. Reads and writes nothing yet.
   *
   * @param store where the log's objects are
   * @param prefix what their keys start with: empty, or ending with a slash
   * @param origin name of the log: 1 to 255 bytes without space or plus sign, by custom a URL
   *     without its scheme; it must never change
   * @param checkpointSigner signs checkpoints; its purpose is CHECKPOINT
   * @param keyring whose keys for checkpoints count; the signer's is among them
   * @throws AuditException LOG_NAME_REFUSED for the prefix or the origin, SIGNER_REFUSED for the
   *     signer
   */
  public ObjectStoreAuditLog(
      ObjectStore store, String prefix, String origin, Signer checkpointSigner, Keyring keyring) {
    this(store, prefix, origin, CheckpointSigners.of(checkpointSigner), keyring);
  }

  /**
   * A log in a store that signs with several keys: with a post-quantum one beside the other, or
   * with a key and the one that follows it.
   *
   * @param signers who signs checkpoints
   * @param keyring whose keys for checkpoints and cosignatures count; those of the signers are
   *     among them
   * @throws AuditException as the other constructor
   */
  public ObjectStoreAuditLog(
      ObjectStore store, String prefix, String origin, CheckpointSigners signers, Keyring keyring) {
    this(store, prefix, origin, signers, keyring, new SecureRandom());
  }

  /**
   * A log in a store, with the given source of entries' nonces.
   *
   * @param random makes 16 bytes for each entry, so that no two entries have one hash and nobody
   *     can guess an entry from its hash
   * @throws AuditException as the other constructor
   */
  public ObjectStoreAuditLog(
      ObjectStore store,
      String prefix,
      String origin,
      CheckpointSigners signers,
      Keyring keyring,
      SecureRandom random) {
    this.objects = new LogObjects(store, prefix);
    this.committer = new LogCommitter(objects, origin, signers, keyring);
    this.reader = new LogReader(objects, () -> refresh().size());
    this.nonces = new Nonces(random);
  }

  @Override
  public AuditReceipt append(AuditEvent event) {
    return append(List.of(event)).get(0);
  }

  /** Appends events in one commit, one after another. */
  List<AuditReceipt> append(List<AuditEvent> events) {
    List<byte[]> entries = new ArrayList<>();
    for (AuditEvent event : events) {
      entries.add(event.encode(nonces.next()));
    }
    Pending mine = new Pending(entries);
    turn.lock();
    try {
      waiting.add(mine);
      while (!mine.isDone()) {
        if (busy) {
          changed.awaitUninterruptibly();
        } else {
          commitNextBatch();
        }
      }
    } finally {
      turn.unlock();
    }
    return mine.receipts();
  }

  /** Takes what waits, commits it without holding the lock of those who wait, and tells them. */
  private void commitNextBatch() {
    List<Pending> batch = new ArrayList<>();
    List<byte[]> entries = new ArrayList<>();
    long bytes = 0;
    Pending next = waiting.peek();
    while (next != null
        && (batch.isEmpty()
            || (entries.size() + next.entries.size() <= MAX_BATCH_ENTRIES
                && bytes + next.bytes <= MAX_BATCH_BYTES))) {
      batch.add(waiting.remove());
      entries.addAll(next.entries);
      bytes += next.bytes;
      next = waiting.peek();
    }
    busy = true;
    turn.unlock();
    try {
      long index = commit(entries);
      for (Pending pending : batch) {
        pending.index = index;
        index += pending.entries.size();
      }
    } catch (RuntimeException | Error failure) {
      batch.forEach(pending -> pending.failure = failure);
      if (failure instanceof Error error) {
        throw error;
      }
    } finally {
      turn.lock();
      busy = false;
      changed.signalAll();
    }
  }

  private long commit(List<byte[]> entries) {
    committing.lock();
    try {
      long index = committer.commit(entries);
      committer.clean();
      return index;
    } finally {
      committing.unlock();
    }
  }

  @Override
  public Checkpoint checkpoint() {
    return refresh().checkpoint();
  }

  private LogCommitter.Published refresh() {
    committing.lock();
    try {
      LogCommitter.Published now = committer.refresh();
      reader.saw(now.size());
      return now;
    } finally {
      committing.unlock();
    }
  }

  @Override
  public Optional<AuditEntry> entry(long index) {
    return reader.entry(index);
  }

  @Override
  public Stream<AuditEntry> entries(long from) {
    return reader.entries(from);
  }

  @Override
  public List<byte[]> inclusionProof(long index, long size) {
    return reader.inclusionProof(index, size);
  }

  @Override
  public List<byte[]> subsetProof(long[] indexes, long size) {
    return reader.subsetProof(indexes, size);
  }

  @Override
  public List<byte[]> consistencyProof(long from, long to) {
    return reader.consistencyProof(from, to);
  }

  /**
   * Deletes every superseded partial tile, after listing the whole log. An append does this for
   * what it and crashed writers left behind; this also finds what a writer wrote that slept while
   * others went on, and then died.
   *
   * @return how many were deleted
   */
  public int sweep() {
    committing.lock();
    try {
      return committer.sweep();
    } finally {
      committing.unlock();
    }
  }
}
