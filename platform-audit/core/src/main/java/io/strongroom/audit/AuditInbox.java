package io.strongroom.audit;

import io.strongroom.storage.ObjectStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Where short-lived processes leave events for a log in an object store: one request each, no
 * signer, no reading, no waiting for other writers.
 *
 * <p>Safe for use by several threads. Holds no resource of its own; the store belongs to the
 * caller.
 */
public final class AuditInbox {
  private final Inbox inbox;
  private final String origin;
  private final Nonces nonces;

  /**
   * The inbox of a log. Reads and writes nothing yet.
   *
   * @param store where the log's objects are
   * @param prefix what their keys start with: empty, or ending with a slash
   * @param origin name of the log
   * @throws AuditException LOG_NAME_REFUSED for the prefix or the origin
   */
  public AuditInbox(ObjectStore store, String prefix, String origin) {
    this(new LogObjects(store, prefix), origin, new Nonces(new SecureRandom()));
  }

  AuditInbox(LogObjects objects, String origin, Nonces nonces) {
    CheckpointNote.requireOrigin(origin);
    this.inbox = new Inbox(objects, origin);
    this.origin = origin;
    this.nonces = Objects.requireNonNull(nonces, "nonces");
  }

  /**
   * Submits an event. When this returns, its entry is durable, and the next writer of the log gives
   * it an index.
   *
   * @param event what happened
   * @return what {@link AuditLog#resolve} takes, at any time and in any process
   * @throws AuditException EVENT_TOO_LARGE; OUTCOME_UNKNOWN when it may have been submitted. After
   *     every other failure, also the store's own, it was not
   */
  public SubmissionReceipt submit(AuditEvent event) {
    byte[] entry = event.encode(nonces.next());
    String leaf = HexFormat.of().formatHex(MerkleProofs.leafHash(entry));
    inbox.put(leaf, entry);
    return new SubmissionReceipt(origin, leaf, OptionalLong.empty());
  }
}
