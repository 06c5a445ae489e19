package io.strongroom.api.guice;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.api.ApiConfig;
import io.strongroom.api.HttpTransport;
import io.strongroom.api.RunsClient;
import io.strongroom.api.Transport;
import java.util.Objects;

/** The client of the API over HTTP: exposes {@link RunsClient} and requires nothing. */
public final class ApiModule extends PrivateModule {
  private final ApiConfig config;

  /** A module with these settings. */
  public ApiModule(ApiConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(ApiConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  Transport transport() {
    return HttpTransport.create(config.timeout());
  }

  @Provides
  @Singleton
  @Exposed
  RunsClient runsClient(Transport transport) {
    return new RunsClient(config, transport);
  }
}
