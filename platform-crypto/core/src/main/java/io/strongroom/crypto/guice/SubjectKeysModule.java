package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.subject.SubjectKeyStore;
import io.strongroom.crypto.subject.SubjectKeys;
import java.util.List;
import java.util.Objects;

/**
 * Exposes {@link SubjectKeys}. Requires a {@link KeyService}, and a {@link SubjectKeyStore} such as
 * the one of {@link LocalSubjectStoreModule}. Who may erase installs {@link SubjectErasureModule}
 * beside it.
 */
public final class SubjectKeysModule extends PrivateModule {
  private final SubjectKeysConfig config;
  private final List<SubjectKeyStore> copies;

  /**
   * A module of one store, which is read when its keys are first asked for.
   *
   * @param config the settings
   * @param copies further stores that an erasure reaches
   */
  public SubjectKeysModule(SubjectKeysConfig config, SubjectKeyStore... copies) {
    this.config = Objects.requireNonNull(config, "config");
    this.copies = List.of(copies);
  }

  @Override
  protected void configure() {
    requireBinding(KeyService.class);
    requireBinding(SubjectKeyStore.class);
    bind(SubjectKeysConfig.class).toInstance(config);
    expose(SubjectKeys.class);
  }

  @Provides
  @Singleton
  SubjectKeys keys(SubjectKeyStore store, KeyService keys) {
    SubjectKeys.Builder builder =
        SubjectKeys.builder(store, keys, config.keyId())
            .context(config.context())
            .cache(config.maxAge(), config.maxSubjects());
    copies.forEach(builder::copy);
    return builder.build();
  }
}
