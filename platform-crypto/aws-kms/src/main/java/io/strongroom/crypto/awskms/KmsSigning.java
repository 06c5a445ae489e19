package io.strongroom.crypto.awskms;

import io.strongroom.crypto.signing.SigningAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** How each of our algorithms is asked of KMS. */
enum KmsSigning {
  ECDSA_P256(
      SigningAlgorithm.ECDSA_P256,
      KeySpec.ECC_NIST_P256,
      SigningAlgorithmSpec.ECDSA_SHA_256,
      MessageType.DIGEST) {
    @Override
    byte[] input(byte[] publicKey, byte[] message) {
      return sha2("SHA-256", message);
    }
  },
  ECDSA_P384(
      SigningAlgorithm.ECDSA_P384,
      KeySpec.ECC_NIST_P384,
      SigningAlgorithmSpec.ECDSA_SHA_384,
      MessageType.DIGEST) {
    @Override
    byte[] input(byte[] publicKey, byte[] message) {
      return sha2("SHA-384", message);
    }
  },
  ED25519(
      SigningAlgorithm.ED25519,
      KeySpec.ECC_NIST_EDWARDS25519,
      SigningAlgorithmSpec.ED25519_SHA_512,
      MessageType.RAW) {
    @Override
    byte[] input(byte[] publicKey, byte[] message) {
      return message;
    }
  },
  ML_DSA_44(
      SigningAlgorithm.ML_DSA_44,
      KeySpec.ML_DSA_44,
      SigningAlgorithmSpec.ML_DSA_SHAKE_256,
      MessageType.EXTERNAL_MU) {
    @Override
    byte[] input(byte[] publicKey, byte[] message) {
      return mu(publicKey, message);
    }
  };

  private static final int MU = 64;

  private final SigningAlgorithm algorithm;
  private final KeySpec keySpec;
  private final SigningAlgorithmSpec wire;
  private final MessageType messageType;

  KmsSigning(
      SigningAlgorithm algorithm,
      KeySpec keySpec,
      SigningAlgorithmSpec wire,
      MessageType messageType) {
    this.algorithm = algorithm;
    this.keySpec = keySpec;
    this.wire = wire;
    this.messageType = messageType;
  }

  static Optional<KmsSigning> of(KeySpec keySpec) {
    return Arrays.stream(values()).filter(signing -> signing.keySpec == keySpec).findFirst();
  }

  SigningAlgorithm algorithm() {
    return algorithm;
  }

  SigningAlgorithmSpec wire() {
    return wire;
  }

  MessageType messageType() {
    return messageType;
  }

  boolean ecdsa() {
    return messageType == MessageType.DIGEST;
  }

  /** What KMS signs of a message. */
  abstract byte[] input(byte[] publicKey, byte[] message);

  private static byte[] sha2(String name, byte[] message) {
    try {
      return MessageDigest.getInstance(name).digest(message);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java has no " + name, missing);
    }
  }

  /**
   * The representative of a message with an empty context (FIPS 204, algorithm 2 line 10 and
   * algorithm 7 line 6).
   */
  private static byte[] mu(byte[] publicKey, byte[] message) {
    byte[] pureWithoutContext = {0, 0};
    byte[] keyHash = shake256(publicKey);
    return shake256(keyHash, pureWithoutContext, message);
  }

  private static byte[] shake256(byte[]... parts) {
    SHAKEDigest shake = new SHAKEDigest(256);
    for (byte[] part : parts) {
      shake.update(part, 0, part.length);
    }
    byte[] hash = new byte[MU];
    shake.doFinal(hash, 0, MU);
    return hash;
  }
}
