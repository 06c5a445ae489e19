package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Who signs the checkpoints of a log: keys for {@link KeyPurpose#CHECKPOINT} of Ed25519 or ECDSA on
 * P-256, usually one, and keys for {@link KeyPurpose#COSIGNATURE} of ML-DSA-44, whose line is the
 * second one.
 *
 * <p>Each key signs while the keyring lets it, so while one key follows another both are given, and
 * the keyring says from which index on the new one counts and until which the old one does: in
 * between both sign. Where the keyring lists a key for cosignatures, a checkpoint without its line
 * is refused by every reader, and the log signs none.
 *
 * <p>Immutable; as safe for use by several threads as the signers are.
 */
public final class CheckpointSigners {
  private final List<Signer> signers;
  private final InstantSource clock;

  private CheckpointSigners(List<Signer> signers, InstantSource clock) {
    this.signers = signers;
    this.clock = clock;
  }

  /**
   * The signers of a log.
   *
   * @param signers at least one for checkpoints; lines are written in this order
   * @throws AuditException SIGNER_REFUSED when none is for checkpoints, two have one key, or one
   *     has a purpose or an algorithm that checkpoints have no lines of
   */
  public static CheckpointSigners of(Signer... signers) {
    for (Signer signer : signers) {
      if (signer.purpose() != KeyPurpose.CHECKPOINT && signer.purpose() != KeyPurpose.COSIGNATURE) {
        throw refused(
            "key " + signer.keyId() + " is for " + signer.purpose().id() + ", not for checkpoints");
      }
      boolean fits =
          signer.purpose() == KeyPurpose.COSIGNATURE
              ? signer.algorithm() == SigningAlgorithm.ML_DSA_44
              : signer.algorithm() == SigningAlgorithm.ED25519
                  || signer.algorithm() == SigningAlgorithm.ECDSA_P256;
      if (!fits) {
        throw refused(
            "key "
                + signer.keyId()
                + " is "
                + signer.algorithm().id()
                + ", which is not used for the purpose "
                + signer.purpose().id());
      }
    }
    if (Arrays.stream(signers).noneMatch(signer -> signer.purpose() == KeyPurpose.CHECKPOINT)
        || Arrays.stream(signers).map(Signer::keyId).distinct().count() < signers.length) {
      throw refused("there is no key for checkpoints, or one twice");
    }
    return new CheckpointSigners(List.of(signers), InstantSource.system());
  }

  /**
   * The same signers with another clock.
   *
   * @param source tells the time of cosignatures, which never goes back from one checkpoint to the
   *     next, whatever the clock does
   */
  public CheckpointSigners withClock(InstantSource source) {
    return new CheckpointSigners(signers, Objects.requireNonNull(source, "source"));
  }

  List<Signer> signers() {
    return signers;
  }

  InstantSource clock() {
    return clock;
  }

  static AuditException refused(String why) {
    return new AuditException(AuditErrorCode.SIGNER_REFUSED, why);
  }
}
