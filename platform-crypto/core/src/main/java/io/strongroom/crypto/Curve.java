package io.strongroom.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;

/** The curves that messages are signed on, with their hash functions. */
enum Curve {
  P_256("P-256", "SHA-256"),
  P_384("P-384", "SHA-384");

  /** Loaded with the first signed message only: a hundred classes of a jar that is verified. */
  private static final class Domains {
    static final Map<Curve, ECDomainParameters> ALL = new EnumMap<>(Curve.class);

    static {
      for (Curve curve : values()) {
        X9ECParameters parameters = CustomNamedCurves.getByName(curve.standardName);
        ALL.put(curve, new ECDomainParameters(parameters));
      }
    }
  }

  private final String standardName;
  private final String hash;

  Curve(String standardName, String hash) {
    this.standardName = standardName;
    this.hash = hash;
  }

  ECDomainParameters domain() {
    return Objects.requireNonNull(Domains.ALL.get(this));
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
    return 1 + (domain().getCurve().getFieldSize() + 7) / 8;
  }
}
