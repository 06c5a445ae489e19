package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The control objects of a pipeline's runs.
 *
 * <p>Every decision is one conditional write that succeeds once: claiming an id, the plan, the
 * outcome of a partition, the manifest. Whoever loses such a race gets what won it. A lost reply is
 * settled by reading. A process that is thought dead and is not can therefore do no harm.
 *
 * <p>Safe for use by several threads and processes. Every method throws {@link StorageException}
 * {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer, {@link
 * StorageErrorCode#WRITE_OUTCOME_UNKNOWN} when a write could not be settled by reading, and {@link
 * StorageErrorCode#RUN_DOCUMENT_INVALID} or {@link StorageErrorCode#MANIFEST_INVALID}, naming the
 * object, when what it reads is damaged.
 */
public final class RunStore {
  private static final int PAGE = 1000;
  private static final String RUN_FOLDER = "/run_id=";
  private static final String PLAN_FORMAT = "strongroom.plan.v1";
  private static final String OUTCOME_FORMAT = "strongroom.outcome.v1";

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Signer manifestSigner;
  private final Keyring keyring;
  private final InstantSource clock;
  private final MonotonicTime time;

  /**
   * The runs of a pipeline.
   *
   * @param store where its control objects are
   * @param pipeline whose runs they are
   * @param manifestSigner signs manifests; its purpose is {@link KeyPurpose#MANIFEST}
   * @param keyring the keys to believe
   * @param clock stamps aborted manifests
   * @throws IllegalArgumentException when the signer is for another purpose
   */
  public RunStore(
      ObjectStore store,
      PipelineRef pipeline,
      Signer manifestSigner,
      Keyring keyring,
      InstantSource clock) {
    this(store, pipeline, manifestSigner, keyring, clock, MonotonicTime.SYSTEM);
  }

  RunStore(
      ObjectStore store,
      PipelineRef pipeline,
      Signer manifestSigner,
      Keyring keyring,
      InstantSource clock,
      MonotonicTime time) {
    if (manifestSigner.purpose() != KeyPurpose.MANIFEST) {
      throw new IllegalArgumentException("the signer of manifests has another purpose");
    }
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.manifestSigner = manifestSigner;
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.time = time;
  }

  /** Whose runs these are. */
  public PipelineRef pipeline() {
    return paths.pipeline();
  }

  /**
   * Claims a run id by storing the request. Claiming again with an equal request succeeds, so that
   * a lost reply costs nothing.
   *
   * @throws StorageException {@link StorageErrorCode#RUN_ID_TAKEN} when another request stands
   *     there
   */
  public void claim(RunRequest request) {
    requirePipeline(request.pipeline());
    String keyId = request.key().id();
    ControlObjects.first(store, paths.attempt(keyId, request.runId()), request.mark());
    byte[] mine = request.toJson().canonicalBytes();
    byte[] stored = ControlObjects.first(store, paths.request(request.runId()), mine);
    if (!Arrays.equals(stored, mine)) {
      throw new StorageException(
          StorageErrorCode.RUN_ID_TAKEN,
          "run " + request.runId() + " of pipeline " + pipeline() + " was claimed before");
    }
  }

  /** The request of a run; empty when its id is not claimed. */
  public Optional<RunRequest> request(RunId run) {
    Optional<RunRequest> request =
        ControlObjects.read(
            store, paths.request(run), StorageErrorCode.RUN_DOCUMENT_INVALID, RunRequest::parse);
    request.ifPresent(
        found ->
            requireOwn(
                found.runId().equals(run) && found.pipeline().equals(pipeline()),
                StorageErrorCode.RUN_DOCUMENT_INVALID,
                paths.request(run)));
    return request;
  }

  /**
   * The runs of a key that are claimed and not yet decided, in no particular order. A run that is
   * claimed at this moment may be missing.
   */
  public List<RunRequest> unfinished(RunKey key) {
    List<RunRequest> found = new ArrayList<>();
    for (RunId run : tries(key)) {
      Optional<RunRequest> request = request(run).filter(tried -> tried.key().equals(key));
      if (request.isPresent() && manifest(run).isEmpty()) {
        found.add(request.get());
      }
    }
    return List.copyOf(found);
  }

  /** The manifests of the committed runs of a key, published or not, in no particular order. */
  public List<Manifest> committed(RunKey key) {
    List<Manifest> found = new ArrayList<>();
    for (RunId run : tries(key)) {
      manifest(run)
          .filter(manifest -> manifest.isCommitted() && manifest.key().equals(key))
          .ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  /**
   * Takes the lease of a run, from whoever holds it, and renews it in the background.
   *
   * @param run a claimed run
   * @param timeToLive after how long without renewal others may think this process dead
   * @return the lease, which the caller closes
   * @throws StorageException {@link StorageErrorCode#RUN_MISSING} when the run is not claimed,
   *     {@link StorageErrorCode#LEASE_LOST} when others keep taking it
   */
  public RunLease lease(RunId run, Duration timeToLive) {
    requirePositive(timeToLive);
    requireClaimed(run);
    return RunLease.take(store, run, paths.lease(run), timeToLive, time);
  }

  /**
   * Watches the lease of a run on this machine's monotonic clock; clocks of different machines are
   * never compared. A run that was claimed and has no lease is watched in the same way.
   *
   * @param run a claimed run
   * @param timeToLive how long to watch at most
   * @return {@link LeaseState#ALIVE} as soon as the lease changes, {@link LeaseState#STALE} when it
   *     did not for the whole time
   * @throws StorageException {@link StorageErrorCode#RUN_MISSING} when the run is not claimed
   */
  public LeaseState observe(RunId run, Duration timeToLive) {
    requirePositive(timeToLive);
    requireClaimed(run);
    long started = time.nanos();
    long wait = timeToLive.toNanos();
    @Nullable String first = leaseTag(run);
    while (true) {
      long left = wait - (time.nanos() - started);
      if (left <= 0) {
        return LeaseState.STALE;
      }
      time.pause(Math.min(left, Math.max(1, wait / 10)));
      if (Thread.currentThread().isInterrupted()) {
        throw new StorageException(
            StorageErrorCode.STORE_UNAVAILABLE, "interrupted while watching run " + run);
      }
      if (!Objects.equals(first, leaseTag(run))) {
        return LeaseState.ALIVE;
      }
    }
  }

  /**
   * Stores the plan of a run.
   *
   * @return the plan that stands: mine, or the one stored first
   */
  public JsonObject plan(RunId run, JsonObject mine) {
    byte[] content =
        JsonObject.builder()
            .put("format", PLAN_FORMAT)
            .put("run", run.value())
            .put("plan", mine)
            .build()
            .canonicalBytes();
    return parsePlan(run, ControlObjects.first(store, paths.plan(run), content));
  }

  /** The plan of a run; empty when none is stored. */
  public Optional<JsonObject> findPlan(RunId run) {
    return ControlObjects.get(store, paths.plan(run), StorageErrorCode.RUN_DOCUMENT_INVALID)
        .map(object -> parsePlan(run, object.content()));
  }

  /**
   * Stores the outcome of a partition.
   *
   * @param run the run
   * @param step name of the step; with the bytes outside of {@code [A-Za-z0-9._=-]} written as
   *     {@code %XX} at most 200 characters
   * @param partition name of the partition; same limit
   * @param mine what this attempt has to say
   * @return the outcome that stands: mine, or the one of the attempt that finished first
   */
  public JsonObject outcome(RunId run, String step, String partition, JsonObject mine) {
    byte[] content =
        JsonObject.builder()
            .put("format", OUTCOME_FORMAT)
            .put("run", run.value())
            .put("step", step)
            .put("partition", partition)
            .put("outcome", mine)
            .build()
            .canonicalBytes();
    String key = paths.outcome(run, step, partition);
    return parseOutcome(run, step, partition, ControlObjects.first(store, key, content));
  }

  /** The outcome of a partition; empty when no attempt has finished it. */
  public Optional<JsonObject> findOutcome(RunId run, String step, String partition) {
    String key = paths.outcome(run, step, partition);
    return ControlObjects.get(store, key, StorageErrorCode.RUN_DOCUMENT_INVALID)
        .map(object -> parseOutcome(run, step, partition, object.content()));
  }

  /**
   * Decides a run: stores its manifest if none is there.
   *
   * @param draft a committed manifest, {@link Manifest#committed}; none of its files lies in a
   *     folder {@code run_id=} of another run
   * @return the manifest that stands, with its digest: mine, or the one that won the race; it may
   *     be aborted
   */
  public Manifest commit(Manifest draft) {
    requirePipeline(draft.pipeline());
    if (!draft.isCommitted()) {
      throw new IllegalArgumentException("run " + draft.run() + ": the draft is not committed");
    }
    // What is swept with a run must never be another run's.
    String own = RUN_FOLDER + draft.run().value() + "/";
    for (DatasetOutput output : draft.datasets()) {
      for (DataFile file : output.files()) {
        if (file.path().contains(RUN_FOLDER) && !file.path().contains(own)) {
          throw new IllegalArgumentException(
              "file '" + file.path() + "' lies in the folder of another run than " + draft.run());
        }
      }
    }
    return decide(draft);
  }

  /**
   * Ends a run that must not be committed any more, so that it can be tried again under another id.
   *
   * @param request the run to end
   * @param actor who ends it
   * @param reason why
   * @return the manifest that stands; it is committed when the run was faster
   */
  public Manifest abort(RunRequest request, String actor, String reason) {
    requirePipeline(request.pipeline());
    return decide(Manifest.aborted(request, actor, reason, clock.instant()));
  }

  /**
   * The manifest of a run, its signature checked; empty when the run is not decided.
   *
   * @throws StorageException {@link StorageErrorCode#MANIFEST_INVALID} naming the object
   */
  public Optional<Manifest> manifest(RunId run) {
    return Manifest.read(store, pipeline(), run, keyring);
  }

  private Manifest decide(Manifest draft) {
    byte[] mine = SignedJson.sign(Manifest.PAYLOAD_TYPE, draft.toJson(), manifestSigner);
    // What no reader would believe must not decide the run: a signer outside of the keyring.
    Manifest own = parseManifest(draft.run(), mine);
    byte[] standing = ControlObjects.first(store, paths.manifest(draft.run()), mine);
    return Arrays.equals(standing, mine) ? own : parseManifest(draft.run(), standing);
  }

  private Manifest parseManifest(RunId run, byte[] content) {
    return Manifest.parse(paths.manifest(run), content, pipeline(), run, keyring);
  }

  private JsonObject parsePlan(RunId run, byte[] content) {
    return ControlObjects.parse(
        paths.plan(run),
        content,
        StorageErrorCode.RUN_DOCUMENT_INVALID,
        ControlObjects.canonical(
            json -> {
              ControlJson.requireFormat(json, PLAN_FORMAT);
              ControlJson.requireMembers(json, Set.of("format", "run", "plan"), Set.of());
              requireEqual("run", run.value(), json);
              return json.object("plan");
            }));
  }

  private JsonObject parseOutcome(RunId run, String step, String partition, byte[] content) {
    return ControlObjects.parse(
        paths.outcome(run, step, partition),
        content,
        StorageErrorCode.RUN_DOCUMENT_INVALID,
        ControlObjects.canonical(
            json -> {
              ControlJson.requireFormat(json, OUTCOME_FORMAT);
              ControlJson.requireMembers(
                  json, Set.of("format", "run", "step", "partition", "outcome"), Set.of());
              requireEqual("run", run.value(), json);
              requireEqual("step", step, json);
              requireEqual("partition", partition, json);
              return json.object("outcome");
            }));
  }

  private List<RunId> tries(RunKey key) {
    String prefix = paths.tries(key.id());
    List<RunId> runs = new ArrayList<>();
    @Nullable String after = null;
    while (true) {
      List<ObjectInfo> page = store.list(prefix, after, PAGE);
      for (ObjectInfo info : page) {
        ControlPaths.triedRun(info.key()).ifPresent(runs::add);
        after = info.key();
      }
      if (page.size() < PAGE) {
        return runs;
      }
    }
  }

  private @Nullable String leaseTag(RunId run) {
    return store.head(paths.lease(run)).map(ObjectInfo::etag).orElse(null);
  }

  private void requireClaimed(RunId run) {
    if (store.head(paths.request(run)).isEmpty()) {
      throw new StorageException(
          StorageErrorCode.RUN_MISSING, "run " + run + " of pipeline " + pipeline());
    }
  }

  private void requirePipeline(PipelineRef pipeline) {
    if (!pipeline.equals(pipeline())) {
      throw new IllegalArgumentException(
          "a run of pipeline " + pipeline + " among those of pipeline " + pipeline());
    }
  }

  private static void requirePositive(Duration timeToLive) {
    if (timeToLive.isNegative() || timeToLive.isZero()) {
      throw new IllegalArgumentException("the time to live of a lease must be positive");
    }
  }

  private static void requireOwn(boolean own, StorageErrorCode code, String key) {
    if (!own) {
      throw new StorageException(code, "object " + key + " is of another run or pipeline");
    }
  }

  private static void requireEqual(String member, String expected, JsonObject json) {
    if (!json.string(member).equals(expected)) {
      throw new IllegalArgumentException("member " + member + " has another value");
    }
  }
}
