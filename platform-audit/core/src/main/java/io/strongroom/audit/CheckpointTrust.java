package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose signatures make a checkpoint of one log count.
 *
 * <p>The log's own lines are judged by the keyring: one of a key for checkpoints that counts at the
 * last entry, and, where the keyring has post-quantum keys that count there, one of those. Lines of
 * keys that do not count are passed over, as those of unknown keys are; a line of a known key whose
 * signature is wrong is not. A policy can ask for more.
 */
final class CheckpointTrust {
  private final String origin;
  private final Keyring keyring;
  private final List<Known> known = new ArrayList<>();
  private final @Nullable CheckpointPolicy policy;

  /** A key of the keyring, and how lines name it. */
  private record Known(VerificationKey key, NoteKey line) {}

  /** What a line is worth. */
  private enum Worth {
    UNKNOWN,
    OTHER_PURPOSE,
    RETIRED,
    COUNTS
  }

  /** The worth of the best line of a kind, and the key of it. */
  private static final class Best {
    private Worth worth = Worth.UNKNOWN;
    private String keyId = "";

    void offer(Worth other, String id) {
      if (other.compareTo(worth) > 0) {
        worth = other;
        keyId = id;
      }
    }
  }

  /**
   * What the readers of a log believe.
   *
   * @throws AuditException LOG_NAME_REFUSED for the origin
   */
  CheckpointTrust(String origin, Keyring keyring, @Nullable CheckpointPolicy policy) {
    this.keyring = keyring;
    CheckpointNote.requireOrigin(origin);
    this.origin = origin;
    this.policy = policy;
    for (VerificationKey key : keyring.keys()) {
      NoteKey.ofLog(origin, key).ifPresent(line -> known.add(new Known(key, line)));
    }
  }

  Keyring keyring() {
    return keyring;
  }

  String origin() {
    return origin;
  }

  @Nullable CheckpointPolicy policy() {
    return policy;
  }

  /** The purpose that the keys of this algorithm sign checkpoints with. */
  static KeyPurpose purpose(SigningAlgorithm algorithm) {
    return algorithm == SigningAlgorithm.ML_DSA_44 ? KeyPurpose.COSIGNATURE : KeyPurpose.CHECKPOINT;
  }

  /** Whether a key is one of the log's post-quantum keys and counts for a log of this size. */
  static boolean isPostQuantumAt(VerificationKey key, long size) {
    return key.purpose() == KeyPurpose.COSIGNATURE
        && key.algorithm() == SigningAlgorithm.ML_DSA_44
        && countsFor(key, size);
  }

  /** A signature counts for a log of some size when it counts at the last entry. */
  static boolean countsFor(VerificationKey key, long size) {
    return key.countsAt(Math.max(size - 1, 0));
  }

  /**
   * Reads a checkpoint and believes it only when keyring and policy do.
   *
   * @throws AuditException with the code of the first rule that it breaks
   */
  Checkpoint verify(byte[] stored) {
    CheckpointNote note = verifyLog(stored);
    if (policy != null) {
      policy.require(note);
    }
    return note.checkpoint();
  }

  /** Reads a checkpoint and believes it when the keyring does, whatever the policy asks for. */
  CheckpointNote verifyLog(byte[] stored) {
    CheckpointNote note = CheckpointNote.parse(stored, origin);
    long size = note.checkpoint().size();
    Best classical = new Best();
    Best postQuantum = new Best();
    for (CheckpointNote.Line line : note.lines()) {
      VerificationKey key = signerOf(line, note.checkpoint());
      if (key != null) {
        boolean second = key.algorithm() == SigningAlgorithm.ML_DSA_44;
        (second ? postQuantum : classical).offer(worth(key, size), key.keyId());
      }
    }
    requireSigned(classical, size);
    if (postQuantum.worth != Worth.COUNTS
        && known.stream().anyMatch(each -> isPostQuantumAt(each.key(), size))) {
      throw CheckpointNote.refused(
          AuditErrorCode.POST_QUANTUM_LINE_MISSING,
          "it has no line of a post-quantum key that the keyring asks for in a log of "
              + size
              + (postQuantum.worth == Worth.UNKNOWN
                  ? ""
                  : "; that of key " + postQuantum.keyId + " does not count"));
    }
    return note;
  }

  private static Worth worth(VerificationKey key, long size) {
    if (key.purpose() != purpose(key.algorithm())) {
      return Worth.OTHER_PURPOSE;
    }
    return countsFor(key, size) ? Worth.COUNTS : Worth.RETIRED;
  }

  private static void requireSigned(Best best, long size) {
    switch (best.worth) {
      case COUNTS -> {}
      case RETIRED ->
          throw CheckpointNote.refused(
              AuditErrorCode.CHECKPOINT_KEY_RETIRED,
              "the keyring does not let key " + best.keyId + " sign a log of " + size);
      case OTHER_PURPOSE ->
          throw CheckpointNote.refused(
              AuditErrorCode.CHECKPOINT_KEY_PURPOSE,
              "key " + best.keyId + " is for another purpose than checkpoints");
      case UNKNOWN ->
          throw CheckpointNote.refused(
              AuditErrorCode.CHECKPOINT_KEY_UNKNOWN, "no key of the keyring has signed it");
    }
  }

  /** The key of the keyring that signed a line; null when none has its name and id. */
  private @Nullable VerificationKey signerOf(CheckpointNote.Line line, Checkpoint checkpoint) {
    String wrong = null;
    for (Known each : known) {
      if (each.line().isNamed(line.name(), line.id())) {
        if (each.line().verifies(checkpoint, line.signature())) {
          return each.key();
        }
        wrong = each.key().keyId();
      }
    }
    if (wrong != null) {
      throw CheckpointNote.refused(
          AuditErrorCode.CHECKPOINT_SIGNATURE_WRONG, "the signature of key " + wrong + " is wrong");
    }
    return null;
  }
}
