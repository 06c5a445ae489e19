package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.LocalJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * An audit log in a folder of a local disk, written by one process at a time: a lock of the
 * operating system keeps others out, and goes with the process.
 *
 * <p>An append is durable when it returns: the entry is in a journal on disk, whose records are
 * numbered as the log's entries are. Threads that append at the same time share one write to the
 * disk, and a thread that appends alone writes by itself. A thread of the log's own writes the
 * tiles of the C2SP tlog-tiles layout and signs a checkpoint over what is durable, as soon as it
 * can or at the interval that was asked for. {@link #checkpoint} waits for it, and so does reading
 * an entry that is not published yet.
 *
 * <p>Below the folder, {@code log} holds what auditors read: with {@link AuditVerifier} and a
 * {@link LocalObjectStore} over it, also while the log is written to, or with any reader of
 * tlog-tiles. {@code journal} holds the entries whose tiles may not be on disk yet. Opening
 * finishes what a crash left: it computes the tree again from what is on disk and refuses to go on
 * when that does not lead to what was signed.
 *
 * <p>Whatever fails while tiles are written or checkpoints are signed does not stop appending: the
 * journal keeps the entries, the log tries again, and {@link #checkpoint} says so. A write to the
 * journal that fails does: open the log anew.
 *
 * <p>Safe for use by several threads. The caller closes it; closing publishes what is durable.
 */
public final class LocalAuditLog implements AuditLog, AutoCloseable {
  private static final String OBJECTS = "log";
  private static final String JOURNAL = "journal";
  private static final String TEMPORARY = "tmp";

  private final String origin;
  private final Journal journal;
  private final Nonces nonces;
  private final RecentEntries recent;
  private final LocalPublisher publisher;
  private final LogReader reader;

  private LocalAuditLog(
      String origin,
      Journal journal,
      Nonces nonces,
      RecentEntries recent,
      LocalPublisher publisher,
      LogObjects objects) {
    this.origin = origin;
    this.journal = journal;
    this.nonces = nonces;
    this.recent = recent;
    this.publisher = publisher;
    this.reader = new LogReader(objects, () -> LogEdge.stored(checkpoint().size()));
  }

  /**
   * Opens the log in this folder, which is created when it is missing, and signs a checkpoint as
   * soon as there is something to sign.
   *
   * @param folder used for this log alone, on a POSIX file system that is not across a network
   * @param origin name of the log: 1 to 255 bytes without space or plus sign, by custom a URL
   *     without its scheme; it must never change
   * @param checkpointSigner signs checkpoints; its purpose is CHECKPOINT
   * @param keyring whose keys for checkpoints count; the signer's is among them
   * @throws AuditException LOG_NAME_REFUSED for the origin, SIGNER_REFUSED for the signer,
   *     LOG_FOLDER_REFUSED for the folder; CHECKPOINT_UNTRUSTED, OBJECT_DAMAGED or LOG_INCONSISTENT
   *     when what is stored is not what was signed
   * @throws StorageException JOURNAL_IN_USE when another log has the folder, JOURNAL_DAMAGED and
   *     what else opening the journal throws
   */
  public static LocalAuditLog open(
      Path folder, String origin, Signer checkpointSigner, Keyring keyring) {
    return open(folder, origin, CheckpointSigners.of(checkpointSigner), keyring, Duration.ZERO);
  }

  /**
   * Opens the log in this folder, with several keys if need be: a post-quantum one beside the
   * other, or a key and the one that follows it.
   *
   * @param signers who signs checkpoints
   * @param keyring whose keys for checkpoints and cosignatures count; those of the signers are
   *     among them
   * @param interval the least time between two checkpoints, for a signer that is slow or costs
   *     money; 0 to 1 hour
   * @throws AuditException as the other method
   */
  public static LocalAuditLog open(
      Path folder, String origin, CheckpointSigners signers, Keyring keyring, Duration interval) {
    return open(folder, origin, signers, keyring, interval, new SecureRandom(), new Disk() {});
  }

  /** What a log does its work with. */
  interface Disk {
    default Journal journal(Path folder) {
      return LocalJournal.open(folder.resolve(JOURNAL));
    }

    default LogFiles files(Path folder) throws IOException {
      return new LogFolder(folder.resolve(OBJECTS), folder.resolve(TEMPORARY));
    }
  }

  static LocalAuditLog open(
      Path folder,
      String origin,
      CheckpointSigners signers,
      Keyring keyring,
      Duration interval,
      SecureRandom random,
      Disk disk) {
    if (interval.isNegative() || interval.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("the interval must be 0 to 1 hour");
    }
    CheckpointSigner signer = new CheckpointSigner(origin, signers, keyring);
    CheckpointTrust trust = new CheckpointTrust(origin, keyring, null);
    Journal journal = disk.journal(folder);
    boolean opened = false;
    try {
      LogObjects objects = new LogObjects(new LocalObjectStore(folder.resolve(OBJECTS)), "");
      LogFiles files = disk.files(folder);
      Checkpoint signed =
          isNew(objects, origin, journal.last() > 0)
              ? create(objects, files, origin, signer)
              : trust.verify(objects.require(LogObjects.CHECKPOINT));
      LocalRecovery.State state = LocalRecovery.recover(journal, objects, files, signed);
      RecentEntries recent = new RecentEntries();
      LocalPublisher publisher =
          new LocalPublisher(journal, recent, files, signer, state, interval.toNanos());
      LocalAuditLog log =
          new LocalAuditLog(origin, journal, new Nonces(random), recent, publisher, objects);
      publisher.start();
      opened = true;
      return log;
    } catch (IOException failure) {
      throw new AuditException(
          AuditErrorCode.LOG_FOLDER_REFUSED,
          "folder " + folder + " of the log cannot be written: " + failure.getClass().getName(),
          failure);
    } finally {
      if (!opened) {
        journal.close();
      }
    }
  }

  private static boolean isNew(LogObjects objects, String origin, boolean hasEntries) {
    Optional<StoredObject> stored = objects.get(Head.NAME);
    if (stored.isEmpty()) {
      if (hasEntries || objects.hasAny("tile/")) {
        throw LogObjects.damaged(Head.NAME, "it is missing although the log has entries");
      }
      return true;
    }
    if (!Arrays.equals(stored.get().content(), LocalHead.encode(origin))) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED,
          LocalHead.isOne(stored.get().content())
              ? "the folder has a log of another origin"
              : "the folder's head is not that of a local log");
    }
    return false;
  }

  /** Signs the empty log, and then says that it exists: so there is no log without a checkpoint. */
  private static Checkpoint create(
      LogObjects objects, LogFiles files, String origin, CheckpointSigner signer)
      throws IOException {
    byte[] root = MerkleProofs.emptyRoot();
    Checkpoint empty = signer.sign(new Checkpoint(origin, 0, root, new byte[0]), 0, root);
    files.put(LogObjects.CHECKPOINT, empty.note());
    files.force(LogObjects.CHECKPOINT);
    files.forceNames();
    objects.keep(Head.NAME, LocalHead.encode(origin));
    return empty;
  }

  @Override
  public AuditReceipt append(AuditEvent event) {
    byte[] entry = event.encode(nonces.next());
    byte[] leafHash = MerkleProofs.leafHash(entry);
    long number;
    try {
      number = journal.append(entry);
    } catch (StorageException failure) {
      throw asAudit(failure);
    }
    return appended(number, entry, leafHash, HexFormat.of().formatHex(leafHash));
  }

  /** Appends the event: the receipt holds its index. */
  @Override
  public SubmissionReceipt submit(AuditEvent event) {
    AuditReceipt appended = append(event);
    return new SubmissionReceipt(origin, appended.leafHash(), OptionalLong.of(appended.index()));
  }

  @Override
  public Optional<AuditReceipt> resolve(SubmissionReceipt receipt) {
    receipt.requireOrigin(origin);
    return receipt.index().isEmpty()
        ? Optional.empty()
        : LogReader.resolved(entry(receipt.index().getAsLong()), receipt);
  }

  @Override
  public long size() {
    return journal.last();
  }

  /**
   * Appends an event without waiting, except for room: while 64 MiB are on their way it blocks.
   *
   * @return completed when the entry is durable, or with what {@link #append} throws; by a thread
   *     that others wait for, so what hangs on it must be short
   * @throws AuditException EVENT_TOO_LARGE; the log is as it was
   */
  public CompletableFuture<AuditReceipt> appendAsync(AuditEvent event) {
    byte[] entry = event.encode(nonces.next());
    byte[] leafHash = MerkleProofs.leafHash(entry);
    String leaf = HexFormat.of().formatHex(leafHash);
    return journal
        .submit(entry)
        .handle(
            (number, failure) -> {
              if (failure == null) {
                return appended(number, entry, leafHash, leaf);
              }
              if (failure instanceof StorageException storage) {
                throw asAudit(storage);
              }
              throw failure instanceof RuntimeException runtime
                  ? runtime
                  : new IllegalStateException("the append failed", failure);
            });
  }

  private AuditReceipt appended(long number, byte[] entry, byte[] leafHash, String leaf) {
    recent.add(number, entry, leafHash);
    publisher.wake();
    return new AuditReceipt(number - 1, leaf);
  }

  private static RuntimeException asAudit(StorageException failure) {
    return failure.code() == StorageErrorCode.WRITE_OUTCOME_UNKNOWN
        ? new AuditException(
            AuditErrorCode.OUTCOME_UNKNOWN, "the entry may be in the log, or not", failure)
        : failure;
  }

  /**
   * The newest checkpoint; it covers every entry whose append returned before this call.
   *
   * @return of size 0, and signed too, while the log is empty
   * @throws AuditException PUBLICATION_DELAYED when tiles or checkpoint cannot be written or the
   *     signer does not answer; every acknowledged entry is durable
   */
  @Override
  public Checkpoint checkpoint() {
    return publisher.await(journal.last());
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
   * Publishes what is durable, forces it to disk and lets go of the folder. What could not be
   * published is durable all the same, and published when the log is opened again. Ends the log for
   * appends, so end those first; may be called again.
   */
  @Override
  public void close() {
    publisher.close();
    journal.close();
  }
}
