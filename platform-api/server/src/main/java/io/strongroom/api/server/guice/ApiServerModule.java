package io.strongroom.api.server.guice;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.api.server.ApiHandler;
import io.strongroom.api.server.ApiServerConfig;
import io.strongroom.api.server.PublishedRuns;
import io.strongroom.api.server.RunsHandler;
import io.strongroom.api.server.StoredPublishedRuns;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import java.util.Objects;

/**
 * The handlers over an object store: exposes {@link ApiHandler}.
 *
 * <p>Requires an {@link ObjectStore} and a {@link Keyring}.
 */
public final class ApiServerModule extends PrivateModule {
  private final ApiServerConfig config;

  /** A module with these settings. */
  public ApiServerModule(ApiServerConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    requireBinding(ObjectStore.class);
    requireBinding(Keyring.class);
    bind(ApiServerConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  PublishedRuns publishedRuns(ObjectStore store, Keyring keyring) {
    return new StoredPublishedRuns(store, keyring);
  }

  @Provides
  @Singleton
  @Exposed
  ApiHandler apiHandler(PublishedRuns runs) {
    return new RunsHandler(runs, config);
  }
}
