package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static io.strongroom.crypto.awskms.KmsRig.IRELAND;
import static io.strongroom.crypto.awskms.KmsRig.arn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsFault;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The client is the real one of the AWS SDK; KMS is a wire double. */
@Tag("verify")
class AwsKmsKeyServiceTest {
  private final KmsRig rig = new KmsRig();
  private final KmsWireDouble kms = rig.kms;

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String info(WrappedDataKey wrapped) {
    return new String(wrapped.providerInfo(), StandardCharsets.UTF_8);
  }

  private static void assertFails(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aDataKeyIsGeneratedAndUnwrappedInItsContextAlone() {
    AwsKmsKeyService keys = rig.keyService();
    try (DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT);
        DataKey unwrapped = keys.unwrap(made.wrapped(), CONTEXT)) {
      assertThat(made.wrapped().providerId()).isEqualTo("aws-kms");
      assertThat(info(made.wrapped())).isEqualTo(rig.key);
      assertThat(unwrapped.plaintext()).hasSize(32).isEqualTo(made.plaintext());
      EncryptionContext other = EncryptionContext.of(Map.of("tenant", "rival"));
      assertThatThrownBy(() -> keys.unwrap(made.wrapped(), other))
          .isInstanceOf(DecryptionFailedException.class);
    }
    assertThat(rig.actions()).containsExactly("GenerateDataKey", "Decrypt", "Decrypt");
    assertThat(kms.calls().get(0).context()).isEqualTo(CONTEXT.pairs());
    assertThat(kms.calls().get(1).key()).contains(rig.key);
  }

  @Test
  void anEncryptorMakesOneCallAMessageEachWay() {
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(rig.keyService()).build();
    byte[] message = encryptor.encrypt(new byte[100_000], rig.keyId(), CONTEXT);
    assertThat(rig.actions()).containsExactly("GenerateDataKey");
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(100_000);
    assertThat(rig.actions()).containsExactly("GenerateDataKey", "Decrypt");
  }

  @Test
  void theKeysArnIsRecordedWhateverNameWasUsed() {
    AwsKmsKeyService keys = rig.keyService();
    String alias = kms.alias("alias/lake", rig.key);
    String id = rig.key.substring(rig.key.lastIndexOf('/') + 1);
    for (String name : List.of(rig.key, id, "alias/lake", alias)) {
      try (DataKey made = keys.generateDataKey(new KeyId(name), CONTEXT)) {
        assertThat(info(made.wrapped())).as(name).isEqualTo(rig.key);
        assertThat(info(keys.wrap(made, new KeyId(name), CONTEXT))).isEqualTo(rig.key);
        assertThat(info(keys.rewrap(made.wrapped(), CONTEXT, new KeyId(name)))).isEqualTo(rig.key);
        assertThat(keys.describe(new KeyId(name)).key().value()).isEqualTo(rig.key);
      }
    }
  }

  @Test
  void aDataKeyMadeElsewhereIsWrapped() {
    AwsKmsKeyService keys = rig.keyService();
    RawAesKeyService local =
        new RawAesKeyService("local", "lake", new byte[32], new SecureRandom());
    try (DataKey made = local.generateDataKey(new KeyId("lake"), CONTEXT)) {
      WrappedDataKey wrapped = keys.wrap(made, rig.keyId(), CONTEXT);
      assertThat(keys.unwrap(wrapped, CONTEXT).plaintext()).isEqualTo(made.plaintext());
      assertThat(keys.canUnwrap(wrapped)).isTrue();
      assertThat(keys.canUnwrap(made.wrapped())).isFalse();
    }
  }

  @Test
  void oldDataKeysAreUnwrappedAfterARotation() {
    AwsKmsKeyService keys = rig.keyService();
    DataKey old = keys.generateDataKey(rig.keyId(), CONTEXT);
    kms.rotate(rig.key);
    assertThat(keys.unwrap(old.wrapped(), CONTEXT).plaintext()).isEqualTo(old.plaintext());
    WrappedDataKey newer = keys.rewrap(old.wrapped(), CONTEXT, rig.keyId());
    assertThat(keys.unwrap(newer, CONTEXT).plaintext()).isEqualTo(old.plaintext());
  }

