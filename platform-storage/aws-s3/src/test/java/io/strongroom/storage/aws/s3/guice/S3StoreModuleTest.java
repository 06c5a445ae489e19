package io.strongroom.storage.aws.s3.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.aws.s3.S3Checksum;
import io.strongroom.storage.aws.s3.S3ObjectStore;
import io.strongroom.storage.aws.s3.S3Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

@Tag("verify")
class S3StoreModuleTest {
  private static final String KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String OTHER =
      "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";

  private final Map<String, String> settings =
      new TreeMap<>(
          Map.of(
              "storage.s3.region", "eu-central-1",
              "storage.s3.bucket", "acme-lake",
              "storage.s3.bucket-owner", "111122223333",
              "storage.s3.encryption", "kms",
              "storage.s3.kms-key", KEY));

  private S3StoreConfig config() {
    ConfigReader reader = ConfigReader.of(settings);
    S3StoreConfig config = S3StoreConfig.from(reader);
    reader.verify();
    return config;
  }

  private void refused(String... keys) {
    ConfigException refusal = catchThrowableOfType(ConfigException.class, this::config);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage()).contains(keys);
  }

  @Test
  void moduleBindsTheStoreAndNothingElseOverTheApplicationsClient() {
    List<String> asked = new ArrayList<>();
    try (S3Client client =
        S3Client.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      Injector injector =
          Guice.createInjector(
              new S3StoreModule(
                  config(),
                  region -> {
                    asked.add(region);
                    return client;
                  }));
      assertThat(asked).isEmpty();
      ObjectStore store = injector.getInstance(ObjectStore.class);
      assertThat(store).isInstanceOf(S3ObjectStore.class);
      assertThat(injector.getInstance(ObjectStore.class)).isSameAs(store);
      assertThat(asked).containsExactly("eu-central-1");
      assertThat(injector.getExistingBinding(com.google.inject.Key.get(S3Client.class))).isNull();
    }
  }

  @Test
  void moduleMakesItsOwnClientOfTheRegion() {
    try (S3Client client = S3StoreModule.client("eu-west-1")) {
      assertThat(client.serviceClientConfiguration().region()).isEqualTo(Region.EU_WEST_1);
    }
    Module module = new S3StoreModule(config());
    assertThat(Guice.createInjector(module).getInstance(ObjectStore.class)).isNotNull();
  }

  @Test
  void settingsAreReadWithTheirDefaults() {
    S3StoreConfig config = config();
    assertThat(config.region()).isEqualTo("eu-central-1");
    assertThat(config.bucket()).isEqualTo("acme-lake");
    assertThat(config.owner()).isEqualTo("111122223333");
    assertThat(config.encryption().keyFor("gold/d/n/f")).contains(KEY);
    assertThat(config.checksum()).isEqualTo(S3Checksum.CRC32C);
    assertThat(config.partSize()).isEqualTo(16 * 1024 * 1024);
    assertThat(config.partsInMemory()).isEqualTo(4);
    assertThat(config.patience()).isEqualTo(S3Patience.DEFAULT);
  }

  @Test
  void everySettingIsRead() {
    settings.putAll(
        Map.of(
            "storage.s3.kms-key.gold", OTHER,
            "storage.s3.checksum", "sha256",
            "storage.s3.part-size", "32MiB",
            "storage.s3.parts-in-memory", "2",
            "storage.s3.call-timeout", "5s",
            "storage.s3.total-timeout", "20s",
            "storage.s3.attempts", "3",
            "storage.s3.first-wait", "50ms"));
    S3StoreConfig config = config();
    assertThat(config.encryption().keyFor("gold/d/n/f")).contains(OTHER);
    assertThat(config.encryption().keyFor("silver/d/n/f")).contains(KEY);
    assertThat(config.checksum()).isEqualTo(S3Checksum.SHA256);
    assertThat(config.partSize()).isEqualTo(32 * 1024 * 1024);
    assertThat(config.partsInMemory()).isEqualTo(2);
    assertThat(config.patience())
        .isEqualTo(
            new S3Patience(
                Duration.ofSeconds(5), Duration.ofSeconds(20), 3, Duration.ofMillis(50)));
  }

  @Test
  void securitySettingsHaveNoDefaultsAndAllProblemsAreReportedAtOnce() {
    settings.clear();
    refused(
        "storage.s3.region",
        "storage.s3.bucket",
        "storage.s3.bucket-owner",
        "storage.s3.encryption");
    settings.put("storage.s3.region", "eu central");
    settings.put("storage.s3.bucket", "Bucket_");
    settings.put("storage.s3.bucket-owner", "12");
    settings.put("storage.s3.encryption", "kms");
    settings.put("storage.s3.part-size", "1MiB");
    settings.put("storage.s3.call-timeout", "2m");
    settings.put("storage.s3.total-timeout", "1m");
    refused(
        "storage.s3.region",
        "storage.s3.bucket",
        "storage.s3.bucket-owner",
        "storage.s3.kms-key",
        "storage.s3.part-size",
        "storage.s3.total-timeout");
  }

  @Test
  void keyThatIsNoArnIsRefusedAndOneThatWouldBeIgnoredToo() {
    settings.put("storage.s3.kms-key", "alias/lake");
    refused("storage.s3.kms-key");
    settings.put("storage.s3.kms-key", KEY);
    settings.put("storage.s3.kms-key.silver", "1234");
    refused("storage.s3.kms-key.silver");
    settings.remove("storage.s3.kms-key.silver");
    settings.put("storage.s3.encryption", "bucket-default");
    refused("storage.s3.kms-key");
    settings.remove("storage.s3.kms-key");
    assertThat(config().encryption().keyFor("gold/d/n/f")).isEmpty();
  }

  @Test
  void unknownSettingIsRefused() {
    settings.put("storage.s3.buckets", "x");
    assertThatThrownBy(this::config).isInstanceOf(ConfigException.class);
  }

  @Test
  void readmeNamesEverySetting() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String source =
        Files.readString(
            Path.of("src/main/java/io/strongroom/storage/aws/s3/guice/S3StoreConfig.java"));
    List<String> keys =
        java.util.regex.Pattern.compile("\"(storage\\.s3\\.[a-z-]+)\"")
            .matcher(source)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(keys)
        .hasSize(12)
        .allSatisfy(key -> assertThat(readme).contains("| `" + key + "` |"));
  }
}
