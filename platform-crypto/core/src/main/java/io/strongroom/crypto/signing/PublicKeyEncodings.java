package io.strongroom.crypto.signing;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Changes public keys between the form that {@link SigningAlgorithm} states and
 * SubjectPublicKeyInfo, which hardware modules, key services and certificates speak. For the writer
 * of a {@link Signer} whose key is elsewhere, and for verifiers that take no other form.
 */
public final class PublicKeyEncodings {
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] P256 =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
  private static final byte[] P384 =
      HexFormat.of().parseHex("3076301006072a8648ce3d020106052b8104002203620004");
  private static final byte[] ML_DSA_44 =
      HexFormat.of().parseHex("30820532300b06096086480165030403110382052100");

  private PublicKeyEncodings() {}

  /**
   * The public key in a SubjectPublicKeyInfo.
   *
   * @param algorithm how the key signs
   * @param der the one DER encoding with the parameters of RFC 5480, RFC 8410 or RFC 9881; a point
   *     of a curve is uncompressed
   * @return the public key in the form that the algorithm states
   * @throws IllegalArgumentException when the bytes are another encoding, of another algorithm, or
   *     no public key of this one
   */
  public static byte[] fromSpki(SigningAlgorithm algorithm, byte[] der) {
    byte[] publicKey =
        switch (algorithm) {
          case ED25519 -> behind(ED25519, der, algorithm.publicKeyLength());
          case ECDSA_P256 -> compressed(behind(P256, der, 2 * (algorithm.publicKeyLength() - 1)));
          case ECDSA_P384 -> compressed(behind(P384, der, 2 * (algorithm.publicKeyLength() - 1)));
          case ML_DSA_44 -> behind(ML_DSA_44, der, algorithm.publicKeyLength());
        };
    Verifier.of(algorithm, publicKey);
    if (algorithm == SigningAlgorithm.ECDSA_P256 || algorithm == SigningAlgorithm.ECDSA_P384) {
      requireOnCurve(EcdsaCurve.of(algorithm), publicKey, der);
    }
    return publicKey;
  }

  /**
   * The SubjectPublicKeyInfo of a public key.
   *
   * @param algorithm how the key signs
   * @param publicKey the public key in the form that the algorithm states
   * @return the DER encoding that {@link #fromSpki} accepts
   * @throws IllegalArgumentException when the bytes are not a public key of the algorithm
   */
  public static byte[] toSpki(SigningAlgorithm algorithm, byte[] publicKey) {
    Verifier.of(algorithm, publicKey);
    return switch (algorithm) {
      case ED25519 -> joined(ED25519, publicKey, 0);
      case ECDSA_P256 -> joined(P256, EcdsaCurve.P256.uncompressed(publicKey), 1);
      case ECDSA_P384 -> joined(P384, EcdsaCurve.P384.uncompressed(publicKey), 1);
      case ML_DSA_44 -> joined(ML_DSA_44, publicKey, 0);
    };
  }

  private static byte[] joined(byte[] prefix, byte[] key, int from) {
    byte[] der = Arrays.copyOf(prefix, prefix.length + key.length - from);
    System.arraycopy(key, from, der, prefix.length, key.length - from);
    return der;
  }

  private static byte[] behind(byte[] prefix, byte[] der, int length) {
    if (der.length != prefix.length + length
        || !Arrays.equals(der, 0, prefix.length, prefix, 0, prefix.length)) {
      throw new IllegalArgumentException("not a SubjectPublicKeyInfo of the algorithm");
    }
    return Arrays.copyOfRange(der, prefix.length, der.length);
  }

  private static byte[] compressed(byte[] point) {
    int half = point.length / 2;
    byte[] compressed = new byte[1 + half];
    compressed[0] = (byte) (2 + (point[point.length - 1] & 1));
    System.arraycopy(point, 0, compressed, 1, half);
    return compressed;
  }

  /** Compressing drops all of {@code y} but a bit: what was dropped must be the curve's. */
  private static void requireOnCurve(EcdsaCurve curve, byte[] compressed, byte[] der) {
    byte[] point = curve.uncompressed(compressed);
    if (!Arrays.equals(der, der.length - point.length, der.length, point, 0, point.length)) {
      throw new IllegalArgumentException("not a point of the curve");
    }
  }
}
