package io.strongroom.crypto.signing;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

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
    if (publicKey.length != Ed25519Key.PUBLIC_BYTES
        || signature.length != Ed25519Key.SIGNATURE_BYTES) {
      return false;
    }
    Ed25519PublicKeyParameters key;
    try {
      key = new Ed25519PublicKeyParameters(publicKey);
    } catch (IllegalArgumentException notAPoint) {
      return false;
    }
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, key);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  static boolean isPublicKey(byte[] publicKey) {
    if (publicKey.length != Ed25519Key.PUBLIC_BYTES) {
      return false;
    }
    try {
      new Ed25519PublicKeyParameters(publicKey);
      return true;
    } catch (IllegalArgumentException notAPoint) {
      return false;
    }
  }
}
