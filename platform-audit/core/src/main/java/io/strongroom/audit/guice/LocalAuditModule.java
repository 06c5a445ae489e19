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
import io.strongroom.audit.LocalAuditLog;
import io.strongroom.crypto.guice.For;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.publication.IntentLog;
import java.util.Objects;

/**
 * Exposes {@link AuditLog} and {@link IntentLog}, one log for both, in a folder of this process
 * alone, and the {@link LocalAuditLog} itself, which the application closes when it ends. The
 * folder is locked from the first use of any of them on.
 *
 * <p>Requires a {@link Keyring} and a {@link Signer} marked {@code For(CHECKPOINT)}; one marked
 * {@code For(COSIGNATURE)} signs the post-quantum line, when the keyring has a key for that. A
 * binding of {@link CheckpointSigners} takes the place of both, for while one key follows another.
 */
public final class LocalAuditModule extends PrivateModule {
  private final LocalAuditConfig config;

  /**
   * A module of one log.
   *
   * @param config the settings
   */
  public LocalAuditModule(LocalAuditConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    requireBinding(Keyring.class);
    bind(LocalAuditConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  @Exposed
  LocalAuditLog log(
      LocalAuditConfig audit,
      @For(KeyPurpose.CHECKPOINT) Provider<Signer> signer,
      Injector injector,
      Keyring keyring) {
    return LocalAuditLog.open(
        audit.folder(),
        audit.origin(),
        BoundSigners.find(injector, signer::get, keyring),
        keyring,
        audit.checkpointInterval());
  }

  @Provides
  @Exposed
  AuditLog auditLog(LocalAuditLog log) {
    return log;
  }

  @Provides
  @Singleton
  @Exposed
  IntentLog intentLog(LocalAuditLog log) {
    return new AuditIntentLog(log);
  }
}
