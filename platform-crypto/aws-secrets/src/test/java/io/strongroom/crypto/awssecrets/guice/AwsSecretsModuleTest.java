package io.strongroom.crypto.awssecrets.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.base.Secret;
import io.strongroom.crypto.awssecrets.AwsSecrets;
import io.strongroom.crypto.awssecrets.AwsSecretsPatience;
import io.strongroom.crypto.testing.secrets.SecretsWireDouble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

@Tag("verify")
class AwsSecretsModuleTest {
  private final SecretsWireDouble store = SecretsWireDouble.start();
  private final Map<String, String> settings =
      new TreeMap<>(Map.of("crypto.aws-secrets.region", "eu-central-1"));

  @AfterEach
  void stop() {
    store.close();
  }

  private AwsSecretsConfig config() {
    ConfigReader reader = ConfigReader.of(settings);
    AwsSecretsConfig config = AwsSecretsConfig.from(reader);
    reader.verify();
    return config;
  }

  private static String text(AwsSecrets secrets, String name) {
    try (Secret secret = secrets.get(name)) {
      return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void theSecretsResolveFromTheSmallestConfigurationAndNothingElseDoes() {
    store.create("eu-central-1", "lake", "value");
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .endpointOverride(store.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(store.accessKeyId(), store.secretAccessKey())))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      Injector injector = Guice.createInjector(new AwsSecretsModule(config(), () -> client));
      AwsSecrets secrets = injector.getInstance(AwsSecrets.class);
      assertThat(text(secrets, "lake")).isEqualTo("value");
      assertThat(injector.getInstance(AwsSecrets.class)).isSameAs(secrets);
      assertThatThrownBy(() -> injector.getInstance(SecretsManagerClient.class))
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void theModuleMakesItsOwnClientWhereTheApplicationHasNone() {
    store.create("eu-central-1", "lake", "value");
    System.setProperty("aws.endpointUrlSecretsManager", store.endpoint().toString());
    System.setProperty("aws.accessKeyId", store.accessKeyId());
    System.setProperty("aws.secretAccessKey", store.secretAccessKey());
    try {
      Injector injector = Guice.createInjector(new AwsSecretsModule(config()));
      assertThat(text(injector.getInstance(AwsSecrets.class), "lake")).isEqualTo("value");
    } finally {
      System.clearProperty("aws.endpointUrlSecretsManager");
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void everySettingIsRead() {
    assertThat(config())
        .isEqualTo(
            new AwsSecretsConfig(
                "eu-central-1", Duration.ofMinutes(5), AwsSecretsPatience.DEFAULT));
    settings.put("crypto.aws-secrets.region", "eu-west-1");
    settings.put("crypto.aws-secrets.max-age", "1h");
    settings.put("crypto.aws-secrets.call-timeout", "1s");
    settings.put("crypto.aws-secrets.total-timeout", "2s");
    settings.put("crypto.aws-secrets.attempts", "7");
    settings.put("crypto.aws-secrets.first-wait", "50ms");
    assertThat(config())
        .isEqualTo(
            new AwsSecretsConfig(
                "eu-west-1",
                Duration.ofHours(1),
                new AwsSecretsPatience(
                    Duration.ofSeconds(1), Duration.ofSeconds(2), 7, Duration.ofMillis(50))));
  }

  @Test
  void whatIsMissingOrMalformedIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::config).problems())
        .containsExactly("crypto.aws-secrets.region is missing");
    settings.put("crypto.aws-secrets.region", "Frankfurt am Main");
    settings.put("crypto.aws-secrets.max-age", "25h");
    settings.put("crypto.aws-secrets.first-wait", "1ms");
    settings.put("crypto.aws-secrets.total-timeout", "1s");
    assertThat(catchThrowableOfType(ConfigException.class, this::config).problems())
        .containsExactly(
            "crypto.aws-secrets.region is not a Region",
            "crypto.aws-secrets.max-age is not from 1000ms to 24h",
            "crypto.aws-secrets.first-wait is not from 10ms to 1h",
            "crypto.aws-secrets.total-timeout is shorter than crypto.aws-secrets.call-timeout");
  }
}
