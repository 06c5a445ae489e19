package io.strongroom.pipeline.guice;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.guice.For;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.pipeline.PipelineConfig;
import io.strongroom.pipeline.PipelineRunner;
import io.strongroom.pipeline.Progress;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.publication.IntentLog;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Exposes {@link PipelineRunner}.
 *
 * <p>Requires an {@link ObjectStore}, a {@link KeyService}, a {@link KeyResolver}, a {@link
 * Keyring}, {@link Signer}s marked {@code For(MANIFEST)} and {@code For(PUBLICATION)}, an {@link
 * AuditLog} and an {@link IntentLog}: what the modules of the other libraries expose.
 */
public final class PipelineModule extends PrivateModule {
  private final PipelineConfig config;
  private final Progress progress;
  private final InstantSource clock;
  private final Optional<UnaryOperator<String>> symlinks;

  /**
   * A module that tells progress to nobody and takes the system's time.
   *
   * @param config the settings
   */
  public PipelineModule(PipelineConfig config) {
    this(config, Progress.none(), InstantSource.system());
  }

  /**
   * A module.
   *
   * @param config the settings
   * @param progress where progress is told
   * @param clock the time
   */
  public PipelineModule(PipelineConfig config, Progress progress, InstantSource clock) {
    this(config, progress, clock, Optional.empty());
  }

  private PipelineModule(
      PipelineConfig config,
      Progress progress,
      InstantSource clock,
      Optional<UnaryOperator<String>> symlinks) {
    this.config = Objects.requireNonNull(config, "config");
    this.progress = Objects.requireNonNull(progress, "progress");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.symlinks = symlinks;
  }

  /**
   * The same module, whose runner also writes the lists of live files that engines follow; {@link
   * PipelineRunner.Builder#symlinks} says more.
   *
   * @param locations the address at which the engine finds the object of a key
   */
  public PipelineModule withSymlinks(UnaryOperator<String> locations) {
    return new PipelineModule(config, progress, clock, Optional.of(locations));
  }

  @Override
  protected void configure() {
    requireBinding(ObjectStore.class);
    requireBinding(KeyService.class);
    requireBinding(KeyResolver.class);
    requireBinding(Keyring.class);
    requireBinding(AuditLog.class);
    requireBinding(IntentLog.class);
    bind(PipelineConfig.class).toInstance(config);
  }

  @Provides
  @Singleton
  @Exposed
  PipelineRunner runner(
      PipelineConfig pipeline,
      ObjectStore store,
      KeyService keys,
      KeyResolver resolver,
      Keyring keyring,
      @For(KeyPurpose.MANIFEST) Signer manifestSigner,
      @For(KeyPurpose.PUBLICATION) Signer publicationSigner,
      AuditLog auditLog,
      IntentLog intentLog) {
    PipelineRunner.Builder runner =
        PipelineRunner.builder(pipeline)
            .store(store)
            .keys(keys, resolver)
            .signing(manifestSigner, publicationSigner, keyring)
            .audit(auditLog, intentLog)
            .progress(progress)
            .clock(clock);
    symlinks.ifPresent(runner::symlinks);
    return runner.build();
  }
}
