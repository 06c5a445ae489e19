package io.strongroom.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;

/** The curves that messages are signed on, with their hash functions. */
enum Curve {
  P_256("P-256", "SHA-256"),
  P_384("P-384", "SHA-384");

  @SuppressWarnings("ImmutableEnumChecker") // Constant, like the curve it describes.
  private final ECDomainParameters domain;

  private final String hash;

  Curve(String name, String hash) {
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.domain = new ECDomainParameters(parameters);
    this.hash = hash;
  }

  ECDomainParameters domain() {
    return domain;
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(hash);
    } catch (NoSuchAlgorithmException missing) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "no JCA provider has " + hash, missing);
    }
  }

  /** The length of a compressed point, in bytes. */
  int pointLength() {
    return 1 + (domain.getCurve().getFieldSize() + 7) / 8;
  }
}
