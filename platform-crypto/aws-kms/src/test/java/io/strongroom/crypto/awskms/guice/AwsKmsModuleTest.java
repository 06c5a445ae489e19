package io.strongroom.crypto.awskms.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.awskms.AwsKmsKeyService;
import io.strongroom.crypto.awskms.AwsKmsPatience;
import io.strongroom.crypto.awskms.AwsKmsTrust;
import io.strongroom.crypto.guice.CryptoConfig;
import io.strongroom.crypto.guice.CryptoModule;
import io.strongroom.crypto.guice.LocalKeysConfig;
import io.strongroom.crypto.guice.LocalKeysModule;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

@Tag("verify")
class AwsKmsModuleTest {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.strongroom().tenant("acme").build();

  private final KmsWireDouble kms = KmsWireDouble.start();
  private final List<KmsClient> clients = new ArrayList<>();
  private final String key = kms.createKey("eu-central-1");
  private final Map<String, String> settings =
      new TreeMap<>(Map.of("crypto.key-id", key, "crypto.aws-kms.keys", key));
  @TempDir Path folder;

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

  private Injector injector() {
    ConfigReader reader = ConfigReader.of(settings);
    CryptoConfig crypto = CryptoConfig.from(reader);
    AwsKmsConfig config = AwsKmsConfig.from(reader);
    reader.verify();
    return Guice.createInjector(
        new CryptoModule(crypto), new AwsKmsModule(config, this::client, List.of("token")));
  }

