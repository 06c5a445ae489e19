package io.strongroom.crypto;

import java.nio.ByteBuffer;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * What a suite derives from a data key. Source: AWS Encryption SDK Specification, algorithm suites,
 * encryption key and commit key derivation settings.
 *
 * @param content the content key, which the caller zeroes
 * @param commitment empty when the suite does not commit to its key
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this package.
record KeyDerivation(byte[] content, byte[] commitment) {
  private static final byte[] COMMIT_INFO = ContentKey.ascii("COMMITKEY");
  private static final byte[] DERIVE_INFO = ContentKey.ascii("DERIVEKEY");

  static KeyDerivation of(Suite suite, byte[] dataKey, byte[] messageId) {
    byte[] none = new byte[0];
    return switch (suite.kdf()) {
      case HKDF_SHA_512 -> committed(suite, dataKey, messageId);
      case HKDF_SHA_384, HKDF_SHA_256 ->
          new KeyDerivation(Version1.hkdf(suite, dataKey, messageId), none);
      case NONE -> new KeyDerivation(dataKey.clone(), none);
    };
  }

  private static KeyDerivation committed(Suite suite, byte[] dataKey, byte[] messageId) {
    byte[][] keys =
        Hkdf.expandTwice(
            dataKey,
            messageId,
            info(suite, DERIVE_INFO),
            suite.keyLength(),
            COMMIT_INFO,
            suite.commitmentLength());
    return new KeyDerivation(keys[0], keys[1]);
  }

  /** A class of its own: BouncyCastle is not loaded for messages that do not need it. */
  private static final class Version1 {
    static byte[] hkdf(Suite suite, byte[] dataKey, byte[] messageId) {
      HKDFBytesGenerator generator = new HKDFBytesGenerator(digest(suite.kdf()));
      generator.init(new HKDFParameters(dataKey, null, info(suite, messageId)));
      byte[] content = new byte[suite.keyLength()];
      generator.generateBytes(content, 0, content.length);
      return content;
    }

    private static Digest digest(Suite.Kdf kdf) {
      return kdf == Suite.Kdf.HKDF_SHA_384 ? new SHA384Digest() : new SHA256Digest();
    }
  }

  private static byte[] info(Suite suite, byte[] rest) {
    return ByteBuffer.allocate(2 + rest.length).putShort((short) suite.id()).put(rest).array();
  }
}
