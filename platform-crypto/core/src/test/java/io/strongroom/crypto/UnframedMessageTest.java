package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.KEY_BYTES;
import static io.strongroom.crypto.Samples.NAMESPACE;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.sun.management.ThreadMXBean;
import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages whose body has no frames, written by the official SDK. */
@Tag("verify")
class UnframedMessageTest {
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final byte[] plaintext = filled(50, 1);
  private final EnvelopeEncryptor encryptor = reader().build();

  private static EnvelopeEncryptor.Builder reader() {
    return EnvelopeEncryptor.builder(Samples.keys()).allowVersion1();
  }

  private static byte[] message(CryptoAlgorithm suite, byte[] plaintext) {
    JceMasterKey master =
        JceMasterKey.getInstance(
            new SecretKeySpec(KEY_BYTES, "AES"), NAMESPACE, KEY.value(), "AES/GCM/NoPadding");
    return AwsCrypto.builder()
        .withCommitmentPolicy(
            suite.isCommitting()
                ? CommitmentPolicy.RequireEncryptRequireDecrypt
                : CommitmentPolicy.ForbidEncryptAllowDecrypt)
        .withEncryptionAlgorithm(suite)
        .withEncryptionFrameSize(0)
        .build()
        .encryptData(master, plaintext, CONTEXT.pairs())
        .getResult();
  }

  private static int body(byte[] message) {
    try {
      return MessageHeader.read(new ByteArrayInputStream(message), 1, true).length();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY",
        "ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384",
        "ALG_AES_128_GCM_IV12_TAG16_NO_KDF",
        "ALG_AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384"
      })
  void everyAlteredByteAndEveryTruncationIsRefusedWithoutAByteOfPlaintext(CryptoAlgorithm suite) {
    byte[] message = message(suite, plaintext);
    for (int at = 0; at < message.length; at++) {
      byte[] altered = message.clone();
      altered[at] ^= (byte) (1 << (at % 8));
      assertRefused("byte " + at, altered);
      assertRefused("length " + at, Arrays.copyOf(message, at));
    }
    assertRefused("continued", Arrays.copyOf(message, message.length + 1));
    assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(plaintext);
  }

  @ParameterizedTest
  @EnumSource(names = "ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY")
  void aStreamHoldsNoMoreThanItsLimit(CryptoAlgorithm suite) throws IOException {
    byte[] message = message(suite, plaintext);
    EnvelopeEncryptor wide = reader().maxUnframedLength(50).build();
    EnvelopeEncryptor narrow = reader().maxUnframedLength(49).build();
    assertThat(wide.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
        .isEqualTo(plaintext);
    assertThat(narrow.decrypt(message, CONTEXT)).as("an array is there already").hasSize(50);
    assertThatThrownBy(() -> narrow.decrypting(new ByteArrayInputStream(message), CONTEXT).read())
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED))
        .hasMessageContaining("maxUnframedLength");
  }

  @ParameterizedTest
  @EnumSource(names = "ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY")
  void statedLengthsCostNothingUntilTheBytesArrive(CryptoAlgorithm suite) {
    byte[] message = message(suite, plaintext);
    int length = body(message) + 12;
    for (long stated :
        new long[] {
          -1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 36) - 32, 0xffffffffL, 64 << 20, 51
        }) {
      byte[] hostile = message.clone();
      ByteBuffer.wrap(hostile).putLong(length, stated);
      assertRefused("length " + stated, hostile);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      assertRefused("length " + stated, hostile);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  private void assertRefused(String what, byte[] altered) {
    assertThat(catchThrowable(() -> encryptor.decrypt(altered, NOTHING)))
        .as(what)
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    Released released =
        Released.from(encryptor.decrypting(new ByteArrayInputStream(altered), NOTHING));
    assertThat(released.failure())
        .as(what + ", streamed")
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    assertThat(released.bytes()).as(what + ", released bytes").isEmpty();
  }
}
