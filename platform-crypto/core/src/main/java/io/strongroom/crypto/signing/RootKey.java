package io.strongroom.crypto.signing;

import java.security.SecureRandom;

/**
 * The key that signs keyrings and nothing else. Whoever reads a keyring has pinned {@link
 * #digest()}.
 *
 * <p>Safe for use by several threads at once. Holds the private key for as long as it is reachable;
 * {@code toString} shows the digest only.
 */
public final class RootKey {
  private final Ed25519Key key;

  private RootKey(Ed25519Key key) {
    this.key = key;
  }

  /**
   * A new root key.
   *
   * @param random where the key comes from
   */
  public static RootKey generate(SecureRandom random) {
    return new RootKey(Ed25519Key.generate(random));
  }

  /**
   * The root key of a seed.
   *
   * @param seed the private key of RFC 8032, 32 bytes; copied
   * @throws IllegalArgumentException when the seed does not have 32 bytes
   */
  public static RootKey fromSeed(byte[] seed) {
    return new RootKey(Ed25519Key.fromSeed(seed));
  }

  static RootKey of(Ed25519Key key) {
    return new RootKey(key);
  }

  /** The public key, 32 raw bytes; a copy. */
  public byte[] publicKey() {
    return key.publicKey();
  }

  /** What readers pin: SHA-256 of the public key, 64 lower-case hexadecimal digits. */
  public String digest() {
    return Ed25519Key.digest(key.publicKey());
  }

  Ed25519Key key() {
    return key;
  }

  @Override
  public String toString() {
    return "RootKey[" + digest() + "]";
  }
}
