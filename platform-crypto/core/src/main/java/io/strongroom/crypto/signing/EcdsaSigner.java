package io.strongroom.crypto.signing;

import java.security.SecureRandom;

/**
 * A signer whose ECDSA key is in this process (FIPS 186-5 with the nonces of RFC 6979, by
 * BouncyCastle): for whoever must have a NIST curve. A bad source of random numbers does not betray
 * the key, because signing draws none.
 *
 * <p>Safe for use by several threads at once. Holds the private key for as long as it is reachable;
 * {@code toString} shows the key's id and purpose only.
 */
public final class EcdsaSigner extends LocalSigner {

  private EcdsaSigner(KeyPurpose purpose, EcdsaKey key) {
    super(purpose, key);
  }

  /**
   * A signer with a new key.
   *
   * @param algorithm {@link SigningAlgorithm#ECDSA_P256} or {@link SigningAlgorithm#ECDSA_P384}
   * @param purpose what the key is for
   * @param random where the key comes from
   * @throws IllegalArgumentException when the algorithm is another
   */
  public static EcdsaSigner generate(
      SigningAlgorithm algorithm, KeyPurpose purpose, SecureRandom random) {
    return new EcdsaSigner(purpose, EcdsaKey.generate(EcdsaCurve.of(algorithm), random));
  }

  /**
   * A signer with a known key.
   *
   * @param algorithm {@link SigningAlgorithm#ECDSA_P256} or {@link SigningAlgorithm#ECDSA_P384}
   * @param purpose what the key is for
   * @param scalar the private key, big-endian, 32 or 48 bytes; copied
   * @throws IllegalArgumentException when the algorithm is another, or the scalar has another
   *     length or is out of range
   */
  public static EcdsaSigner fromScalar(
      SigningAlgorithm algorithm, KeyPurpose purpose, byte[] scalar) {
    return new EcdsaSigner(purpose, EcdsaKey.fromScalar(EcdsaCurve.of(algorithm), scalar));
  }

  static EcdsaSigner of(KeyPurpose purpose, EcdsaKey key) {
    return new EcdsaSigner(purpose, key);
  }
}
