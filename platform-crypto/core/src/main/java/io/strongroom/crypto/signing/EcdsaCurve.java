package io.strongroom.crypto.signing;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** A curve with its hash and the fixed form of its signatures. */
// The domain is immutable and merely does not say so.
@SuppressWarnings("ImmutableEnumChecker")
enum EcdsaCurve {
  P256(SigningAlgorithm.ECDSA_P256, "P-256", "SHA-256"),
  P384(SigningAlgorithm.ECDSA_P384, "P-384", "SHA-384");

  private final SigningAlgorithm algorithm;
  private final String hash;
  private final ECDomainParameters domain;
  private final BigInteger halfOrder;
  private final int scalarBytes;

  EcdsaCurve(SigningAlgorithm algorithm, String curve, String hash) {
    X9ECParameters parameters = CustomNamedCurves.getByName(curve);
    this.algorithm = algorithm;
    this.hash = hash;
    this.domain = new ECDomainParameters(parameters);
    this.halfOrder = domain.getN().shiftRight(1);
    this.scalarBytes = algorithm.signatureLength() / 2;
  }

  static EcdsaCurve of(SigningAlgorithm algorithm) {
    for (EcdsaCurve curve : values()) {
      if (curve.algorithm == algorithm) {
        return curve;
      }
    }
    throw new IllegalArgumentException(algorithm.id() + " is not ECDSA");
  }

  SigningAlgorithm algorithm() {
    return algorithm;
  }

  ECDomainParameters domain() {
    return domain;
  }

  BigInteger order() {
    return domain.getN();
  }

  int scalarBytes() {
    return scalarBytes;
  }

  byte[] hash(byte[] message) {
    try {
      return MessageDigest.getInstance(hash).digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no " + hash, e);
    }
  }

  Digest nonceDigest() {
    return this == P256 ? new SHA256Digest() : new SHA384Digest();
  }

  /** The point of a compressed encoding, or null: not on the curve, infinity, another encoding. */
  @Nullable ECPoint point(byte[] compressed) {
    if (compressed.length != algorithm.publicKeyLength()) {
      return null;
    }
    try {
      return domain.validatePublicPoint(domain.getCurve().decodePoint(compressed));
    } catch (IllegalArgumentException notAPoint) {
      return null;
    }
  }

  /** The uncompressed encoding of a point that {@link #point} accepts. */
  byte[] uncompressed(byte[] compressed) {
    ECPoint point = point(compressed);
    if (point == null) {
      throw new IllegalArgumentException("not a point of the curve");
    }
    return point.getEncoded(false);
  }

  boolean inRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(domain.getN()) < 0;
  }

  boolean low(BigInteger s) {
    return s.compareTo(halfOrder) <= 0;
  }

  /** {@code r} and the one of {@code s} and {@code n - s} that is in the lower half. */
  byte[] encode(BigInteger r, BigInteger s) {
    byte[] signature = new byte[2 * scalarBytes];
    put(r, signature, 0);
    put(low(s) ? s : domain.getN().subtract(s), signature, scalarBytes);
    return signature;
  }

  byte[] scalar(BigInteger number) {
    byte[] bytes = new byte[scalarBytes];
    put(number, bytes, 0);
    return bytes;
  }

  private void put(BigInteger number, byte[] target, int at) {
    byte[] bytes = number.toByteArray();
    int skip = Math.max(0, bytes.length - scalarBytes);
    int length = bytes.length - skip;
    System.arraycopy(bytes, skip, target, at + scalarBytes - length, length);
    Arrays.fill(bytes, (byte) 0);
  }
}
