package io.strongroom.storage.parquet.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.parquet.ParquetFiles;
import java.util.Objects;

/** Exposes {@link ParquetFiles}. Requires nothing. */
public final class ParquetModule extends PrivateModule {
  private final ParquetConfig config;

  /**
   * A module with these settings.
   *
   * @param config the settings
   */
  public ParquetModule(ParquetConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(ParquetConfig.class).toInstance(config);
    expose(ParquetFiles.class);
  }

  @Provides
  @Singleton
  ParquetFiles files() {
    return new ParquetFiles(
        config.layout(), config.codec(), config.zstdLevel(), config.rowGroupBytes());
  }
}
