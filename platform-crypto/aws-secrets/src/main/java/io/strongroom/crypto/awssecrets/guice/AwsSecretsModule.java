package io.strongroom.crypto.awssecrets.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.awssecrets.AwsSecrets;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Exposes {@link AwsSecrets}. */
public final class AwsSecretsModule extends PrivateModule {
  private final AwsSecretsConfig config;
  private final Supplier<SecretsManagerClient> client;

  /**
   * A module that makes its own client: credentials and endpoint as the SDK finds them, the SDK's
   * own retries off. It lives as long as the process.
   *
   * @param config the settings
   */
  public AwsSecretsModule(AwsSecretsConfig config) {
    this(config, () -> client(config.region()));
  }

  /**
   * A module over the application's own client.
   *
   * @param config the settings
   * @param client asked once, when the secrets are first asked for; never closed here
   */
  public AwsSecretsModule(AwsSecretsConfig config, Supplier<SecretsManagerClient> client) {
    this.config = Objects.requireNonNull(config, "config");
    this.client = Objects.requireNonNull(client, "client");
  }

  private static SecretsManagerClient client(String region) {
    return SecretsManagerClient.builder()
        .region(Region.of(region))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(c -> c.retryStrategy(retries -> retries.maxAttempts(1)))
        .build();
  }

  @Override
  protected void configure() {
    expose(AwsSecrets.class);
  }

  @Provides
  @Singleton
  AwsSecrets secrets() {
    return AwsSecrets.builder(client.get(), config.maxAge()).patience(config.patience()).build();
  }
}
