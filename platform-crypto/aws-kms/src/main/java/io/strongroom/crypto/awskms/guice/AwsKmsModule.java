package io.strongroom.crypto.awskms.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.awskms.AwsKmsKeyService;
import io.strongroom.crypto.guice.SecurityPortPermit;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Exposes {@link KeyService} on AWS KMS. Its counterpart for a laptop is {@code LocalKeysModule}:
 * which one is installed decides.
 */
@SecurityPortPermit
public final class AwsKmsModule extends PrivateModule {
  private final AwsKmsConfig config;
  private final Function<String, KmsClient> clients;
  private final List<String> grantTokens;

  /**
   * A module that makes its own clients: credentials and endpoint as the SDK finds them, the SDK's
   * own retries off. They live as long as the process.
   *
   * @param config the settings
   */
  public AwsKmsModule(AwsKmsConfig config) {
    this(config, AwsKmsModule::client, List.of());
  }

  /**
   * A module over the application's own clients.
   *
   * @param config the settings
   * @param clients the client of a Region; asked once for each Region of the settings, when the key
   *     service is first asked for; never closed here
   * @param grantTokens sent with every call
   */
  public AwsKmsModule(
      AwsKmsConfig config, Function<String, KmsClient> clients, List<String> grantTokens) {
    this.config = Objects.requireNonNull(config, "config");
    this.clients = Objects.requireNonNull(clients, "clients");
    this.grantTokens = List.copyOf(grantTokens);
  }

  static KmsClient client(String region) {
    return KmsClient.builder()
        .region(Region.of(region))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(c -> c.retryStrategy(retries -> retries.maxAttempts(1)))
        .build();
  }

  @Override
  protected void configure() {
    expose(KeyService.class);
  }

  @Provides
  @Singleton
  KeyService keyService() {
    AwsKmsKeyService.Builder builder =
        AwsKmsKeyService.builder(config.trust())
            .patience(config.patience())
            .grantTokens(grantTokens);
    config.regions().forEach(region -> builder.client(region, clients.apply(region)));
    return builder.build();
  }
}
