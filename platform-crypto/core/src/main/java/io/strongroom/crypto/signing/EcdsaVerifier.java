package io.strongroom.crypto.signing;

import java.math.BigInteger;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** Checks ECDSA signatures of the fixed form, by BouncyCastle. */
record EcdsaVerifier(EcdsaCurve curve, ECPublicKeyParameters key) implements Verifier {

  static @Nullable EcdsaVerifier parse(EcdsaCurve curve, byte[] publicKey) {
    ECPoint point = curve.point(publicKey);
    return point == null
        ? null
        : new EcdsaVerifier(curve, new ECPublicKeyParameters(point, curve.domain()));
  }

  @Override
  public SigningAlgorithm algorithm() {
    return curve.algorithm();
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    int length = curve.scalarBytes();
    if (signature.length != 2 * length) {
      return false;
    }
    BigInteger r = new BigInteger(1, signature, 0, length);
    BigInteger s = new BigInteger(1, signature, length, length);
    if (!curve.inRange(r) || !curve.inRange(s) || !curve.low(s)) {
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, key);
    return verifier.verifySignature(curve.hash(message), r, s);
  }

  @Override
  public String toString() {
    return "Verifier[" + algorithm().id() + "]";
  }
}
