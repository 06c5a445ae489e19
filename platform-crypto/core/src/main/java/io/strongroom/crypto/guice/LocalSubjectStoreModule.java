package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.subject.FileSubjectKeyStore;
import io.strongroom.crypto.subject.SubjectKeyStore;
import java.util.Objects;

/** Exposes {@link SubjectKeyStore} in a folder of this machine. */
@SecurityPortPermit
public final class LocalSubjectStoreModule extends PrivateModule {
  private final LocalSubjectStoreConfig config;

  /**
   * A module of one folder.
   *
   * @param config the settings
   */
  public LocalSubjectStoreModule(LocalSubjectStoreConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(LocalSubjectStoreConfig.class).toInstance(config);
    expose(SubjectKeyStore.class);
  }

  @Provides
  @Singleton
  SubjectKeyStore store() {
    return new FileSubjectKeyStore(config.folder());
  }
}
