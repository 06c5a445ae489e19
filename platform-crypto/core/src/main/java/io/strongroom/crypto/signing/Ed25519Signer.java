package io.strongroom.crypto.signing;

import java.security.SecureRandom;

/**
 * A signer whose Ed25519 key is in this process (RFC 8032, the plain variant, by BouncyCastle).
 *
 * <p>Safe for use by several threads at once. Holds the private key for as long as it is reachable;
 * {@code toString} shows the key's id and purpose only.
 */
public final class Ed25519Signer extends LocalSigner {

  private Ed25519Signer(KeyPurpose purpose, Ed25519Key key) {
    super(purpose, key);
  }

  /**
   * A signer with a new key.
   *
   * @param purpose what the key is for
   * @param random where the key comes from
   */
  public static Ed25519Signer generate(KeyPurpose purpose, SecureRandom random) {
    return new Ed25519Signer(purpose, Ed25519Key.generate(random));
  }

  /**
   * A signer with the key of a seed.
   *
   * @param purpose what the key is for
   * @param seed the private key of RFC 8032, 32 bytes; copied
   * @throws IllegalArgumentException when the seed does not have 32 bytes
   */
  public static Ed25519Signer fromSeed(KeyPurpose purpose, byte[] seed) {
    return new Ed25519Signer(purpose, Ed25519Key.fromSeed(seed));
  }

  static Ed25519Signer of(KeyPurpose purpose, Ed25519Key key) {
    return new Ed25519Signer(purpose, key);
  }
}
