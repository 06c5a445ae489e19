package io.strongroom.crypto.signing;

import org.jspecify.annotations.Nullable;

/**
 * Checks the signatures of one public key, strictly: a signature has exactly one accepted form, so
 * that nobody who lacks the private key can make a second one of it.
 *
 * <p>Immutable and safe for use by several threads at once.
 */
public sealed interface Verifier permits EcdsaVerifier, Ed25519Verifier.OfKey, MlDsaVerifier {

  /**
   * The verifier of a public key.
   *
   * @param algorithm how the key signs
   * @param publicKey the public key in the form that {@link SigningAlgorithm} states; copied
   * @throws IllegalArgumentException when the bytes are not a public key of the algorithm
   */
  static Verifier of(SigningAlgorithm algorithm, byte[] publicKey) {
    Verifier verifier = parse(algorithm, publicKey);
    if (verifier == null) {
      throw new IllegalArgumentException("publicKey is not a public key of " + algorithm.id());
    }
    return verifier;
  }

  private static @Nullable Verifier parse(SigningAlgorithm algorithm, byte[] publicKey) {
    if (publicKey.length != algorithm.publicKeyLength()) {
      return null;
    }
    return switch (algorithm) {
      case ED25519 -> Ed25519Verifier.parse(publicKey);
      case ECDSA_P256, ECDSA_P384 -> EcdsaVerifier.parse(EcdsaCurve.of(algorithm), publicKey);
      case ML_DSA_44 -> MlDsaVerifier.parse(publicKey);
    };
  }

  /** How the key signs. */
  SigningAlgorithm algorithm();

  /**
   * Whether a signature of a message is that of the holder of the key.
   *
   * @param message the signed bytes, not a digest of them
   * @param signature the signature in the form that {@link SigningAlgorithm} states
   * @return false also when the signature is not well formed
   */
  boolean verify(byte[] message, byte[] signature);
}
