package io.strongroom.crypto.guice;

import com.google.inject.Key;
import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.signing.Signer;
import java.util.Objects;

/**
 * Exposes {@link KeyService} and, marked with {@link For}, one {@link Signer} a purpose, from two
 * files that only their owner can read: for a laptop or a machine without a key service. A signer
 * whose key is not in the file fails when it is first asked for.
 */
@SecurityPortPermit
public final class LocalKeysModule extends PrivateModule {
  private final LocalKeysConfig config;

  /**
   * A module of two files, which are read when something of them is first asked for.
   *
   * @param config the settings
   */
  public LocalKeysModule(LocalKeysConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(LocalKeysConfig.class).toInstance(config);
    Provider<LocalSigningKeys> signingKeys = getProvider(LocalSigningKeys.class);
    for (KeyPurpose purpose : KeyPurpose.values()) {
      Key<Signer> key = Key.get(Signer.class, new ForPurpose(purpose));
      bind(key).toProvider(() -> signingKeys.get().signer(purpose));
      expose(key);
    }
    expose(KeyService.class);
  }

  @Provides
  @Singleton
  KeyService keyService() {
    return LocalKeyFile.open(config.keyFile());
  }

  @Provides
  @Singleton
  LocalSigningKeys signingKeys() {
    return LocalSigningKeys.open(config.signingKeyFile());
  }
}
