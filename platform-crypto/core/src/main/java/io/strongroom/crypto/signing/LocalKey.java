package io.strongroom.crypto.signing;

import java.security.SecureRandom;

/** A key pair in this process, of a signer or of the root, without a purpose of its own. */
sealed interface LocalKey permits EcdsaKey, Ed25519Key, MlDsaKey {

  static LocalKey generate(SigningAlgorithm algorithm, SecureRandom random) {
    return switch (algorithm) {
      case ED25519 -> Ed25519Key.generate(random);
      case ECDSA_P256, ECDSA_P384 -> EcdsaKey.generate(EcdsaCurve.of(algorithm), random);
      case ML_DSA_44 -> MlDsaKey.generate(random);
    };
  }

  /**
   * The key of a secret that {@link #secret()} gave.
   *
   * @throws IllegalArgumentException when the secret has another length or is out of range
   */
  static LocalKey of(SigningAlgorithm algorithm, byte[] secret) {
    return switch (algorithm) {
      case ED25519 -> Ed25519Key.fromSeed(secret);
      case ECDSA_P256, ECDSA_P384 -> EcdsaKey.fromScalar(EcdsaCurve.of(algorithm), secret);
      case ML_DSA_44 -> MlDsaKey.fromSeed(secret);
    };
  }

  SigningAlgorithm algorithm();

  String id();

  byte[] publicKey();

  byte[] sign(byte[] message);

  /** The private key in its shortest form; the caller zeroes the array. */
  byte[] secret();
}
