package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static io.strongroom.crypto.awskms.KmsRig.IRELAND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.WrappingKeys;
import io.strongroom.crypto.testing.kms.KmsFault;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A key of the platform, one in a second Region and a break-glass key: writing needs all. */
@Tag("verify")
class SeveralKmsKeysTest {
  private final KmsRig rig = new KmsRig();
  private final KmsWireDouble kms = rig.kms;
  private final String elsewhere = kms.createKey(IRELAND);
  private final String breakGlass = kms.createKey(FRANKFURT);
  private final List<String> all = List.of(rig.key, elsewhere, breakGlass);
  private final WrappingKeys keys =
      WrappingKeys.of(rig.keyId(), new KeyId(elsewhere), new KeyId(breakGlass));
  private final EnvelopeEncryptor encryptor =
      EnvelopeEncryptor.builder(
              rig.trusting(rig.key, elsewhere, breakGlass)
                  .client(IRELAND, rig.client(IRELAND))
                  .build())
          .build();

  @AfterEach
  void stop() {
    rig.close();
  }

  /** How a key can be out of use, and what a use of it alone then fails with. */
  private enum Loss {
    DISABLED(CryptoErrorCode.KEY_DISABLED),
    PENDING_DELETION(CryptoErrorCode.KEY_STATE_REFUSES),
    DENIED(CryptoErrorCode.KEY_ACCESS_DENIED),
    UNREACHABLE(CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
    DESTROYED(CryptoErrorCode.KEY_UNKNOWN);

    private final CryptoErrorCode code;

    Loss(CryptoErrorCode code) {
      this.code = code;
    }
  }

  private void lose(String key, Loss loss) {
    switch (loss) {
      case DISABLED -> kms.disable(key);
      case PENDING_DELETION -> kms.scheduleDeletion(key);
      case DENIED -> kms.inject(KmsFault.accessDenied().forKey(key));
      case UNREACHABLE -> kms.inject(KmsFault.internalError().forKey(key));
      case DESTROYED -> kms.destroy(key);
    }
  }

  private static void assertFails(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @EnumSource
  void writingNeedsAllKeysAndReadingAnyOne(Loss loss) {
    byte[] message = encryptor.encrypt(new byte[100], keys, CONTEXT);
    for (String lost : List.of(rig.key, breakGlass)) {
      lose(lost, loss);
      assertFails(loss.code, () -> encryptor.encrypt(new byte[100], keys, CONTEXT));
      assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(100);
    }
    lose(elsewhere, loss);
    assertFails(loss.code, () -> encryptor.decrypt(message, CONTEXT));
  }

  @Test
  void aMessageCostsOneGenerateDataKeyAndOneEncryptForEachFurtherKeyAndOneDecrypt() {
    byte[] message = encryptor.encrypt(new byte[1_000_000], keys, CONTEXT);
    assertThat(rig.actions()).containsExactly("GenerateDataKey", "Encrypt", "Encrypt");
    assertThat(kms.calls()).extracting(call -> call.key().orElseThrow()).isEqualTo(all);
    kms.clearCalls();
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(1_000_000);
    assertThat(rig.actions()).containsExactly("Decrypt");
  }
}
