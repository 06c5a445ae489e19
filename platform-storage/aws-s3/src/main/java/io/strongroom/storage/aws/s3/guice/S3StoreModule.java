package io.strongroom.storage.aws.s3.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.aws.s3.S3ObjectStore;
import io.strongroom.storage.aws.s3.S3Retention;
import java.util.Objects;
import java.util.function.Function;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Keeps objects in a bucket of S3: exposes {@link ObjectStore}. Its counterpart for a laptop is
 * {@code LocalStoreModule}: which one is installed decides.
 */
public final class S3StoreModule extends PrivateModule {
  private final S3StoreConfig config;
  private final Function<String, S3Client> clients;
  private final S3Retention retention;

  /**
   * A module that makes its own client: credentials and endpoint as the SDK finds them. It lives as
   * long as the process.
   *
   * @param config the settings
   */
  public S3StoreModule(S3StoreConfig config) {
    this(config, S3StoreModule::client);
  }

  /**
   * A module over the application's own client.
   *
   * @param config the settings
   * @param clients the client of a Region; asked once, when the store is first asked for; never
   *     closed here
   */
  public S3StoreModule(S3StoreConfig config, Function<String, S3Client> clients) {
    this(config, clients, S3Retention.bucketDefault());
  }

  private S3StoreModule(
      S3StoreConfig config, Function<String, S3Client> clients, S3Retention retention) {
    this.config = Objects.requireNonNull(config, "config");
    this.clients = Objects.requireNonNull(clients, "clients");
    this.retention = Objects.requireNonNull(retention, "retention");
  }

  /** The same module, but S3 is told to keep some objects from deletion. */
  public S3StoreModule withRetention(S3Retention given) {
    return new S3StoreModule(config, clients, given);
  }

  static S3Client client(String region) {
    return S3Client.builder()
        .region(Region.of(region))
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  @Override
  protected void configure() {
    expose(ObjectStore.class);
  }

  @Provides
  @Singleton
  ObjectStore store() {
    return S3ObjectStore.builder(
            clients.apply(config.region()), config.bucket(), config.owner(), config.encryption())
        .retention(retention)
        .checksum(config.checksum())
        .parts(config.partSize(), config.partsInMemory())
        .patience(config.patience())
        .build();
  }
}
