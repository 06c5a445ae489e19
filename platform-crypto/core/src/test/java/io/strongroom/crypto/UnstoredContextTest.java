package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.KEY_BYTES;
import static io.strongroom.crypto.Samples.NAMESPACE;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.cryptography.materialproviders.ICryptographicMaterialsManager;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.AesWrappingAlg;
import software.amazon.cryptography.materialproviders.model.CreateDefaultCryptographicMaterialsManagerInput;
import software.amazon.cryptography.materialproviders.model.CreateRawAesKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateRequiredEncryptionContextCMMInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/**
 * Pairs that are authenticated and not stored. The oracle is the required-encryption-context
 * materials manager of the official SDK.
 */
@Tag("verify")
class UnstoredContextTest {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("a", "1", "secret-project", "falcon", "z", "9"));
  private static final EncryptionContext KNOWN =
      EncryptionContext.of(Map.of("secret-project", "falcon"));

  private final byte[] plaintext = filled(40, 2);

  private static EnvelopeEncryptor encryptor(boolean signed) {
    return EnvelopeEncryptor.builder(Samples.keys())
        .signed(signed)
        .frameLength(16)
        .unstoredContext(Set.of("secret-project"))
        .build();
  }

  private static ICryptographicMaterialsManager official() {
    MaterialProviders providers =
        MaterialProviders.builder()
            .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
            .build();
    return providers.CreateRequiredEncryptionContextCMM(
        CreateRequiredEncryptionContextCMMInput.builder()
            .requiredEncryptionContextKeys(List.of("secret-project"))
            .underlyingCMM(
                providers.CreateDefaultCryptographicMaterialsManager(
                    CreateDefaultCryptographicMaterialsManagerInput.builder()
                        .keyring(
                            providers.CreateRawAesKeyring(
                                CreateRawAesKeyringInput.builder()
                                    .keyNamespace(NAMESPACE)
                                    .keyName(KEY.value())
                                    .wrappingKey(ByteBuffer.wrap(KEY_BYTES))
                                    .wrappingAlg(AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16)
                                    .build()))
                        .build()))
            .build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOfficialSdkReadsThemWithTheSamePair(boolean signed) throws IOException {
    EnvelopeEncryptor encryptor = encryptor(signed);
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    try (EnvelopeOutputStream out = encryptor.encrypting(streamed, KEY, CONTEXT)) {
      out.write(plaintext);
      out.finish();
    }
    for (byte[] message :
        List.of(encryptor.encrypt(plaintext, KEY, CONTEXT), streamed.toByteArray())) {
      assertThat(new String(message, StandardCharsets.ISO_8859_1))
          .doesNotContain("falcon")
          .doesNotContain("secret-project");
      assertThat(AwsCrypto.standard().decryptData(official(), message, KNOWN.pairs()).getResult())
          .isEqualTo(plaintext);
      assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(plaintext);
      assertThat(encryptor.decrypting(new ByteArrayInputStream(message), KNOWN).readAllBytes())
          .isEqualTo(plaintext);
    }
  }

  @Test
  void whatTheOfficialSdkWritesWithoutThePairIsReadWithIt() throws IOException {
    byte[] message =
        AwsCrypto.standard().encryptData(official(), plaintext, CONTEXT.pairs()).getResult();
    assertThat(new String(message, StandardCharsets.ISO_8859_1)).doesNotContain("falcon");
    assertThat(encryptor(false).decrypt(message, KNOWN)).isEqualTo(plaintext);
    assertThat(
            encryptor(false).decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
        .isEqualTo(plaintext);
  }

  @Test
  void anotherValueIsRefusedAndAMissingOneIsAMistakeOfTheCaller() {
    EnvelopeEncryptor encryptor = encryptor(false);
    byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
    EncryptionContext wrong = EncryptionContext.of(Map.of("secret-project", "eagle"));
    EncryptionContext none = EncryptionContext.of(Map.of("a", "1"));
    assertThatThrownBy(() -> encryptor.decrypt(message, wrong))
        .isInstanceOf(DecryptionFailedException.class);
    assertThatThrownBy(() -> encryptor.decrypt(message, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret-project");
    assertThatThrownBy(() -> encryptor.encrypt(plaintext, KEY, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret-project");
    assertThatThrownBy(() -> Samples.encryptor(16).decrypt(message, KNOWN))
        .as("a reader that is not told looks for the pair in the header")
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH));
    assertThatThrownBy(() -> Samples.encryptor(16).decrypt(message, EncryptionContext.of(Map.of())))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void messagesThatStoreThePairAreReadToo() {
    byte[] message = Samples.encryptor(16).encrypt(plaintext, KEY, CONTEXT);
    assertThat(encryptor(false).decrypt(message, KNOWN)).isEqualTo(plaintext);
    EncryptionContext wrong = EncryptionContext.of(Map.of("secret-project", "eagle"));
    assertThatThrownBy(() -> encryptor(false).decrypt(message, wrong))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH));
  }
}
