package io.strongroom.audit;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An audit log in an object store, written by any number of processes without a server or a lease.
 *
 * <p>An append puts its entries into a journal object and moves the object {@code head} by
 * compare-and-set: two requests, shared by all entries that threads append at the same time. From
 * then on they are durable, read by everybody, and their indexes fixed. The rest follows behind: a
 * full bundle and its tile for each 256 entries at once; the partial tiles of the C2SP tlog-tiles
 * layout and the signed {@code checkpoint} at the latest when the interval has passed, or when
 * {@link #checkpoint} asks for them, or on closing. Any writer can do it for any other.
 *
 * <p>Nothing is signed that does not continue the published checkpoint, and an instance refuses a
 * checkpoint that does not continue the one that it saw before. An instance that finds such damage
 * behind an append refuses later ones.
 *
 * <p>Safe for use by several threads. The store belongs to the caller, and so does the log, who
 * closes it: the first append starts a thread. What an unclosed log did not publish is durable, and
 * published by the next writer.
 */
public final class ObjectStoreAuditLog implements AuditLog, AutoCloseable {

  /** The least time between two checkpoints unless it is set. */
  public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
  private static final Duration INBOX_INTERVAL = Duration.ofMinutes(1);
  private static final int MAX_BATCH_ENTRIES = 4_096;
  private static final int MAX_BATCH_BYTES = 8 << 20;
  private static final int MAX_INTEGRATIONS = 100;

  private final LogObjects objects;
  private final String origin;
  private final Nonces nonces;
  private final FullTiles full = new FullTiles();
  private final LogCommitter committer;
  private final LogPublisher publisher;
  private final LogReader reader;
  private final Inbox inbox;
  private final AuditInbox submissions;
  private final @Nullable Behind behind;

  /** Held around every use of the publisher, never by a thread that holds the next one. */
  private final ReentrantLock publishing = new ReentrantLock();

  /** Held around every use of the committer. */
  private final ReentrantLock committing = new ReentrantLock();

  /** What kept the log from being published and speaks against writing it. */
  private volatile @Nullable PlatformException stopped;

  private volatile boolean closed;

  /** Whether entries were committed by this instance; those may wait for publication. */
  private volatile boolean hasCommitted;

  /** Whether this instance has looked into the inbox. */
  private boolean hasIntegrated;

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
   * A log in a store, with the usual settings. Reads and writes nothing yet.
   *
   * @throws AuditException as {@link #builder}
   */
  public ObjectStoreAuditLog(
      ObjectStore store, String prefix, String origin, Signer checkpointSigner, Keyring keyring) {
    this(builder(store, prefix, origin, CheckpointSigners.of(checkpointSigner), keyring));
  }

  /**
   * A log in a store, with the usual settings, that signs with several keys.
   *
   * @throws AuditException as {@link #builder}
   */
  public ObjectStoreAuditLog(
      ObjectStore store, String prefix, String origin, CheckpointSigners signers, Keyring keyring) {
    this(builder(store, prefix, origin, signers, keyring));
  }

  /**
   * Starts a log in a store.
   *
   * @param store where the log's objects are
   * @param prefix what their keys start with: empty, or ending with a slash
   * @param origin name of the log: 1 to 255 bytes without space or plus sign, by custom a URL
   *     without its scheme; it must never change
   * @param signers who signs checkpoints
   * @param keyring whose keys for checkpoints and cosignatures count; those of the signers are
   *     among them
   * @throws AuditException LOG_NAME_REFUSED for the prefix or the origin, SIGNER_REFUSED for the
   *     signers
   */
  public static Builder builder(
      ObjectStore store, String prefix, String origin, CheckpointSigners signers, Keyring keyring) {
    return new Builder(
        new LogObjects(store, prefix),
        origin,
        new CheckpointSigner(origin, signers, keyring),
        new CheckpointTrust(origin, keyring, null));
  }

  /** Settings of a log; belongs to one thread. */
  public static final class Builder {
    private final LogObjects objects;
    private final String origin;
    private final CheckpointSigner signer;
    private final CheckpointTrust trust;
    private Duration checkpointInterval = DEFAULT_CHECKPOINT_INTERVAL;
    private SecureRandom random = new SecureRandom();
    private boolean withThread = true;

    private Builder(
        LogObjects objects, String origin, CheckpointSigner signer, CheckpointTrust trust) {
      this.objects = objects;
      this.origin = origin;
      this.signer = signer;
      this.trust = trust;
    }

    /**
     * How long after an append the published checkpoint covers it at the latest, as long as store
     * and signer answer; 5 seconds when it is not called.
     *
     * @param given 0 to 1 hour
     * @throws IllegalArgumentException when it is out of range
     */
    public Builder checkpointInterval(Duration given) {
      if (given.isNegative() || given.compareTo(LONGEST_INTERVAL) > 0) {
        throw new IllegalArgumentException("the interval must be 0 to 1 hour");
      }
      this.checkpointInterval = given;
      return this;
    }

    /**
     * Makes 16 bytes for each entry, so that no two entries have one hash and nobody can guess an
     * entry from its hash.
     */
    public Builder random(SecureRandom given) {
      this.random = Objects.requireNonNull(given, "random");
      return this;
    }

    /** Leaves everything behind the commits to those who ask for it. */
    Builder withoutThread() {
      this.withThread = false;
      return this;
    }

    /** The log; nothing is asked of the store yet. */
    public ObjectStoreAuditLog build() {
      return new ObjectStoreAuditLog(this);
    }
  }

  private ObjectStoreAuditLog(Builder settings) {
    this.objects = settings.objects;
    this.origin = settings.origin;
    this.nonces = new Nonces(settings.random);
    this.committer = new LogCommitter(objects, origin, settings.signer, settings.trust, full);
    this.publisher =
        new LogPublisher(objects, origin, settings.signer, settings.trust, full, this::refresh);
    this.reader = new LogReader(objects, () -> new CommittedEdge(refresh().edge(), full));
    this.inbox = new Inbox(objects, origin);
    this.submissions = new AuditInbox(objects, origin, nonces);
    this.behind =
        settings.withThread
            ? new Behind(
                new Work(), origin, settings.checkpointInterval.toNanos(), INBOX_INTERVAL.toNanos())
            : null;
  }

  /** What is done behind the commits. */
  private final class Work implements Behind.Work {
    @Override
    public void store() {
      publishing(
          () -> {
            publisher.storeMine();
            return 0;
          });
    }

    @Override
    public long publish(long enough) {
      return ObjectStoreAuditLog.this.publish(enough).size();
    }

    @Override
    public void integrate() {
      ObjectStoreAuditLog.this.integrate();
    }
  }

  @Override
  public AuditReceipt append(AuditEvent event) {
    return append(List.of(event)).get(0);
  }

  /** Appends events in one commit, one after another. */
  List<AuditReceipt> append(List<AuditEvent> events) {
    requireWritable();
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

  private void requireWritable() {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
    PlatformException cause = stopped;
    if (cause != null) {
      throw new AuditException(
          cause.code() instanceof AuditErrorCode code ? code : AuditErrorCode.OBJECT_DAMAGED,
          "nothing more is written since this was found: " + cause.getMessage(),
          cause);
    }
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
    if (full.isFull()) {
      publishing(
          () -> {
            publisher.storeAll();
            return 0;
          });
    }
    long index;
    committing.lock();
    try {
      if (!hasIntegrated) {
        // The next writer is this one.
        hasIntegrated = true;
        tryIntegrate();
      }
      index = committer.commit(entries);
      hasCommitted = true;
      reader.saw(new CommittedEdge(committer.known().edge(), full));
    } finally {
      committing.unlock();
    }
    if (behind != null) {
      long size = index + entries.size();
      behind.committed(size, size / TilePath.FULL > index / TilePath.FULL);
    }
    return index;
  }

  @Override
  public SubmissionReceipt submit(AuditEvent event) {
    return submissions.submit(event);
  }

  @Override
  public Optional<AuditReceipt> resolve(SubmissionReceipt receipt) {
    receipt.requireOrigin(origin);
    if (receipt.index().isPresent()) {
      return LogReader.resolved(entry(receipt.index().getAsLong()), receipt);
    }
    // The head first: what it does not call unsettled has been settled before it was written.
    LogCommitter.State state = refresh();
    byte[] leafHash = HexFormat.of().parseHex(receipt.leafHash());
    TileNodes nodes = new TileNodes(objects, new CommittedEdge(state.edge(), full));
    for (long i = state.unsettled().from(); i < state.unsettled().to(); i++) {
      if (Arrays.equals(nodes.node(0, i), leafHash)) {
        return Optional.of(new AuditReceipt(i, receipt.leafHash()));
      }
    }
    OptionalLong index = inbox.index(receipt.leafHash());
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Optional<AuditReceipt> resolved = LogReader.resolved(entry(index.getAsLong()), receipt);
    if (resolved.isEmpty()) {
      throw LogObjects.damaged(
          Inbox.SETTLED + receipt.leafHash(), "it names an index that the log does not have");
    }
    return resolved;
  }

  /**
   * Gives an index to every submitted entry that waits for one. Writers do this by themselves: with
   * their first append, from time to time, and on closing.
   *
   * @return how many entries got an index by this call, those included that another writer gave the
   *     same index at the same time
   */
  public int integrate() {
    committing.lock();
    try {
      return integrateAll();
    } finally {
      committing.unlock();
    }
  }

  private void tryIntegrate() {
    try {
      integrateAll();
    } catch (RuntimeException failure) {
      LogObjects.delayed("audit.integration-delayed", origin, failure);
    }
  }

  private int integrateAll() {
    int all = 0;
    int races = 0;
    while (races < MAX_INTEGRATIONS) {
      List<String> leaves = inbox.waiting();
      LogCommitter.State state = leaves.isEmpty() ? committer.known() : committer.refresh();
      if (!settle(state) && leaves.isEmpty()) {
        return all;
      }
      // After the head was read, so that a note is there for all that it has settled.
      List<byte[]> entries =
          inbox.notSettled(leaves, MAX_BATCH_BYTES, new CommittedEdge(state.edge(), full));
      if (entries.isEmpty()) {
        return all;
      }
      OptionalLong index = committer.commitSubmitted(state, entries);
      if (index.isEmpty()) {
        races++;
        LogObjects.pause(races);
        continue;
      }
      all += entries.size();
      hasCommitted = true;
      LogCommitter.State now = committer.known();
      settle(now);
      if (behind != null) {
        behind.committed(
            now.size(), now.size() / TilePath.FULL > index.getAsLong() / TilePath.FULL);
      }
    }
    return all;
  }

  /** Settles what a head left unsettled; returns whether there was anything. */
  private boolean settle(LogCommitter.State state) {
    Head.Range range = state.unsettled();
    if (range.isEmpty() || committer.hasSettled(range)) {
      return false;
    }
    TileNodes nodes = new TileNodes(objects, new CommittedEdge(state.edge(), full));
    for (long index = range.from(); index < range.to(); index++) {
      inbox.settle(nodes.node(0, index), index);
    }
    committer.settled(range);
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws AuditException any code of category INTEGRITY; and what the store or the signer throws.
   *     Every acknowledged entry is durable all the same
   */
  @Override
  public Checkpoint checkpoint() {
    return publish(Long.MAX_VALUE);
  }

  private Checkpoint publish(long enough) {
    return publishing(
        () -> {
          Checkpoint published = publisher.publish(enough);
          stopped = null;
          return published;
        });
  }

  private <T> T publishing(Supplier<T> work) {
    publishing.lock();
    try {
      return work.get();
    } catch (PlatformException failure) {
      if (failure.category() == ErrorCategory.INTEGRITY) {
        stopped = failure;
      }
      throw failure;
    } finally {
      publishing.unlock();
    }
  }

  private LogCommitter.State refresh() {
    committing.lock();
    try {
      LogCommitter.State now = committer.refresh();
      reader.saw(new CommittedEdge(now.edge(), full));
      return now;
    } finally {
      committing.unlock();
    }
  }

  @Override
  public long size() {
    return refresh().size();
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
    requirePublished(size);
    return reader.inclusionProof(index, size);
  }

  @Override
  public List<byte[]> subsetProof(long[] indexes, long size) {
    requirePublished(size);
    return reader.subsetProof(indexes, size);
  }

  @Override
  public List<byte[]> consistencyProof(long from, long to) {
    requirePublished(to);
    return reader.consistencyProof(from, to);
  }

  /** A proof in a tree that no checkpoint covers proves nothing yet. */
  private void requirePublished(long size) {
    if (size > publisher.publishedSize()) {
      publish(size);
    }
  }

  /**
   * Publishes what is committed, and deletes every superseded partial tile and every journal object
   * that is no longer needed, after listing the whole log. A writer does this for what it and those
   * right before it left behind; this also finds what is older, of writers that died.
   *
   * @return how many objects were deleted
   */
  public int sweep() {
    return publishing(publisher::sweep);
  }

  /**
   * Publishes what this instance committed and ends its thread. What could not be published is
   * durable all the same, and published by the next writer. Ends the log for appends, so end those
   * first; reading goes on. May be called again.
   */
  @Override
  public void close() {
    closed = true;
    if (behind != null) {
      behind.close();
    }
    if (!hasCommitted) {
      return;
    }
    hasCommitted = false;
    committing.lock();
    try {
      tryIntegrate();
    } finally {
      committing.unlock();
    }
    try {
      checkpoint();
    } catch (RuntimeException failure) {
      LogObjects.delayed("audit.publishing-delayed", origin, failure);
    }
  }
}
