package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class HkdfTest {

  @Test
  void everyLengthAgreesWithBouncyCastle() {
    for (int length : new int[] {0, 1, 31, 32, 63, 64, 65, 128, 129, 1000, 16320}) {
      byte[] ikm = Samples.filled(32, length);
      byte[] salt = Samples.filled(length % 70, 1);
      byte[] info = Samples.filled(length % 40, 2);
      HKDFBytesGenerator oracle = new HKDFBytesGenerator(new SHA512Digest());
      oracle.init(new HKDFParameters(ikm, salt, info));
      byte[] expected = new byte[length];
      oracle.generateBytes(expected, 0, length);
      assertThat(Hkdf.sha512(ikm, salt, info, length)).isEqualTo(expected);
    }
  }

  @Test
  void aLengthOutOfRangeIsRefused() {
    byte[] any = new byte[1];
    assertThatThrownBy(() -> Hkdf.sha512(any, any, any, 16321))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hkdf.sha512(any, any, any, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
