package io.strongroom.crypto.signing;

/**
 * Signs for one purpose with one Ed25519 key (RFC 8032), wherever the private key is.
 *
 * <p>Implementations are safe for use by several threads at once.
 */
public interface Signer {

  /** Identifies the key: the first 16 hexadecimal digits of SHA-256 of the public key. */
  String keyId();

  /** The only purpose that this key's signatures count for. */
  KeyPurpose purpose();

  /** The public key, 32 raw bytes; a copy. */
  byte[] publicKey();

  /**
   * Signs a message.
   *
   * @param message the bytes to sign, not a digest of them
   * @return the signature, 64 bytes
   */
  byte[] sign(byte[] message);
}
