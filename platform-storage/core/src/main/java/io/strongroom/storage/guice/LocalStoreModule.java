package io.strongroom.storage.guice;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.util.Objects;

/**
 * Keeps objects in a local folder: exposes {@link ObjectStore}, opened when it is first needed.
 *
 * <p>Installing this module is the choice of the local store; there is no setting for it.
 */
public final class LocalStoreModule extends PrivateModule {
  private final LocalStoreConfig config;

  /** A module with these settings. */
  public LocalStoreModule(LocalStoreConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(LocalStoreConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  LocalObjectStore localStore(LocalStoreConfig local) {
    return new LocalObjectStore(local.root());
  }

  @Provides
  @Exposed
  ObjectStore store(LocalObjectStore local) {
    return local;
  }
}