  @Test
  void rewrappingWithinARegionIsOneReEncryptAndNeedsTheOldKeyNoMore() {
    String other = kms.createKey(FRANKFURT);
    AwsKmsKeyService keys = rig.trusting(rig.key, other).build();
    DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT);
    kms.clearCalls();
    WrappedDataKey moved = keys.rewrap(made.wrapped(), CONTEXT, new KeyId(other));
    assertThat(kms.calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.action()).isEqualTo("ReEncrypt");
              assertThat(call.sourceKey()).contains(rig.key);
              assertThat(call.key()).contains(other);
              assertThat(call.context()).isEqualTo(CONTEXT.pairs());
            });
    assertThat(info(moved)).isEqualTo(other);
    kms.disable(rig.key);
    assertThat(keys.unwrap(moved, CONTEXT).plaintext()).isEqualTo(made.plaintext());
  }

  @Test
  void rewrappingIntoAnotherRegionUnwrapsHereAndWrapsThere() {
    String irish = kms.createKey(IRELAND);
    AwsKmsKeyService keys =
        rig.trusting(rig.key, irish).client(IRELAND, rig.client(IRELAND)).build();
    DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT);
    kms.clearCalls();
    WrappedDataKey moved = keys.rewrap(made.wrapped(), CONTEXT, new KeyId(irish));
    assertThat(rig.actions()).containsExactly("Decrypt", "Encrypt");
    assertThat(kms.calls()).extracting(KmsCall::region).containsExactly(FRANKFURT, IRELAND);
    assertThat(keys.unwrap(moved, CONTEXT).plaintext()).isEqualTo(made.plaintext());
  }

  @Test
  void aReplicaUnwrapsWhenItsRegionAloneIsCalledOrTheOwnOneIsOut() {
    String primary = kms.createMultiRegionKey(FRANKFURT);
    String replica = kms.replicate(primary, IRELAND);
    AwsKmsKeyService both = rig.trusting(primary).client(IRELAND, rig.client(IRELAND)).build();
    DataKey made = both.generateDataKey(new KeyId(primary), CONTEXT);
    kms.clearCalls();
    AwsKmsKeyService irish =
        AwsKmsKeyService.builder(AwsKmsTrust.keys(List.of(arn(replica))))
            .client(IRELAND, rig.client(IRELAND))
            .build();
    assertThat(irish.canUnwrap(made.wrapped())).isTrue();
    assertThat(irish.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
    assertThat(kms.calls()).extracting(KmsCall::region).containsExactly(IRELAND);

    kms.clearCalls();
    kms.inject(KmsFault.internalError().in(FRANKFURT));
    assertThat(both.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
    assertThat(kms.calls())
        .extracting(KmsCall::region)
        .containsExactly(FRANKFURT, FRANKFURT, FRANKFURT, IRELAND);

    kms.inject(KmsFault.accessDenied().in(IRELAND).withoutGrantToken().times(100));
    kms.clearCalls();
    assertThatThrownBy(() -> both.unwrap(made.wrapped(), CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_SERVICE_UNREACHABLE);
              assertThat(e.getSuppressed()).hasSize(1);
            });
    kms.clearFaults();
    kms.clearCalls();
    WrappedDataKey moved = irish.rewrap(made.wrapped(), CONTEXT, new KeyId(replica));
    assertThat(info(moved)).isEqualTo(replica);
    assertThat(rig.actions()).containsExactly("ReEncrypt");
    assertThat(both.unwrap(moved, CONTEXT).plaintext()).isEqualTo(made.plaintext());
  }

  @Test
  void aDataKeyThatNamesAnotherKeyIsNeverSent() {
    String foreign = kms.createKey(FRANKFURT);
    DataKey made = rig.trusting(foreign).build().generateDataKey(new KeyId(foreign), CONTEXT);
    kms.clearCalls();
    AwsKmsKeyService keys = rig.keyService();
    assertThat(keys.canUnwrap(made.wrapped())).isFalse();
    assertFails(CryptoErrorCode.KEY_NOT_TRUSTED, () -> keys.unwrap(made.wrapped(), CONTEXT));
    assertFails(
        CryptoErrorCode.KEY_NOT_TRUSTED, () -> keys.rewrap(made.wrapped(), CONTEXT, rig.keyId()));
    assertFails(
        CryptoErrorCode.KEY_NOT_TRUSTED, () -> keys.generateDataKey(new KeyId(foreign), CONTEXT));
    byte[] ciphertext = made.wrapped().ciphertext();
    for (String info :
        List.of(
            "",
            "x",
            rig.key + "x/",
            rig.key.replace(":key/", ":alias/"),
            rig.key.replace(FRANKFURT, IRELAND),
            "\u00e4")) {
      byte[] bytes = info.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(keys.canUnwrap(WrappedDataKey.of("aws-kms", bytes, ciphertext))).isFalse();
      assertThatThrownBy(
              () -> keys.unwrap(WrappedDataKey.of("aws-kms", bytes, ciphertext), CONTEXT))
          .isInstanceOf(KeyUnavailableException.class);
    }
    assertFails(
        CryptoErrorCode.KEY_UNKNOWN,
        () -> keys.unwrap(WrappedDataKey.of("other", new byte[0], ciphertext), CONTEXT));
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void anAliasThatPointsAtAnotherKeyIsNoticed() {
    String alias = kms.alias("alias/lake", kms.createKey(FRANKFURT));
    AwsKmsKeyService keys = rig.keyService();
    for (String name : List.of("alias/lake", alias)) {
      assertFails(
          CryptoErrorCode.KEY_NOT_TRUSTED, () -> keys.generateDataKey(new KeyId(name), CONTEXT));
    }
  }

  @Test
  void discoveryTrustsEveryKeyOfItsAccountsAndNoOther() {
    AwsKmsKeyService keys =
        AwsKmsKeyService.builder(AwsKmsTrust.accounts("aws", Set.of(KmsWireDouble.ACCOUNT)))
            .client(FRANKFURT, rig.frankfurt)
            .build();
    DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT);
    assertThat(keys.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
    kms.clearCalls();
    for (KeyArn other :
        List.of(
            new KeyArn("aws", FRANKFURT, "444455556666", arn(rig.key).resource()),
            new KeyArn("aws-cn", FRANKFURT, KmsWireDouble.ACCOUNT, arn(rig.key).resource()))) {
      WrappedDataKey foreign =
          WrappedDataKey.of(
              "aws-kms",
              other.toString().getBytes(StandardCharsets.UTF_8),
              made.wrapped().ciphertext());
      assertThat(keys.canUnwrap(foreign)).isFalse();
      assertFails(CryptoErrorCode.KEY_NOT_TRUSTED, () -> keys.unwrap(foreign, CONTEXT));
    }
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void everyCallCarriesTheGrantTokens() {
    AwsKmsKeyService keys = rig.trusting(rig.key).grantTokens(List.of("token")).build();
    kms.inject(KmsFault.accessDenied().withoutGrantToken());
    DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT);
    keys.wrap(made, rig.keyId(), CONTEXT);
    keys.unwrap(made.wrapped(), CONTEXT);
    keys.rewrap(made.wrapped(), CONTEXT, rig.keyId());
    keys.describe(rig.keyId());
    assertThat(kms.calls())
        .hasSize(5)
        .allSatisfy(call -> assertThat(call.grantTokens()).containsExactly("token"));
  }

  @Test
  void aDescriptionTellsTheStateAndKeepsVersionsOpen() {
    AwsKmsKeyService keys = rig.keyService();
    KeyDescription enabled = keys.describe(rig.keyId());
    assertThat(enabled)
        .isEqualTo(KeyDescription.unversioned(rig.keyId(), "aws-kms", KeyState.ENABLED));
    kms.disable(rig.key);
    assertThat(keys.describe(rig.keyId()).state()).isEqualTo(KeyState.DISABLED);
    kms.scheduleDeletion(rig.key);
    assertThat(keys.describe(rig.keyId()).state()).isEqualTo(KeyState.PENDING_DELETION);
    String signing = kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    assertFails(
        CryptoErrorCode.KEY_UNSUITABLE,
        () -> rig.trusting(signing).build().describe(new KeyId(signing)));
  }

  @Test
  void theClientStaysOpenAndPrintsNothingSecret() {
    AwsKmsKeyService keys = rig.keyService();
    assertThat(keys)
        .isNotInstanceOf(AutoCloseable.class)
        .hasToString("AwsKmsKeyService[eu-central-1]");
    assertFails(
        CryptoErrorCode.KEY_UNKNOWN,
        () ->
            AwsKmsKeyService.builder(AwsKmsTrust.accounts("aws", Set.of(KmsWireDouble.ACCOUNT)))
                .client(FRANKFURT, rig.frankfurt)
                .build()
                .describe(new KeyId(rig.key.replace(FRANKFURT, IRELAND))));
  }

  @Test
  void whatCannotWorkIsRefusedWhenItIsBuilt() {
    AwsKmsTrust trust = AwsKmsTrust.keys(List.of(arn(rig.key)));
    assertThatThrownBy(() -> AwsKmsKeyService.builder(trust).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no client");
    assertThatThrownBy(() -> AwsKmsKeyService.builder(trust).client(IRELAND, rig.frankfurt).build())
        .hasMessageContaining(rig.key);
    assertThatThrownBy(() -> rig.trusting(rig.key).client(FRANKFURT, rig.frankfurt))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> AwsKmsTrust.keys(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AwsKmsTrust.accounts("aws", Set.of("1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AwsKmsTrust.keys(List.of(arn(rig.key.replace(":key/", ":alias/")))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
