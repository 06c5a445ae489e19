package io.strongroom.crypto.signing;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Changes ECDSA signatures between the fixed form, which is the only one accepted here, and DER,
 * which hardware modules, key services and certificates speak. For the writer of a {@link Signer}
 * whose key is elsewhere.
 */
public final class EcdsaSignatures {
  private EcdsaSignatures() {}

  /**
   * The fixed form of a DER signature: {@code s} is brought into the lower half of its range.
   *
   * @param algorithm an ECDSA algorithm
   * @param der {@code SEQUENCE { r INTEGER, s INTEGER }} in its one DER encoding
   * @return {@code r} and {@code s}
   * @throws IllegalArgumentException when the algorithm is not ECDSA, the encoding is not DER, or a
   *     number is out of range
   */
  public static byte[] fromDer(SigningAlgorithm algorithm, byte[] der) {
    EcdsaCurve curve = EcdsaCurve.of(algorithm);
    BigInteger[] numbers;
    try {
      numbers = StandardDSAEncoding.INSTANCE.decode(curve.order(), der);
    } catch (IOException | RuntimeException malformed) {
      throw new IllegalArgumentException("not a signature in DER", malformed);
    }
    if (!curve.inRange(numbers[0]) || !curve.inRange(numbers[1])) {
      throw new IllegalArgumentException("a number of the signature is out of range");
    }
    return curve.encode(numbers[0], numbers[1]);
  }

  /**
   * The DER form of a signature.
   *
   * @param algorithm an ECDSA algorithm
   * @param signature {@code r} and {@code s}, as {@link Signer#sign} gives them
   * @return {@code SEQUENCE { r INTEGER, s INTEGER }}
   * @throws IllegalArgumentException when the algorithm is not ECDSA, or the signature has another
   *     length or a number out of range
   */
  public static byte[] toDer(SigningAlgorithm algorithm, byte[] signature) {
    EcdsaCurve curve = EcdsaCurve.of(algorithm);
    int length = curve.scalarBytes();
    if (signature.length != 2 * length) {
      throw new IllegalArgumentException("a signature has " + 2 * length + " bytes");
    }
    BigInteger r = new BigInteger(1, signature, 0, length);
    BigInteger s = new BigInteger(1, signature, length, length);
    if (!curve.inRange(r) || !curve.inRange(s)) {
      throw new IllegalArgumentException("a number of the signature is out of range");
    }
    try {
      return StandardDSAEncoding.INSTANCE.encode(curve.order(), r, s);
    } catch (IOException impossible) {
      throw new IllegalArgumentException("cannot be encoded", impossible);
    }
  }
}
