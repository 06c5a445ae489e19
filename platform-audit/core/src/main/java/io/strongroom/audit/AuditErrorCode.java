package io.strongroom.audit;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/** The failures of this library. */
public enum AuditErrorCode implements ErrorCode {
  /** An event breaks a rule of its fields. */
  EVENT_INVALID(
      "AUD-001",
      ErrorCategory.INPUT,
      "An event breaks a rule of its fields; nothing was appended.",
      "Correct the field that the message names."),
  /** An event's encoding is longer than an entry of the log may be. */
  EVENT_TOO_LARGE(
      "AUD-002",
      ErrorCategory.INPUT,
      "An event's encoding is longer than an entry may be, 65,535 bytes; nothing was appended.",
      "Store the large part as an object of its own and put its digest into the event."),
  /** Other writers kept winning. */
  CONTENDED(
      "AUD-003",
      ErrorCategory.TRANSIENT,
      "Other writers won every race for the end of the log; nothing was appended.",
      "Append again; send the events of many short-lived writers through one log instance."),
  /** Whether an entry was appended is not known. */
  OUTCOME_UNKNOWN(
      "AUD-004",
      ErrorCategory.UNKNOWN_OUTCOME,
      "The store did not say whether the end of the log was moved: the entries may be in the log.",
      "Look for the event in the log before appending it again; a second copy does no harm."),
  /** An object of the log is missing or is not what it must be. */
  OBJECT_DAMAGED(
      "AUD-005",
      ErrorCategory.INTEGRITY,
      "An object of the log is missing, malformed or holds other bytes than it must.",
      "Stop writing; run the verifier; restore the object from a version or a copy."),
  /** The stored tree does not continue the tree that was signed. */
  LOG_INCONSISTENT(
      "AUD-006",
      ErrorCategory.INTEGRITY,
      "The stored tree does not continue the tree that was signed or seen before: the log was rolled"
          + " back, forked or rewritten. Nothing was signed.",
      "Stop writing; keep everything as it is; find out who wrote the object that the message"
          + " names."),
  /** A checkpoint is malformed or of another log. */
  CHECKPOINT_UNTRUSTED(
      "AUD-007",
      ErrorCategory.INTEGRITY,
      "The checkpoint is malformed or names another log.",
      "Check the origin first; then treat the checkpoint as forged."),
  /** The signer's key may not sign checkpoints. */
  SIGNER_REFUSED(
      "AUD-008",
      ErrorCategory.CONFIGURATION,
      "The keyring does not hold the signer's key for checkpoints at this index, or asks for a line"
          + " of a key that has no signer here.",
      "Give signers of the purposes CHECKPOINT and COSIGNATURE whose keys the keyring holds."),
  /** The origin or the prefix cannot be used. */
  LOG_NAME_REFUSED(
      "AUD-009",
      ErrorCategory.CONFIGURATION,
      "The log's origin or prefix is malformed, or the stored log has another origin.",
      "Correct audit.origin or audit.prefix; the message says which rule is broken."),
  /** The store took no clear decision about an object although it was asked several times. */
  STORE_UNDECIDED(
      "AUD-010",
      ErrorCategory.TRANSIENT,
      "The store did not say whether it keeps an object although it was asked several times.",
      "Try again; look at the store when it lasts."),
  /** There is no entry with this index. */
  NO_SUCH_ENTRY(
      "AUD-011",
      ErrorCategory.INPUT,
      "The log has no entry with this index or fewer entries than were asked for.",
      "Ask for an index below the size of the newest checkpoint."),
  /** Durable entries are not covered by a checkpoint yet. */
  PUBLICATION_DELAYED(
      "AUD-012",
      ErrorCategory.TRANSIENT,
      "Tiles or the checkpoint could not be written, or the signer did not answer. Every acknowledged"
          + " entry is durable in the journal, and appending goes on.",
      "Look at the cause: disk, folder or signer; the log tries again by itself."),
  /** The folder of a local log cannot be used. */
  LOG_FOLDER_REFUSED(
      "AUD-013",
      ErrorCategory.CONFIGURATION,
      "The folder of a local log cannot be made, read or written.",
      "Correct the folder or its permissions; it must be on a local POSIX file system."),
  /** No key that is believed has signed a checkpoint. */
  CHECKPOINT_KEY_UNKNOWN(
      "AUD-020",
      ErrorCategory.INTEGRITY,
      "No key of the keyring, or no log of the policy, has signed the checkpoint.",
      "Check that keyring and policy are the newest; then treat the checkpoint as forged."),
  /** A checkpoint is signed by a key that does not count at its size. */
  CHECKPOINT_KEY_RETIRED(
      "AUD-021",
      ErrorCategory.INTEGRITY,
      "The checkpoint is signed by a key that the keyring does not let sign at this index: retired,"
          + " not yet valid or revoked.",
      "Check that the keyring is the newest; then find out who still uses the key."),
  /** A checkpoint is signed by a key for something else. */
  CHECKPOINT_KEY_PURPOSE(
      "AUD-022",
      ErrorCategory.INTEGRITY,
      "The checkpoint is signed by a key that the keyring holds for another purpose.",
      "Treat the checkpoint as forged; find out who made that key sign it."),
  /** A known key's signature does not fit a checkpoint. */
  CHECKPOINT_SIGNATURE_WRONG(
      "AUD-023",
      ErrorCategory.INTEGRITY,
      "A signature of a known key is not one of this checkpoint.",
      "Treat the checkpoint as forged or damaged; restore it from a version or a copy."),
  /** A checkpoint lacks the line of a post-quantum key. */
  POST_QUANTUM_LINE_MISSING(
      "AUD-024",
      ErrorCategory.INTEGRITY,
      "The checkpoint lacks the line of a post-quantum key that the keyring or the policy asks for.",
      "Treat the line as taken away; where the key is new, let it count from the index at which it"
          + " began to sign."),
  /** A checkpoint lacks cosignatures of witnesses. */
  QUORUM_MISSING(
      "AUD-025",
      ErrorCategory.INTEGRITY,
      "The checkpoint lacks cosignatures of witnesses that the policy asks for.",
      "Take a checkpoint that the witnesses have cosigned; see why they did not cosign this one."),
  /** A policy cannot be used. */
  POLICY_REFUSED(
      "AUD-026",
      ErrorCategory.CONFIGURATION,
      "The policy is malformed, or there is no key to make it of.",
      "Correct the line that the message names."),
  /** A witness does not cosign for this log. */
  WITNESS_REFUSED(
      "AUD-027",
      ErrorCategory.CONFIGURATION,
      "A witness does not know the log or its key, or its answer is not what the protocol and the"
          + " policy ask for.",
      "Tell the witness's operator the log's origin and key; compare its key with the policy."),
  /** A witness has seen another tree. */
  WITNESS_CONFLICT(
      "AUD-028",
      ErrorCategory.INTEGRITY,
      "A witness has seen a tree that the log's checkpoint does not continue: the log was rolled"
          + " back or forked.",
      "Stop writing; keep everything as it is; get the checkpoint that the witness cosigned."),
  /** A witness does not answer. */
  WITNESS_UNAVAILABLE(
      "AUD-029",
      ErrorCategory.TRANSIENT,
      "A witness did not answer; the log goes on without its cosignature.",
      "Wait; look at the witness and the way to it when it lasts."),
  /** A receipt of a submission cannot be resolved by this log. */
  RECEIPT_REFUSED(
      "AUD-030",
      ErrorCategory.INPUT,
      "A receipt of a submission is malformed or of another log.",
      "Give the receipt as it was handed out, to the log of its origin."),
  /** A text of an event holds a payment card number. */
  CARD_NUMBER(
      "AUD-040",
      ErrorCategory.INPUT,
      "A text of an event holds what looks like a payment card number, which could never be removed.",
      "Put a token in its place, or commit or seal it as a personal part."),
  /** A run's trail cannot be closed, because it is not known which entries it has. */
  TRAIL_BROKEN(
      "AUD-041",
      ErrorCategory.UNKNOWN_OUTCOME,
      "An entry of a run's trail may or may not have been appended, so the trail is never closed.",
      "Leave the run unclosed; evidence of it says so. Look at the cause of the failed append."),
  /** A file of evidence is not whole or not of the format. */
  EVIDENCE_DAMAGED(
      "AUD-042",
      ErrorCategory.INTEGRITY,
      "A file of evidence was changed or cut off, or is none.",
      "Get the file again from where it was exported; the message names the line."),
  /** A file of evidence is whole, but something in it is not borne out. */
  EVIDENCE_REFUSED(
      "AUD-043",
      ErrorCategory.INTEGRITY,
      "A signature, digest or proof in a file of evidence does not lead to what it shall prove.",
      "Do not rely on the file; the message names the line and what does not hold."),
  /** There is nothing to make evidence of. */
  NO_SUCH_RUN(
      "AUD-044",
      ErrorCategory.INPUT,
      "The run is not decided and the log has no entry of it.",
      "Check the run's id and the pipeline; evidence can be exported once a run has an entry."),
  /** An inclusion proof is malformed or does not hold. */
  PROOF_INVALID(
      "AUD-045",
      ErrorCategory.INTEGRITY,
      "An inclusion proof is malformed or does not lead from the entry to the checkpoint.",
      "Do not rely on the entry; get proof and entry from the log again."),
  /** The contents of an entry were pruned. */
  ENTRY_PRUNED(
      "AUD-050",
      ErrorCategory.INPUT,
      "The contents of the entry were pruned, by an act that stands in the log; its hash is kept.",
      "Ask from the index on that the message names; older contents are in earlier exports only."),
  /** A pruning is not carried out. */
  PRUNING_REFUSED(
      "AUD-051",
      ErrorCategory.INPUT,
      "There is no such plan, it is not approved, or legal hold or a publication keeps what it names."
          + " Nothing more was deleted.",
      "Get the approvals, wait for the release of the hold, or make a new plan.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  AuditErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
    this.id = id;
    this.category = category;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public ErrorCategory category() {
    return category;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
