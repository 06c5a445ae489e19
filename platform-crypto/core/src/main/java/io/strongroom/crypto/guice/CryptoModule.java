package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import java.security.Provider;
import java.util.Objects;
import java.util.Optional;

/**
 * Exposes {@link EnvelopeEncryptor} and {@link KeyResolver}. Requires a {@link KeyService}, such as
 * the one of {@link LocalKeysModule}, and uses the cache of {@link DataKeyCacheModule} where that
 * is installed.
 */
public final class CryptoModule extends PrivateModule {
  private final CryptoConfig config;
  private final Optional<Provider> provider;

  /**
   * A module that uses the JCA provider of highest priority.
   *
   * @param config the settings
   */
  public CryptoModule(CryptoConfig config) {
    this.config = Objects.requireNonNull(config, "config");
    this.provider = Optional.empty();
  }

  /**
   * A module that uses a JCA provider of the application's choice for content.
   *
   * @param config the settings
   * @param provider has AES/GCM
   */
  public CryptoModule(CryptoConfig config, Provider provider) {
    this.config = Objects.requireNonNull(config, "config");
    this.provider = Optional.of(provider);
  }

  @Override
  protected void configure() {
    requireBinding(KeyService.class);
    OptionalBinder.newOptionalBinder(binder(), CachingKeyService.class);
    bind(CryptoConfig.class).toInstance(config);
    expose(EnvelopeEncryptor.class);
    expose(KeyResolver.class);
  }

  @Provides
  @Singleton
  EnvelopeEncryptor encryptor(KeyService keys, Optional<CachingKeyService> cache) {
    KeyService used = cache.isPresent() ? cache.get() : keys;
    EnvelopeEncryptor.Builder builder =
        EnvelopeEncryptor.builder(used)
            .frameLength(config.frameLength())
            .parallelism(config.parallelism())
            .warmUp(config.warmUp());
    provider.ifPresent(builder::provider);
    return builder.build();
  }

  @Provides
  @Singleton
  KeyResolver resolver() {
    return KeyResolver.single(config.keyId());
  }
}
