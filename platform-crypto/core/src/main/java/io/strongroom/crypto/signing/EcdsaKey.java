package io.strongroom.crypto.signing;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** An ECDSA key pair. */
final class EcdsaKey implements LocalKey {
  private final EcdsaCurve curve;
  private final ECPrivateKeyParameters privateKey;
  private final byte[] publicKey;
  private final String id;

  private EcdsaKey(EcdsaCurve curve, BigInteger scalar) {
    this.curve = curve;
    this.privateKey = new ECPrivateKeyParameters(scalar, curve.domain());
    this.publicKey =
        new FixedPointCombMultiplier()
            .multiply(curve.domain().getG(), scalar)
            .normalize()
            .getEncoded(true);
    this.id = curve.algorithm().keyId(publicKey);
  }

  /** By rejection (FIPS 186-5, A.2.2), so that every scalar is equally likely. */
  static EcdsaKey generate(EcdsaCurve curve, SecureRandom random) {
    byte[] bytes = new byte[curve.scalarBytes()];
    try {
      while (true) {
        random.nextBytes(bytes);
        BigInteger scalar = new BigInteger(1, bytes);
        if (curve.inRange(scalar)) {
          return new EcdsaKey(curve, scalar);
        }
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  static EcdsaKey fromScalar(EcdsaCurve curve, byte[] scalar) {
    if (scalar.length != curve.scalarBytes()) {
      throw new IllegalArgumentException(
          "a private key of "
              + curve.algorithm().id()
              + " has "
              + curve.scalarBytes()
              + " bytes, not "
              + scalar.length);
    }
    BigInteger number = new BigInteger(1, scalar);
    if (!curve.inRange(number)) {
      throw new IllegalArgumentException("a private key is out of range");
    }
    return new EcdsaKey(curve, number);
  }

  @Override
  public SigningAlgorithm algorithm() {
    return curve.algorithm();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public byte[] sign(byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(curve.nonceDigest()));
    signer.init(true, privateKey);
    BigInteger[] numbers = signer.generateSignature(curve.hash(message));
    return curve.encode(numbers[0], numbers[1]);
  }

  @Override
  public byte[] secret() {
    return curve.scalar(privateKey.getD());
  }
}
