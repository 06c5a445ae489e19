package io.strongroom.audit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An append-only log of events in one order, with a signed root over all of them.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface AuditLog {

  /**
   * Appends an event.
   *
   * <p>When this returns, the entry is durable, has this index for ever, and is seen by every later
   * read of any process. Entries that other threads append meanwhile may be written together with
   * it.
   *
   * @param event what happened
   * @return where it stands
   * @throws AuditException EVENT_TOO_LARGE; OUTCOME_UNKNOWN when the event may have been appended;
   *     any code of category INTEGRITY when the stored log is not to be trusted, and then too the
   *     event may have been appended. After every other failure, also the store's own, it was not
   */
  AuditReceipt append(AuditEvent event);

  /**
   * Hands in an event without waiting for its index: for processes that live too short to.
   *
   * <p>When this returns, the entry is durable. It has its index at once, or the next writer gives
   * it one; {@link #resolve} tells which.
   *
   * @param event what happened
   * @return what {@link #resolve} takes, at any time and in any process
   * @throws AuditException as {@link #append}
   */
  SubmissionReceipt submit(AuditEvent event);

  /**
   * Where a submitted event stands.
   *
   * @param receipt what {@link #submit} of this log returned
   * @return empty while no writer has given it an index
   * @throws AuditException RECEIPT_REFUSED when it is of another log; OBJECT_DAMAGED when the index
   *     that was noted for it has another entry
   */
  Optional<AuditReceipt> resolve(SubmissionReceipt receipt);

  /**
   * How many entries the log has, those included that no checkpoint covers yet.
   *
   * @return one more than the largest index; 0 for an empty log
   */
  long size();

  /**
   * A checkpoint that covers every entry whose append returned before this call, by any process;
   * waits until it is published.
   *
   * @return its signature is verified; of size 0 while the log is empty, and then its note may be
   *     empty too
   */
  Checkpoint checkpoint();

  /**
   * Reads one entry.
   *
   * @param index from 0
   * @return empty when the log has no such entry yet
   */
  Optional<AuditEntry> entry(long index);

  /**
   * Reads entries in order, from an index to the end of the log as it is now, those included that
   * no checkpoint covers yet.
   *
   * @param from first index to read, from 0
   * @return sequential and lazy; it holds no resource, so it need not be closed
   */
  Stream<AuditEntry> entries(long from);

  /**
   * The audit path of an entry in the tree of some size, from the leaf to the root.
   *
   * @param index the entry
   * @param size size of the tree, at most that of the newest checkpoint
   * @return what {@link MerkleProofs#verifyInclusion} takes
   * @throws AuditException NO_SUCH_ENTRY when the tree has no such entry or the log no such size
   */
  List<byte[]> inclusionProof(long index, long size);

  /**
   * One proof that several entries are in the tree of some size.
   *
   * @param indexes the entries, at least one, each greater than the one before
   * @param size size of the tree, at most that of the newest checkpoint
   * @return what {@link SubsetProofs#verify} takes
   * @throws AuditException NO_SUCH_ENTRY when the tree has no such entries or the log no such size
   */
  List<byte[]> subsetProof(long[] indexes, long size);

  /**
   * The proof that the tree of one size continues that of another.
   *
   * @param from the older size, at least 1
   * @param to the newer size, at most that of the newest checkpoint
   * @return what {@link MerkleProofs#verifyConsistency} takes
   * @throws AuditException NO_SUCH_ENTRY when the log has no such sizes
   */
  List<byte[]> consistencyProof(long from, long to);
}
