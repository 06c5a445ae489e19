package io.strongroom.pipeline;

import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.SeenPublications;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs pipelines, so that everything a run wrote becomes visible at once or not at all, and so that
 * a run is never live twice.
 *
 * <p>Thread-safe; any number of runners may work on one store, in any number of processes. Owns
 * nothing: what it was built with is closed by whoever made it.
 */
public final class PipelineRunner {
  private final RunServices services;
  private volatile boolean storeProven;

  private PipelineRunner(RunServices services) {
    this.services = services;
  }

  /** Starts to build a runner. */
  public static Builder builder(PipelineConfig config) {
    return new Builder(config);
  }

  /**
   * Runs a pipeline for a window.
   *
   * <p>When a run of the key is live, nothing is done. A run of the key that an earlier process
   * committed is published in place of a new one; one that it left undecided is aborted, once its
   * lease has shown no sign of life for the time to live, and a new run is made.
   *
   * <p>Before the first run on a store, the store is probed once for its conditional writes ({@link
   * StoreProbe#requireProven}).
   *
   * <p>A crash at any point leaves readers with what was published before, or with the whole new
   * run; calling this again goes on from there.
   *
   * @return how it ended; what failed is thrown
   * @throws PipelineException with the code that says why. RUN_ACTIVE: another process is at work
   *     on the key. Whatever is thrown before the commit leaves an aborted run; what is thrown
   *     after it leaves a committed run that the next call publishes
   * @throws io.strongroom.base.PlatformException from the store, the keys or the audit log;
   *     CONDITIONAL_WRITES_UNPROVEN before anything is written when the store fails the probe
   */
  public RunResult run(Pipeline pipeline, RunSpec spec) {
    if (!storeProven) {
      StoreProbe.requireProven(services.store());
      storeProven = true;
    }
    return new RunLife(services, pipeline, spec).run();
  }

  /** Collects what a runner works with. Everything without a stated default is required. */
  public static final class Builder {
    private final PipelineConfig config;
    private @Nullable ObjectStore store;
    private @Nullable KeyService keyService;
    private @Nullable KeyResolver keyResolver;
    private @Nullable Keyring keyring;
    private @Nullable Signer manifestSigner;
    private @Nullable Signer publicationSigner;
    private @Nullable AuditLog auditLog;
    private @Nullable IntentLog intentLog;
    private InstantSource clock = InstantSource.system();
    private SecureRandom random = new SecureRandom();
    private Progress progress = Progress.none();
    private @Nullable UnaryOperator<String> symlinks;
    private Duration watch;

    private Builder(PipelineConfig config) {
      this.config = config;
      this.watch = config.leaseTtl();
    }

    /** Where everything lies. */
    public Builder store(ObjectStore store) {
      this.store = store;
      return this;
    }

    /** What wraps the data keys, and which key a dataset uses. */
    public Builder keys(KeyService service, KeyResolver resolver) {
      this.keyService = service;
      this.keyResolver = resolver;
      return this;
    }

    /** Who signs manifests and publications, and the keyring that says whose signatures count. */
    public Builder signing(Signer manifestSigner, Signer publicationSigner, Keyring keyring) {
      this.manifestSigner = manifestSigner;
      this.publicationSigner = publicationSigner;
      this.keyring = keyring;
      return this;
    }

    /** The audit log, and its view as the log of intents that publication needs. */
    public Builder audit(AuditLog auditLog, IntentLog intentLog) {
      this.auditLog = auditLog;
      this.intentLog = intentLog;
      return this;
    }

    /** The time; the system's by default. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /** Where run ids and attempt names come from; a new generator by default. */
    public Builder random(SecureRandom random) {
      this.random = random;
      return this;
    }

    /** Where progress is told; nowhere by default. */
    public Builder progress(Progress progress) {
      this.progress = progress;
      return this;
    }

    /**
     * After each publication also writes the lists of live files that engines follow, for every
     * ENGINE_READABLE dataset; {@link DerivedCopies#withSymlinks} says more. None by default.
     *
     * @param locations the address at which the engine finds the object of a key, such as {@code
     *     key -> "s3://bank-gold/" + key}
     */
    public Builder symlinks(UnaryOperator<String> locations) {
      this.symlinks = Objects.requireNonNull(locations, "locations");
      return this;
    }

    /** How long a lease is watched before its process counts as dead: the lease's time to live. */
    Builder watch(Duration duration) {
      this.watch = duration;
      return this;
    }

    /**
     * The runner.
     *
     * @throws NullPointerException naming what is missing
     */
    public PipelineRunner build() {
      DerivedCopies copies = new DerivedCopies(Objects.requireNonNull(store, "store"));
      return new PipelineRunner(
          new RunServices(
              config,
              store,
              symlinks == null ? copies : copies.withSymlinks(symlinks),
              Objects.requireNonNull(keyService, "keys: service"),
              Objects.requireNonNull(keyResolver, "keys: resolver"),
              Objects.requireNonNull(keyring, "signing: keyring"),
              Objects.requireNonNull(manifestSigner, "signing: manifest signer"),
              Objects.requireNonNull(publicationSigner, "signing: publication signer"),
              Objects.requireNonNull(auditLog, "audit: log"),
              Objects.requireNonNull(intentLog, "audit: intent log"),
              clock,
              random,
              progress,
              watch,
              new SeenPublications()));
    }
  }
}
