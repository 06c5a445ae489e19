package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import java.util.Arrays;
import java.util.Objects;

/** Signs the checkpoints of one log, as far as the keyring lets its key. */
final class CheckpointSigner {
  private final String origin;
  private final Signer signer;
  private final Keyring keyring;

  /**
   * A signer of a log's checkpoints.
   *
   * @throws AuditException SIGNER_REFUSED when the keyring does not hold the key for checkpoints
   */
  CheckpointSigner(String origin, Signer signer, Keyring keyring) {
    CheckpointNote.requireOrigin(origin);
    this.origin = origin;
    this.signer = Objects.requireNonNull(signer, "signer");
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    key();
  }

  /**
   * Refuses a size that the key may not sign.
   *
   * @throws AuditException SIGNER_REFUSED
   */
  void requireMaySign(long size) {
    if (!key().countsAt(Math.max(size - 1, 0))) {
      throw refused("the keyring does not let key " + signer.keyId() + " sign a log of " + size);
    }
  }

  Checkpoint sign(long size, byte[] root) {
    requireMaySign(size);
    return new Checkpoint(origin, size, root, CheckpointNote.sign(origin, size, root, signer));
  }

  private VerificationKey key() {
    if (signer.purpose() != KeyPurpose.CHECKPOINT) {
      throw refused(
          "key " + signer.keyId() + " is for " + signer.purpose().id() + ", not for checkpoints");
    }
    if (signer.algorithm() != SigningAlgorithm.ED25519) {
      throw refused("key " + signer.keyId() + " is not Ed25519, which checkpoints are signed with");
    }
    return keyring
        .find(signer.keyId(), KeyPurpose.CHECKPOINT)
        .filter(key -> Arrays.equals(key.publicKey(), signer.publicKey()))
        .orElseThrow(
            () -> refused("the keyring does not hold key " + signer.keyId() + " for checkpoints"));
  }

  private static AuditException refused(String why) {
    return new AuditException(AuditErrorCode.SIGNER_REFUSED, why);
  }
}
