package io.strongroom.crypto.signing;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;

/**
 * Checks Ed25519 signatures (RFC 8032, the plain variant, by BouncyCastle), strictly: a signature
 * has exactly 64 bytes and its numbers are in their only accepted encoding.
 */
public final class Ed25519Verifier {
  private Ed25519Verifier() {}

  /**
   * Whether a signature of a message is that of the holder of a key.
   *
   * @param publicKey the public key, 32 raw bytes
   * @param message the signed bytes
   * @param signature the signature
   * @return false also when the key or the signature is not well formed
   */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    OfKey key = parse(publicKey);
    return key != null && key.verify(message, signature);
  }

  static @Nullable OfKey parse(byte[] publicKey) {
    if (publicKey.length != SigningAlgorithm.ED25519.publicKeyLength()) {
      return null;
    }
    try {
      return new OfKey(new Ed25519PublicKeyParameters(publicKey));
    } catch (IllegalArgumentException notAPoint) {
      return null;
    }
  }

  record OfKey(Ed25519PublicKeyParameters key) implements Verifier {

    @Override
    public SigningAlgorithm algorithm() {
      return SigningAlgorithm.ED25519;
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      if (signature.length != SigningAlgorithm.ED25519.signatureLength()) {
        return false;
      }
      Ed25519Signer verifier = new Ed25519Signer();
      verifier.init(false, key);
      verifier.update(message, 0, message.length);
      return verifier.verifySignature(signature);
    }

    @Override
    public String toString() {
      return "Verifier[" + algorithm().id() + "]";
    }
  }
}
