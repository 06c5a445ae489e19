package io.strongroom.crypto.awssecrets;

import io.strongroom.base.Secret;
import io.strongroom.crypto.testing.secrets.SecretsWireDouble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A wire double of Secrets Manager, real clients of it, a clock and a secret in Frankfurt. */
final class SecretsRig implements AutoCloseable {
  static final String FRANKFURT = "eu-central-1";
  static final String NAME = "lake/database";
  static final Duration AGE = Duration.ofMinutes(5);

  /** Gives up on a call soon. */
  static final AwsSecretsPatience HASTY =
      new AwsSecretsPatience(
          Duration.ofMillis(700), Duration.ofMillis(2200), 3, Duration.ofMillis(10));

  /** As many attempts, each with time enough on a busy machine. */
  static final AwsSecretsPatience PATIENT =
      new AwsSecretsPatience(
          Duration.ofSeconds(10), Duration.ofSeconds(30), 3, Duration.ofMillis(10));

  private final List<SecretsManagerClient> clients = new ArrayList<>();
  final SecretsWireDouble store = SecretsWireDouble.start();
  final SecretsManagerClient client = client(store.secretAccessKey());
  final String arn = store.create(FRANKFURT, NAME, "first-marker");
  volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** The first call of a process takes long: it is made before any timeout counts. */
  SecretsRig() {
    client.describeSecret(r -> r.secretId(NAME));
    store.clearCalls();
  }

  SecretsManagerClient client(String secretAccessKey) {
    return client(
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(store.accessKeyId(), secretAccessKey)));
  }

  SecretsManagerClient client(AwsCredentialsProvider credentials) {
    SecretsManagerClient made =
        SecretsManagerClient.builder()
            .endpointOverride(store.endpoint())
            .region(Region.of(FRANKFURT))
            .credentialsProvider(credentials)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    clients.add(made);
    return made;
  }

  AwsSecrets secrets() {
    return secrets(client);
  }

  AwsSecrets secrets(SecretsManagerClient over) {
    return secrets(over, PATIENT);
  }

  AwsSecrets secrets(SecretsManagerClient over, AwsSecretsPatience patience) {
    return AwsSecrets.builder(over, AGE).patience(patience).clock(() -> now).build();
  }

  static String text(Secret secret) {
    try (secret) {
      return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    clients.forEach(SecretsManagerClient::close);
    store.close();
  }
}
