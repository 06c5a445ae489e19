package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs the checkpoints of one log, as far as the keyring lets its keys, and no tree that does not
 * continue the one that it signed last. Not safe for use by several threads.
 */
final class CheckpointSigner {
  private final String origin;
  private final CheckpointSigners signers;
  private final Keyring keyring;
  private final List<Pen> pens = new ArrayList<>();
  private @Nullable Checkpoint last;

  /** A signer, its key as the keyring has it and as lines name it. */
  private record Pen(Signer signer, VerificationKey key, NoteKey line) {}

  /**
   * A signer of a log's checkpoints.
   *
   * @throws AuditException LOG_NAME_REFUSED for the origin, SIGNER_REFUSED when the keyring does
   *     not hold a key for its purpose
   */
  CheckpointSigner(String origin, CheckpointSigners signers, Keyring keyring) {
    CheckpointNote.requireOrigin(origin);
    this.origin = origin;
    this.signers = Objects.requireNonNull(signers, "signers");
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    for (Signer signer : signers.signers()) {
      VerificationKey key =
          keyring
              .find(signer.keyId(), signer.purpose())
              .filter(known -> known.algorithm() == signer.algorithm())
              .filter(known -> Arrays.equals(known.publicKey(), signer.publicKey()))
              .orElseThrow(
                  () ->
                      CheckpointSigners.refused(
                          "the keyring does not hold key "
                              + signer.keyId()
                              + " for the purpose "
                              + signer.purpose().id()));
      pens.add(new Pen(signer, key, NoteKey.ofLog(origin, key).orElseThrow()));
    }
  }

  /**
   * Refuses a size that the keys may not sign, or not without another.
   *
   * @throws AuditException SIGNER_REFUSED
   */
  void requireMaySign(long size) {
    List<Pen> counting = counting(size);
    if (counting.stream().allMatch(pen -> pen.line().type().isTimed())) {
      throw CheckpointSigners.refused(
          "the keyring does not let key "
              + pens.get(0).key().keyId()
              + " sign a log of "
              + size
              + ", nor another key of this log");
    }
    if (counting.stream().noneMatch(pen -> pen.line().type().isTimed())
        && keyring.keys().stream().anyMatch(key -> CheckpointTrust.isPostQuantumAt(key, size))) {
      throw CheckpointSigners.refused(
          "the keyring asks for a post-quantum line in a log of "
              + size
              + ", and this log has no signer for it");
    }
  }

  private List<Pen> counting(long size) {
    return pens.stream().filter(pen -> CheckpointTrust.countsFor(pen.key(), size)).toList();
  }

  /** What was signed last; null when nothing was. */
  @Nullable Checkpoint last() {
    return last;
  }

  /**
   * Signs a tree.
   *
   * @param base the checkpoint that the tree continues; the caller has made sure of that
   * @throws AuditException SIGNER_REFUSED; LOG_INCONSISTENT when something else than this was
   *     signed behind the base
   */
  Checkpoint sign(Checkpoint base, long size, byte[] root) {
    requireMaySign(size);
    requireContinuation(base, size, root);
    Checkpoint unsigned = new Checkpoint(origin, size, root, new byte[0]);
    long time = Math.max(signers.clock().instant().getEpochSecond(), timeOf(base));
    List<String> lines = new ArrayList<>();
    for (Pen pen : counting(size)) {
      lines.add(CheckpointNote.line(pen.line(), pen.line().sign(unsigned, pen.signer(), time)));
    }
    Checkpoint signed = CheckpointNote.signed(unsigned, lines);
    last = signed;
    return signed;
  }

  private void requireContinuation(Checkpoint base, long size, byte[] root) {
    Checkpoint before = last;
    if (before == null) {
      return;
    }
    boolean same = before.size() == size && Arrays.equals(before.root(), root);
    boolean continued =
        before.size() < base.size()
            || (before.size() == base.size() && Arrays.equals(before.root(), base.root()));
    if (!same && !continued) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT,
          "a tree of " + size + " is not signed: it does not continue the one of " + before.size());
    }
  }

  /** The newest time in the lines of this log's keys; 0 when there is none. */
  private long timeOf(Checkpoint base) {
    long newest = 0;
    if (base.note().length > 0) {
      for (CheckpointNote.Line line : CheckpointNote.parse(base.note(), origin).lines()) {
        for (Pen pen : pens) {
          if (pen.line().type().isTimed() && pen.line().isNamed(line.name(), line.id())) {
            newest = Math.max(newest, NoteKey.time(line.signature()));
          }
        }
      }
    }
    return newest;
  }
}
