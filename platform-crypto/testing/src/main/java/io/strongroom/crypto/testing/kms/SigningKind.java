package io.strongroom.crypto.testing.kms;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The key specs that sign, each with the one algorithm that is offered for it here. */
enum SigningKind {
  ECC_NIST_P256("ECDSA_SHA_256", "secp256r1", "SHA-256"),
  ECC_NIST_P384("ECDSA_SHA_384", "secp384r1", "SHA-384"),
  ECC_NIST_P521("ECDSA_SHA_512", "secp521r1", "SHA-512"),
  ECC_NIST_EDWARDS25519("ED25519_SHA_512", "Ed25519", ""),
  ML_DSA_44("ML_DSA_SHAKE_256", "ML-DSA-44", ""),
  ML_DSA_65("ML_DSA_SHAKE_256", "ML-DSA-65", ""),
  ML_DSA_87("ML_DSA_SHAKE_256", "ML-DSA-87", "");

  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final int LONGEST_MESSAGE = 4096;
  private static final String EXTERNAL_MU = "EXTERNAL_MU";
  private static final int MU_LENGTH = 64;

  private final String algorithm;
  private final String jca;
  private final String digest;

  SigningKind(String algorithm, String jca, String digest) {
    this.algorithm = algorithm;
    this.jca = jca;
    this.digest = digest;
  }

  String algorithm() {
    return algorithm;
  }

  private boolean ecdsa() {
    return !digest.isEmpty();
  }

  KeyPair generate() {
    try {
      if (ecdsa()) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(jca));
        return generator.generateKeyPair();
      }
      return (this == ECC_NIST_EDWARDS25519
              ? KeyPairGenerator.getInstance(jca)
              : KeyPairGenerator.getInstance(jca, BOUNCY_CASTLE))
          .generateKeyPair();
    } catch (GeneralSecurityException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  byte[] sign(KeyPair keys, byte[] message, String messageType, String wanted) {
    try {
      byte[] input = input(message, messageType, wanted);
      if (messageType.equals(EXTERNAL_MU)) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, PrivateKeyFactory.createKey(keys.getPrivate().getEncoded()));
        return signer.generateMuSignature(input);
      }
      Signature signature = signature();
      signature.initSign(keys.getPrivate());
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException | CryptoException | IOException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  boolean verify(KeyPair keys, byte[] message, String messageType, String wanted, byte[] signed) {
    try {
      byte[] input = input(message, messageType, wanted);
      if (messageType.equals(EXTERNAL_MU)) {
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, PublicKeyFactory.createKey(keys.getPublic().getEncoded()));
        return verifier.verifyMuSignature(input, signed);
      }
      Signature signature = signature();
      signature.initVerify(keys.getPublic());
      signature.update(input);
      return signature.verify(signed);
    } catch (SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException | IOException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  private Signature signature() throws GeneralSecurityException {
    if (ecdsa()) {
      return Signature.getInstance("NONEwithECDSA");
    }
    return this == ECC_NIST_EDWARDS25519
        ? Signature.getInstance(jca)
        : Signature.getInstance(jca, BOUNCY_CASTLE);
  }

  private byte[] input(byte[] message, String messageType, String wanted)
      throws GeneralSecurityException {
    if (!wanted.equals(algorithm)) {
      throw new KmsError(
          "InvalidKeyUsageException",
          400,
          "Algorithm " + wanted + " is incompatible with key spec " + name() + ".");
    }
    if (message.length < 1 || message.length > LONGEST_MESSAGE) {
      throw KmsError.validation("'message' must have length between 1 and 4096");
    }
    return switch (messageType) {
      case "RAW" -> ecdsa() ? MessageDigest.getInstance(digest).digest(message) : message;
      case "DIGEST" -> digested(message);
      case EXTERNAL_MU -> mu(message);
      default -> throw KmsError.unsupported("MessageType " + messageType + " is not served here");
    };
  }

  private byte[] mu(byte[] message) {
    if (!jca.startsWith("ML-DSA")) {
      throw KmsError.validation("MessageType EXTERNAL_MU is incompatible with " + algorithm);
    }
    if (message.length != MU_LENGTH) {
      throw KmsError.validation("The external mu must have 64 bytes.");
    }
    return message;
  }

  private byte[] digested(byte[] message) throws GeneralSecurityException {
    if (!ecdsa()) {
      throw KmsError.validation("MessageType DIGEST is incompatible with " + algorithm);
    }
    if (message.length != MessageDigest.getInstance(digest).getDigestLength()) {
      throw KmsError.validation("Digest is invalid length for algorithm " + algorithm + ".");
    }
    return message;
  }
}
