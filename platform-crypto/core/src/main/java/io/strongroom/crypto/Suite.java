package io.strongroom.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The algorithm suites of the message format. All are AES-GCM with IVs of 12 and tags of 16 bytes.
 * Source: AWS Encryption SDK Specification, algorithm suites.
 */
enum Suite {
  COMMITTED(0x0478, 2, 32, Kdf.HKDF_SHA_512, null),
  COMMITTED_SIGNED(0x0578, 2, 32, Kdf.HKDF_SHA_512, Curve.P_384),
  PLAIN_128(0x0014, 1, 16, Kdf.NONE, null),
  PLAIN_192(0x0046, 1, 24, Kdf.NONE, null),
  PLAIN_256(0x0078, 1, 32, Kdf.NONE, null),
  DERIVED_128(0x0114, 1, 16, Kdf.HKDF_SHA_256, null),
  DERIVED_192(0x0146, 1, 24, Kdf.HKDF_SHA_256, null),
  DERIVED_256(0x0178, 1, 32, Kdf.HKDF_SHA_256, null),
  SIGNED_128(0x0214, 1, 16, Kdf.HKDF_SHA_256, Curve.P_256),
  SIGNED_192(0x0346, 1, 24, Kdf.HKDF_SHA_384, Curve.P_384),
  SIGNED_256(0x0378, 1, 32, Kdf.HKDF_SHA_384, Curve.P_384);

  /** How the content key comes from the data key. */
  enum Kdf {
    NONE,
    HKDF_SHA_256,
    HKDF_SHA_384,
    HKDF_SHA_512
  }

  private final int id;
  private final int version;
  private final int keyLength;
  private final Kdf kdf;
  private final @Nullable Curve curve;

  Suite(int id, int version, int keyLength, Kdf kdf, @Nullable Curve curve) {
    this.id = id;
    this.version = version;
    this.keyLength = keyLength;
    this.kdf = kdf;
    this.curve = curve;
  }

  static @Nullable Suite of(int version, int id) {
    for (Suite suite : values()) {
      if (suite.version == version && suite.id == id) {
        return suite;
      }
    }
    return null;
  }

  int id() {
    return id;
  }

  /** The version of the message format. */
  int version() {
    return version;
  }

  /** The length of the data key and of the content key, in bytes. */
  int keyLength() {
    return keyLength;
  }

  Kdf kdf() {
    return kdf;
  }

  /** Whether a message can be opened with one data key only. */
  boolean committed() {
    return version == 2;
  }

  int messageIdLength() {
    return version == 2 ? 32 : 16;
  }

  int commitmentLength() {
    return committed() ? ContentKey.COMMITMENT : 0;
  }

  /** The curve of the signature behind the body, or null when there is none. */
  @Nullable Curve curve() {
    return curve;
  }
}