  @Test
  void everyExposedKeyResolvesFromTheSmallestConfiguration() {
    Injector injector = injector();
    assertThat(injector.getInstance(KeyService.class))
        .isInstanceOf(AwsKmsKeyService.class)
        .isSameAs(injector.getInstance(KeyService.class));
    EnvelopeEncryptor encryptor = injector.getInstance(EnvelopeEncryptor.class);
    byte[] message = encryptor.encrypt(new byte[7], new KeyId(key), CONTEXT);
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(7);
    assertThat(kms.calls())
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.grantTokens()).containsExactly("token"));
    assertThat(clients).hasSize(1);
  }

  @Test
  void whatTheModuleUsesInsideIsNotVisibleOutside() {
    Injector injector = injector();
    for (Class<?> inside :
        List.of(
            AwsKmsConfig.class,
            AwsKmsKeyService.class,
            AwsKmsTrust.class,
            AwsKmsPatience.class,
            KmsClient.class)) {
      assertThatThrownBy(() -> injector.getInstance(inside))
          .as(inside.getSimpleName())
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void theModuleMakesItsOwnClientsWhereTheApplicationHasNone() {
    System.setProperty("aws.endpointUrlKms", kms.endpoint().toString());
    System.setProperty("aws.accessKeyId", kms.accessKey().accessKeyId());
    System.setProperty("aws.secretAccessKey", kms.accessKey().secretAccessKey());
    try {
      ConfigReader reader = ConfigReader.of(settings);
      KeyService keys =
          Guice.createInjector(new AwsKmsModule(AwsKmsConfig.from(reader)))
              .getInstance(KeyService.class);
      assertThat(keys.describe(new KeyId(key)).key().value()).isEqualTo(key);
      assertThat(kms.calls()).extracting(KmsCall::action).containsExactly("DescribeKey");
    } finally {
      System.clearProperty("aws.endpointUrlKms");
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void everySettingIsRead() {
    settings.put("crypto.aws-kms.discovery-accounts", "111122223333, 444455556666");
    settings.put("crypto.aws-kms.discovery-partition", "aws-cn");
    settings.put("crypto.aws-kms.regions", "eu-west-1, eu-central-1");
    settings.put("crypto.aws-kms.call-timeout", "1s");
    settings.put("crypto.aws-kms.total-timeout", "2s");
    settings.put("crypto.aws-kms.attempts", "7");
    settings.put("crypto.aws-kms.first-wait", "50ms");
    settings.put("crypto.aws-kms.grant-wait", "0s");
    ConfigReader reader = ConfigReader.of(settings);
    CryptoConfig.from(reader);
    AwsKmsConfig config = AwsKmsConfig.from(reader);
    reader.verify();
    assertThat(config.regions()).containsExactly("eu-west-1", "eu-central-1");
    assertThat(config.trust().keys()).singleElement().hasToString(key);
    assertThat(config.trust().accounts()).containsOnly("111122223333", "444455556666");
    assertThat(config.trust().partition()).isEqualTo("aws-cn");
    assertThat(config.patience())
        .isEqualTo(
            new AwsKmsPatience(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                7,
                Duration.ofMillis(50),
                Duration.ZERO));
  }

  @Test
  void whatIsMissingIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly(
            "crypto.key-id is missing",
            "crypto.aws-kms.keys is missing, and so is crypto.aws-kms.discovery-accounts");
    settings.put("crypto.key-id", key);
    settings.put("crypto.aws-kms.discovery-accounts", "111122223333");
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly("crypto.aws-kms.regions is missing, and no key says where to look");
  }

  @Test
  void whatIsMalformedIsNamed() {
    settings.put("crypto.aws-kms.keys", "alias/lake");
    settings.put("crypto.aws-kms.discovery-accounts", "1,2");
    settings.put("crypto.aws-kms.regions", "Frankfurt am Main");
    settings.put("crypto.aws-kms.call-timeout", "2h");
    settings.put("crypto.aws-kms.first-wait", "1ms");
    settings.put("crypto.aws-kms.total-timeout", "1s");
    settings.put("crypto.aws-kms.attempts", "0");
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly(
            "crypto.aws-kms.keys is not a list of key ARNs, separated by commas",
            "crypto.aws-kms.discovery-accounts is not a list of accounts of 12 digits, separated by"
                + " commas",
            "crypto.aws-kms.regions is not a list of Regions, separated by commas",
            "crypto.aws-kms.call-timeout is not from 1ms to 1h",
            "crypto.aws-kms.attempts is not an integer from 1 to 100",
            "crypto.aws-kms.first-wait is not from 10ms to 1h",
            "crypto.aws-kms.total-timeout is shorter than crypto.aws-kms.call-timeout");
  }

  private void encryptFile(Module keys, CryptoConfig crypto, Path file, Path message, Path copy) {
    // five lines
    Injector injector = Guice.createInjector(new CryptoModule(crypto), keys);
    EnvelopeEncryptor encryptor = injector.getInstance(EnvelopeEncryptor.class);
    EncryptionContext context = EncryptionContext.strongroom().tenant("acme").build();
    encryptor.encryptFile(file, message, crypto.keyId(), context);
    encryptor.decryptFile(message, copy, context);
    // end
  }

  @Test
  void theSameLinesEncryptAFileOnALocalKeyFileAndOnKms() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "id;amount\n1;10.00\n");
    Path keyFile = folder.resolve("keys.json");
    KeyId lake = new KeyId("lake");
    LocalKeyFile.create(keyFile, "laptop", Set.of(lake), new SecureRandom()).close();
    CryptoConfig local = CryptoConfig.from(ConfigReader.of(Map.of("crypto.key-id", "lake")));
    CryptoConfig aws = CryptoConfig.from(ConfigReader.of(settings));
    AwsKmsConfig awsKms = AwsKmsConfig.from(ConfigReader.of(settings));
    Path message = folder.resolve("message");
    Path copy = folder.resolve("copy");
    encryptFile(
        new LocalKeysModule(new LocalKeysConfig(keyFile, folder.resolve("none"))),
        local,
        file,
        message,
        copy);
    assertThat(copy).hasSameBinaryContentAs(file);
    assertThat(Files.readString(message, StandardCharsets.ISO_8859_1)).doesNotContain("amount");
    assertThat(kms.calls()).isEmpty();

    encryptFile(new AwsKmsModule(awsKms, this::client, List.of()), aws, file, message, copy);
    assertThat(copy).hasSameBinaryContentAs(file);
    assertThat(Files.readString(message, StandardCharsets.ISO_8859_1)).contains(key);
    assertThat(kms.calls())
        .extracting(KmsCall::action)
        .containsExactly("GenerateDataKey", "Decrypt");
  }

  @Test
  void theReadmeShowsExactlyThoseLines() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/crypto/awskms/guice/AwsKmsModuleTest.java"));
    String code =
        source.substring(source.indexOf("// five lines\n") + 14, source.indexOf("    // end\n"));
    assertThat(code.lines()).hasSize(5);
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {4}", "") + "```");
  }
}
