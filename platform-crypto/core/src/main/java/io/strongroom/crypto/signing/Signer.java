package io.strongroom.crypto.signing;

import com.google.inject.RestrictedBindingSource;
import io.strongroom.crypto.guice.SecurityPortPermit;

/**
 * Signs for one purpose with one key, wherever the private key is.
 *
 * <p>Implementations are safe for use by several threads at once.
 */
@RestrictedBindingSource(
    explanation = SecurityPortPermit.EXPLANATION,
    permits = SecurityPortPermit.class)
public interface Signer {

  /** How the key signs. */
  SigningAlgorithm algorithm();

  /** Identifies the key: {@link SigningAlgorithm#keyId} of the public key. */
  String keyId();

  /** The only purpose that this key's signatures count for. */
  KeyPurpose purpose();

  /** The public key in the form that its algorithm states; a copy. */
  byte[] publicKey();

  /**
   * Signs a message.
   *
   * @param message the bytes to sign, not a digest of them
   * @return the signature in the form that the algorithm states
   */
  byte[] sign(byte[] message);
}
