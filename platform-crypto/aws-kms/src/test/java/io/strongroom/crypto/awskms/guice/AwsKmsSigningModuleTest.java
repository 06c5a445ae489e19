package io.strongroom.crypto.awskms.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SigningKeyException;
import io.strongroom.crypto.awskms.AwsKmsPatience;
import io.strongroom.crypto.awskms.AwsKmsSigner;
import io.strongroom.crypto.awskms.KeyArn;
import io.strongroom.crypto.guice.ForPurpose;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

@Tag("verify")
class AwsKmsSigningModuleTest {
  private static final String FRANKFURT = "eu-central-1";

  private final KmsWireDouble kms = KmsWireDouble.start();
  private final List<KmsClient> clients = new ArrayList<>();
  private final String manifests = kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
  private final String publications = kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
  private final Map<String, String> settings =
      new TreeMap<>(
          Map.of(
              "crypto.aws-kms.signing-key.manifest", manifests,
              "crypto.aws-kms.signing-key.publication", publications));

  @AfterEach
  void stop() {
    clients.forEach(KmsClient::close);
    kms.close();
  }

  private KmsClient client(String region) {
    KmsClient made =
        KmsClient.builder()
            .endpointOverride(kms.endpoint())
            .region(Region.of(region))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        kms.accessKey().accessKeyId(), kms.accessKey().secretAccessKey())))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    clients.add(made);
    return made;
  }

  private VerificationKey listed(String key, KeyPurpose purpose) {
    return VerificationKey.of(
        AwsKmsSigner.builder(KeyArn.parse(key).orElseThrow(), client(FRANKFURT))
            .openUnlisted(purpose),
        "platform");
  }

  private Keyring keyring() {
    RootKey root = RootKey.generate(new SecureRandom());
    byte[] stored =
        Keyring.create(
            root,
            1,
            List.of(
                listed(manifests, KeyPurpose.MANIFEST),
                listed(publications, KeyPurpose.PUBLICATION)));
    kms.clearCalls();
    clients.clear();
    return Keyring.parse(stored, root.digest());
  }

  private AwsKmsSigningConfig config() {
    ConfigReader reader = ConfigReader.of(settings);
    AwsKmsSigningConfig config = AwsKmsSigningConfig.from(reader);
    reader.verify();
    return config;
  }

  private static Module binding(Keyring keyring) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        bind(Keyring.class).toInstance(keyring);
      }
    };
  }

  private Injector injector(Keyring keyring) {
    return Guice.createInjector(
        binding(keyring), new AwsKmsSigningModule(config(), this::client, List.of("token")));
  }

  private static Key<Signer> key(KeyPurpose purpose) {
    return Key.get(Signer.class, new ForPurpose(purpose));
  }

  @Test
  void theSignersOfTheConfiguredPurposesResolveAndNoOthers() {
    Injector injector = injector(keyring());
    for (KeyPurpose purpose : List.of(KeyPurpose.MANIFEST, KeyPurpose.PUBLICATION)) {
      Signer signer = injector.getInstance(key(purpose));
      assertThat(signer).isInstanceOf(AwsKmsSigner.class);
      assertThat(signer.purpose()).isEqualTo(purpose);
      assertThat(injector.getInstance(key(purpose))).isSameAs(signer);
    }
    for (KeyPurpose purpose :
        List.of(KeyPurpose.APPROVAL, KeyPurpose.CHECKPOINT, KeyPurpose.COSIGNATURE)) {
      assertThatThrownBy(() -> injector.getInstance(key(purpose)))
          .isInstanceOf(ConfigurationException.class);
    }
    for (Class<?> inside : List.of(AwsKmsSigner.class, KmsClient.class, AwsKmsPatience.class)) {
      assertThatThrownBy(() -> injector.getInstance(inside))
          .as(inside.getSimpleName())
          .isInstanceOf(ConfigurationException.class);
    }
    assertThat(kms.calls())
        .extracting(KmsCall::action)
        .containsExactly("GetPublicKey", "GetPublicKey");
    assertThat(kms.calls())
        .allSatisfy(call -> assertThat(call.grantTokens()).containsExactly("token"));
    assertThat(clients).hasSize(1);
  }

  @Test
  void aKeyConfiguredForAnotherPurposeThanItsOwnIsRefused() {
    Keyring keyring = keyring();
    settings.put("crypto.aws-kms.signing-key.manifest", publications);
    settings.put("crypto.aws-kms.signing-key.publication", manifests);
    assertThat(
            catchThrowableOfType(
                    ProvisionException.class,
                    () -> injector(keyring).getInstance(key(KeyPurpose.MANIFEST)))
                .getCause())
        .isInstanceOfSatisfying(
            SigningKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SIGNING_KEY_NOT_LISTED));
  }

  @Test
  void withoutAKeyringThereIsNoInjector() {
    AwsKmsSigningModule module = new AwsKmsSigningModule(config(), this::client, List.of());
    assertThatThrownBy(() -> Guice.createInjector(module))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("Keyring");
  }

  @Test
  void theModuleMakesItsOwnClientsWhereTheApplicationHasNone() {
    Keyring keyring = keyring();
    System.setProperty("aws.endpointUrlKms", kms.endpoint().toString());
    System.setProperty("aws.accessKeyId", kms.accessKey().accessKeyId());
    System.setProperty("aws.secretAccessKey", kms.accessKey().secretAccessKey());
    try {
      Injector injector = Guice.createInjector(binding(keyring), new AwsKmsSigningModule(config()));
      assertThat(injector.getInstance(key(KeyPurpose.MANIFEST)).sign(new byte[3])).hasSize(64);
    } finally {
      System.clearProperty("aws.endpointUrlKms");
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void everySettingIsRead() {
    settings.put("crypto.aws-kms.signing-key.approval", arn("approval"));
    settings.put("crypto.aws-kms.signing-key.checkpoint", arn("checkpoint"));
    settings.put("crypto.aws-kms.signing-key.cosignature", arn("cosignature"));
    settings.put("crypto.aws-kms.signing-key.receipt", arn("receipt"));
    settings.put("crypto.aws-kms.attempts", "7");
    AwsKmsSigningConfig config = config();
    assertThat(config.keys()).containsOnlyKeys(KeyPurpose.values());
    assertThat(config.keys().get(KeyPurpose.RECEIPT)).hasToString(arn("receipt"));
    assertThat(config.patience().attempts()).isEqualTo(7);
  }

  private static String arn(String id) {
    return "arn:aws:kms:eu-central-1:111122223333:key/" + id;
  }

  @Test
  void whatIsMissingOrMalformedIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::config).problems())
        .containsExactly(
            "crypto.aws-kms.signing-key.manifest is missing, and so is that of every purpose");
    settings.put("crypto.aws-kms.signing-key.manifest", arn("one"));
    settings.put("crypto.aws-kms.signing-key.publication", arn("one"));
    settings.put(
        "crypto.aws-kms.signing-key.approval", arn("one").replace("key/one", "alias/approvals"));
    settings.put("crypto.aws-kms.attempts", "0");
    assertThat(catchThrowableOfType(ConfigException.class, this::config).problems())
        .containsExactly(
            "crypto.aws-kms.signing-key.publication names a key that has another purpose",
            "crypto.aws-kms.signing-key.approval is not a key ARN",
            "crypto.aws-kms.attempts is not an integer from 1 to 100");
  }

  @Test
  void contradictorySettingsAreNoConfiguration() {
    KeyArn key = KeyArn.parse(manifests).orElseThrow();
    KeyArn alias = KeyArn.parse(kms.alias("alias/manifests", manifests)).orElseThrow();
    List<Map<KeyPurpose, KeyArn>> refused =
        List.of(
            Map.of(),
            Map.of(KeyPurpose.MANIFEST, alias),
            Map.of(KeyPurpose.MANIFEST, key, KeyPurpose.APPROVAL, key));
    for (Map<KeyPurpose, KeyArn> keys : refused) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AwsKmsSigningConfig(keys, AwsKmsPatience.DEFAULT));
    }
  }
}
