package io.strongroom.storage.guice;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.ObjectStore;
import java.util.Objects;

/**
 * What every application that stores data needs beside a store: exposes {@link StorageConfig} and
 * {@link EnvelopedObjects}.
 *
 * <p>Requires an {@link ObjectStore}, such as that of {@link LocalStoreModule}, and an {@link
 * EnvelopeEncryptor}.
 */
public final class StorageModule extends PrivateModule {
  private final StorageConfig config;

  /** A module with these settings. */
  public StorageModule(StorageConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    requireBinding(ObjectStore.class);
    requireBinding(EnvelopeEncryptor.class);
    bind(StorageConfig.class).toInstance(config);
    expose(StorageConfig.class);
  }

  @Provides
  @Singleton
  @Exposed
  EnvelopedObjects envelopedObjects(ObjectStore store, EnvelopeEncryptor encryptor) {
    return new EnvelopedObjects(store, encryptor);
  }
}
