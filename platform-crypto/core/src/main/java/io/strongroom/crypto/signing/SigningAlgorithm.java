package io.strongroom.crypto.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How a key signs. The algorithm belongs to the key: whoever checks a signature takes it from the
 * key that is believed, and a signed document does not name it.
 *
 * <p>Every public key and every signature has one accepted form and one length. Keys in this
 * process sign without drawing random numbers, so that the same key gives the same bytes for the
 * same message; a key service may draw some, and readers depend on neither.
 */
public enum SigningAlgorithm {
  /** Ed25519 (RFC 8032, the plain variant). Public key and signature as the RFC encodes them. */
  ED25519("ed25519", 32, 64),
  /**
   * ECDSA on P-256 with SHA-256 (FIPS 186-5), nonces of RFC 6979. The public key is a compressed
   * point (SEC 1), the signature {@code r} and {@code s} of 32 bytes each with {@code s} in the
   * lower half of its range.
   */
  ECDSA_P256("ecdsa-p256-sha256", 33, 64),
  /**
   * ECDSA on P-384 with SHA-384 (FIPS 186-5), nonces of RFC 6979. The public key is a compressed
   * point (SEC 1), the signature {@code r} and {@code s} of 48 bytes each with {@code s} in the
   * lower half of its range.
   */
  ECDSA_P384("ecdsa-p384-sha384", 49, 96),
  /**
   * ML-DSA-44 (FIPS 204), pure, with an empty context and in the deterministic variant. Expected to
   * withstand quantum computers. Public key and signature as FIPS 204 encodes them.
   */
  ML_DSA_44("ml-dsa-44", 1312, 2420);

  private final String id;
  private final int publicKeyLength;
  private final int signatureLength;

  SigningAlgorithm(String id, int publicKeyLength, int signatureLength) {
    this.id = id;
    this.publicKeyLength = publicKeyLength;
    this.signatureLength = signatureLength;
  }

  /** The algorithm in stored documents. */
  public String id() {
    return id;
  }

  /** Length of every public key, in bytes. */
  public int publicKeyLength() {
    return publicKeyLength;
  }

  /** Length of every signature, in bytes. */
  public int signatureLength() {
    return signatureLength;
  }

  /**
   * The algorithm of an id.
   *
   * @param id as {@link #id()} gives it
   * @return empty when no algorithm has this id
   */
  public static Optional<SigningAlgorithm> of(String id) {
    return Arrays.stream(values()).filter(algorithm -> algorithm.id.equals(id)).findFirst();
  }

  /**
   * The id of a key: the first 16 hexadecimal digits of SHA-256, for Ed25519 of the public key, for
   * the others of the algorithm's id, a zero byte and the public key.
   *
   * @param publicKey the public key
   */
  public String keyId(byte[] publicKey) {
    MessageDigest sha256 = sha256();
    if (this != ED25519) {
      sha256.update(id.getBytes(StandardCharsets.US_ASCII));
      sha256.update((byte) 0);
    }
    return HexFormat.of().formatHex(sha256.digest(publicKey), 0, 8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
