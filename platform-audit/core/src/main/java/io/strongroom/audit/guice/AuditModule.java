package io.strongroom.audit.guice;

import com.google.inject.Exposed;
import com.google.inject.Injector;
import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.CheckpointSigners;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.crypto.guice.For;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.publication.IntentLog;
import java.util.Objects;

/**
 * Exposes {@link AuditLog} and {@link IntentLog}, one log for both, in the application's object
 * store, and the {@link ObjectStoreAuditLog} itself, which the application closes when it ends; the
 * store is first used when the log is.
 *
 * <p>Requires an {@link ObjectStore}, a {@link Keyring} and a {@link Signer} marked {@code
 * For(CHECKPOINT)}; one marked {@code For(COSIGNATURE)} signs the post-quantum line, when the
 * keyring has a key for that. A binding of {@link CheckpointSigners} takes the place of both, for
 * while one key follows another.
 */
public final class AuditModule extends PrivateModule {
  private final AuditConfig config;

  /**
   * A module of one log.
   *
   * @param config the settings
   */
  public AuditModule(AuditConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    requireBinding(ObjectStore.class);
    requireBinding(Keyring.class);
    bind(AuditConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  @Exposed
  ObjectStoreAuditLog log(
      AuditConfig audit,
      ObjectStore store,
      @For(KeyPurpose.CHECKPOINT) Provider<Signer> signer,
      Injector injector,
      Keyring keyring) {
    return ObjectStoreAuditLog.builder(
            store,
            audit.prefix(),
            audit.origin(),
            BoundSigners.find(injector, signer::get, keyring),
            keyring)
        .checkpointInterval(audit.checkpointInterval())
        .build();
  }

  @Provides
  @Exposed
  AuditLog auditLog(ObjectStoreAuditLog log) {
    return log;
  }

  @Provides
  @Singleton
  @Exposed
  IntentLog intentLog(ObjectStoreAuditLog log) {
    return new AuditIntentLog(log);
  }
}
