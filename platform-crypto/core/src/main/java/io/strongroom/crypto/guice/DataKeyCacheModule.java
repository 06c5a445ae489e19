package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.KeyService;
import java.util.Objects;

/**
 * Exposes {@link CachingKeyService}, a cache of data keys before the bound {@link KeyService},
 * which it requires. Where it is installed, the encryptor of {@link CryptoModule} uses the cache;
 * whoever asks for {@link KeyService} itself still gets the one without.
 */
@SecurityPortPermit
public final class DataKeyCacheModule extends PrivateModule {
  private final DataKeyCacheConfig config;

  /**
   * A module of one cache.
   *
   * @param config the settings
   */
  public DataKeyCacheModule(DataKeyCacheConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    requireBinding(KeyService.class);
    expose(CachingKeyService.class);
  }

  @Provides
  @Singleton
  CachingKeyService cache(KeyService keys) {
    return CachingKeyService.builder(keys, config.limits()).build();
  }
}
