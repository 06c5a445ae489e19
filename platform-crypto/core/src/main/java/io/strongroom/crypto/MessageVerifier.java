package io.strongroom.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.jspecify.annotations.Nullable;

/** Verifies the footer of one message. Not safe for use by several threads. */
final class MessageVerifier {
  private static final byte SEQUENCE = 0x30;
  private static final byte INTEGER = 0x02;

  private final ECPublicKeyParameters publicKey;
  private final MessageDigest digest;

  /**
   * A verifier of one message.
   *
   * @throws DecryptionFailedException when the text is no compressed point of the curve in Base64
   */
  MessageVerifier(Curve curve, String publicKey) {
    try {
      byte[] point = Base64.getDecoder().decode(publicKey);
      if (point.length != curve.pointLength()) {
        throw ContentKey.notAuthentic(null);
      }
      this.publicKey =
          new ECPublicKeyParameters(curve.domain().getCurve().decodePoint(point), curve.domain());
    } catch (IllegalArgumentException noPoint) {
      throw ContentKey.notAuthentic(noPoint);
    }
    this.digest = curve.digest();
  }

  void update(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
  }

  /**
   * Ends the message.
   *
   * @throws DecryptionFailedException when the signature does not verify
   */
  void verify(byte[] signature) {
    if (!verifies(signature)) {
      throw ContentKey.notAuthentic(null);
    }
  }

  private boolean verifies(byte[] signature) {
    ByteBuffer in = ByteBuffer.wrap(signature);
    if (in.remaining() < 2 || in.get() != SEQUENCE || in.get() != in.remaining()) {
      return false;
    }
    BigInteger r = integer(in);
    BigInteger s = r == null ? null : integer(in);
    if (r == null || s == null || in.hasRemaining()) {
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, publicKey);
    return verifier.verifySignature(digest.digest(), r, s);
  }

  /** A DER integer that is positive and has no needless byte, or null. */
  private static @Nullable BigInteger integer(ByteBuffer in) {
    if (in.remaining() < 3 || in.get() != INTEGER) {
      return null;
    }
    int length = in.get();
    if (length < 1 || length > in.remaining()) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    boolean needless = length > 1 && bytes[0] == 0 && bytes[1] >= 0;
    return bytes[0] < 0 || needless ? null : new BigInteger(bytes);
  }
}
