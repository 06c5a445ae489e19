package io.strongroom.crypto.signing;

import java.security.SecureRandom;

/**
 * A signer whose ML-DSA-44 key is in this process (FIPS 204, pure, empty context, deterministic
 * variant, by BouncyCastle): for documents that must still be believed when quantum computers break
 * elliptic curves. A signature has 2,420 bytes.
 *
 * <p>Safe for use by several threads at once. Holds the private key for as long as it is reachable;
 * {@code toString} shows the key's id and purpose only.
 */
public final class MlDsaSigner extends LocalSigner {

  private MlDsaSigner(KeyPurpose purpose, MlDsaKey key) {
    super(purpose, key);
  }

  /**
   * A signer with a new key.
   *
   * @param purpose what the key is for
   * @param random where the key comes from
   */
  public static MlDsaSigner generate(KeyPurpose purpose, SecureRandom random) {
    return new MlDsaSigner(purpose, MlDsaKey.generate(random));
  }

  /**
   * A signer with the key of a seed.
   *
   * @param purpose what the key is for
   * @param seed the seed of FIPS 204, 32 bytes; copied
   * @throws IllegalArgumentException when the seed does not have 32 bytes
   */
  public static MlDsaSigner fromSeed(KeyPurpose purpose, byte[] seed) {
    return new MlDsaSigner(purpose, MlDsaKey.fromSeed(seed));
  }

  static MlDsaSigner of(KeyPurpose purpose, MlDsaKey key) {
    return new MlDsaSigner(purpose, key);
  }
}
