package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Kind;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds and explains everything in a pipeline's part of a store that is not as it should be, and
 * mends what can be mended safely.
 *
 * <p>Checks what {@link LakeVerifier} checks, and leases, plans, outcomes, marks of tries,
 * approvals, legal holds, deletion plans, derived copies, and what a probe of the store has left.
 * What nothing names is listed with its length and age. Findings are handed out one by one, each
 * once; memory grows by some hundred bytes for each run and publication, whatever their files.
 *
 * <p>Safe to run while others publish: what they do meanwhile is no finding, but for notices of
 * what is under way. Not for use by several threads at once.
 */
public final class Fsck {
  /** How many requests to the store are on their way at most. */
  static final int THREADS = 8;

  private static final Duration PROBE_AGE = Duration.ofDays(1);
  private static final String PROBES = "probe/";
  private static final String PASSED = "probe/passed.v1";

  private final ObjectStore store;
  private final PipelineRef pipeline;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final IntentLog intents;
  private final InstantSource clock;
  private final @Nullable KeyService keyService;
  private final Optional<Duration> delay;
  private final DerivedCopies copies;

  /**
   * Checks that unwrap no keys, of a store that is no replica.
   *
   * @param store where the data and the control objects are
   * @param pipeline whose they are
   * @param keyring the keys to believe
   * @param intents the log that must hold every intent
   * @param clock tells how old things are
   */
  public Fsck(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      InstantSource clock) {
    this(
        store, pipeline, keyring, intents, clock, null, Optional.empty(), new DerivedCopies(store));
  }

  private Fsck(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      InstantSource clock,
      @Nullable KeyService keyService,
      Optional<Duration> delay,
      DerivedCopies copies) {
    this.store = Objects.requireNonNull(store, "store");
    this.pipeline = pipeline;
    this.paths = new ControlPaths(pipeline);
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.intents = Objects.requireNonNull(intents, "intents");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.keyService = keyService;
    this.delay = delay;
    this.copies = copies;
  }

  /**
   * The same checks, which also unwrap the runs' keys and compare them with the manifests.
   *
   * @param service unwraps them
   */
  public Fsck unwrapping(KeyService service) {
    return new Fsck(store, pipeline, keyring, intents, clock, service, delay, copies);
  }

  /**
   * The same checks of a store to which another one is copied object by object, in any order: what
   * is missing and was written at most so long ago is not here yet, and no error.
   *
   * @param within how long an object may take
   */
  public Fsck ofReplica(Duration within) {
    return new Fsck(
        store, pipeline, keyring, intents, clock, keyService, Optional.of(within), copies);
  }

  /**
   * The same checks, also of the lists of live files that {@link DerivedCopies#withSymlinks}
   * writes; {@link #repair} writes them.
   *
   * @param locations the address at which the engine finds the object of a key
   */
  public Fsck withSymlinks(UnaryOperator<String> locations) {
    return new Fsck(
        store,
        pipeline,
        keyring,
        intents,
        clock,
        keyService,
        delay,
        copies.withSymlinks(locations));
  }

  /**
   * How many findings there were.
   *
   * @param errors what is published is not what was signed
   * @param warnings what a crash explains as well as tampering does
   * @param notices what is harmless
   */
  public record Report(long errors, long warnings, long notices) {}

  /**
   * Checks everything and changes nothing.
   *
   * @param consumer gets every finding when it is found
   * @throws StorageException {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not
   *     answer; nothing is known then
   */
  public Report check(Consumer<Finding> consumer) {
    Findings findings = new Findings(store, clock, delay, consumer);
    try (Workers workers = new Workers(THREADS)) {
      Runs runs = new Runs(findings);
      new LakeWalk(store, pipeline, keyring, intents, keyService, findings, workers, runs).walk();
      checkTries(findings, runs, workers);
    }
    checkDeletions(findings);
    findings.guarded(
        paths.holds(),
        Optional.empty(),
        () -> new LegalHolds(store, pipeline, intents, clock).active());
    checkLatestCopies(findings);
    eachStaleProbe(
        info -> findings.notice(Kind.LEFTOVER, info, "was left by a probe of the store"));
    return new Report(
        findings.size(Severity.ERROR),
        findings.size(Severity.WARNING),
        findings.size(Severity.NOTICE));
  }

  /**
   * Mends what can be written again from what is signed, or is surely of no use: derived copies
   * that are missing or old, marks of tries that are missing, and what probes of the store left
   * more than a day ago. Nothing else is touched.
   *
   * @param consumer gets what was mended, each as a notice
   * @return how much was mended
   * @throws StorageException with a code of category INTEGRITY when what is published cannot be
   *     read, {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer; some may
   *     be mended then
   */
  public long repair(Consumer<Finding> consumer) {
    Findings findings = new Findings(store, clock, delay, consumer);
    PublishedState state = PublishedState.read(store, pipeline, keyring);
    boolean[] latest = {false};
    copies.each(
        state,
        (key, content) -> {
          if (!stands(key, content)) {
            if (key.endsWith("/" + DerivedCopies.LATEST)) {
              latest[0] = true;
            } else {
              store.put(key, content);
            }
            findings.notice(Kind.DERIVED, key, "was written again");
          }
        });
    if (latest[0]) {
      copies.writeLatest(state);
    }
    copies
        .symlinks()
        .ifPresent(
            lists -> {
              lists.compare(
                  state,
                  (key, content) -> findings.notice(Kind.DERIVED, key, "was written again"),
                  key -> findings.notice(Kind.DERIVED, key, "was deleted"));
              copies.writeSymlinks(state);
            });
    eachMissingMark(
        (key, mark) -> {
          store.put(key, mark);
          findings.notice(Kind.DERIVED, key, "was written again");
        });
    eachStaleProbe(
        info -> {
          store.delete(info.key());
          findings.notice(Kind.LEFTOVER, info, "was deleted");
        });
    return findings.size();
  }

  private boolean stands(String key, byte[] content) {
    try {
      return store.get(key).filter(stored -> Arrays.equals(stored.content(), content)).isPresent();
    } catch (StorageException e) {
      if (e.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
        return false;
      }
      throw e;
    }
  }

  private void checkLatestCopies(Findings findings) {
    try {
      PublishedState state = PublishedState.read(store, pipeline, keyring);
      copies.eachLatest(state, (key, content) -> checkCopy(findings, key, content));
      copies
          .symlinks()
          .ifPresent(
              lists ->
                  lists.compare(
                      state,
                      (key, content) ->
                          findings.notice(Kind.DERIVED, key, "is missing, old or altered"),
                      key -> findings.notice(Kind.DERIVED, key, "is of nothing that is live")));
    } catch (StorageException e) {
      Findings.requireIntegrity(e); // It has been told of what copies are derived.
    }
  }

  private void checkCopy(Findings findings, String key, byte[] content) {
    if (!stands(key, content)) {
      findings.notice(Kind.DERIVED, key, "is missing, old or altered");
    }
  }

  private void eachStaleProbe(Consumer<ObjectInfo> visitor) {
    Listing.each(
        store,
        PROBES,
        info -> {
          if (!info.key().equals(PASSED)
              && info.modified().isBefore(clock.instant().minus(PROBE_AGE))) {
            visitor.accept(info);
          }
        });
  }

  private interface Marks {
    void mark(String key, byte[] content);
  }

  /** Every claimed run has a mark, by which the next run of its key finds it. */
  private void eachMissingMark(Marks visitor) {
    Listing.each(
        store,
        paths.runs(),
        info ->
            paths
                .requestedRun(info.key())
                .flatMap(this::request)
                .ifPresent(
                    request -> {
                      String key = paths.attempt(request.key().id(), request.runId());
                      if (!stands(key, request.mark())) {
                        visitor.mark(key, request.mark());
                      }
                    }));
  }

  private Optional<RunRequest> request(RunId run) {
    try {
      return ControlObjects.read(
          store, paths.request(run), StorageErrorCode.RUN_DOCUMENT_INVALID, RunRequest::parse);
    } catch (StorageException e) {
      Findings.requireIntegrity(e); // It has been told.
      return Optional.empty();
    }
  }

  private void checkTries(Findings findings, Runs runs, Workers workers) {
    Listing.each(
        store,
        paths.tries(),
        info -> {
          Optional<RunId> run = ControlPaths.triedRun(info.key());
          if (run.isEmpty()) {
            findings.notice(Kind.LEFTOVER, info, "is no mark of a try");
          } else if (!runs.isClaimed(run.get())) {
            workers.run(
                () -> {
                  if (store.head(paths.request(run.get())).isEmpty()) {
                    findings.notice(
                        Kind.LEFTOVER,
                        info,
                        "marks run " + run.get() + ", which was never claimed");
                  }
                });
          }
        });
    workers.await();
  }

  /** Looks at what belongs to runs, while the lake is walked through. */
  private final class Runs implements LakeWalk.Visitor {
    private final Findings findings;
    private final Approvals approvals = new Approvals(store, pipeline, keyring);
    private final DigestSet claimed = new DigestSet();

    Runs(Findings findings) {
      this.findings = findings;
    }

    synchronized boolean isClaimed(RunId run) {
      return claimed.contains(run.value());
    }

    private synchronized void claim(RunId run) {
      claimed.add(run.value());
    }

    @Override
    public void live(Manifest manifest, DatasetOutput output) {
      DerivedCopies.eachSuccess(
          manifest, output, (key, content) -> checkCopy(findings, key, content));
    }

    /** Every claimed run has a mark, by which the next run of its key finds it. */
    @Override
    public void request(RunRequest request) {
      claim(request.runId());
      String key = paths.attempt(request.key().id(), request.runId());
      if (!stands(key, request.mark())) {
        findings.notice(Kind.DERIVED, key, "is missing or altered");
      }
    }

    @Override
    public void runObject(ObjectInfo info) {
      String rest = info.key().substring(paths.runs().length());
      int slash = rest.indexOf('/');
      String name = rest.substring(slash + 1);
      String run = rest.substring(0, Math.max(0, slash));
      switch (name) {
        case "request.json", "manifest.json", "keys.json" -> {} // Looked at with the run.
        case "lease.json" -> checkForm(findings, info, run, "lease", Set.of("holder", "beat"));
        case "plan.json" -> checkForm(findings, info, run, "plan", Set.of("plan"));
        case "retired.json" ->
            checkForm(findings, info, run, "retired", Set.of("pipeline", "plan"));
        default -> {
          if (name.startsWith("outcomes/")) {
            checkForm(findings, info, run, "outcome", Set.of("step", "partition", "outcome"));
          } else if (name.startsWith("approvals/")) {
            checkApproval(findings, approvals, info.key());
          } else {
            findings.notice(Kind.LEFTOVER, info, "is no object of a run");
          }
        }
      }
    }
  }

  private void checkForm(
      Findings findings, ObjectInfo info, String run, String format, Set<String> others) {
    Set<String> members = new TreeSet<>(others);
    members.add("format");
    members.add("run");
    findings.guarded(
        info.key(),
        Severity.WARNING,
        Optional.empty(),
        () ->
            ControlObjects.read(
                store,
                info.key(),
                StorageErrorCode.RUN_DOCUMENT_INVALID,
                ControlObjects.canonical(
                    json -> {
                      ControlJson.requireFormat(json, "strongroom." + format + ".v1");
                      ControlJson.requireMembers(json, members, Set.of());
                      requireOwn(info.key(), run, json);
                      return json;
                    })));
  }

  private void requireOwn(String key, String run, JsonObject json) {
    boolean own = json.string("run").equals(run);
    if (own && json.has("outcome")) {
      own =
          key.equals(paths.outcome(new RunId(run), json.string("step"), json.string("partition")));
    }
    if (!own) {
      throw new IllegalArgumentException("it is of another run, step or partition");
    }
  }

  private void checkDeletions(Findings findings) {
    DeletionPlans plans = new DeletionPlans(store, paths);
    Set<String> begun = new TreeSet<>();
    DigestSet parts = new DigestSet();
    Approvals approvals = new Approvals(store, pipeline, keyring);
    Listing.each(
        store,
        paths.deletions(),
        info -> {
          Optional<String> beginning = paths.begunDeletion(info.key());
          Optional<String> end = paths.doneDeletion(info.key());
          Optional<String> planned = paths.plannedDeletion(info.key());
          beginning.ifPresent(begun::add);
          end.ifPresent(begun::remove);
          if (planned.isPresent()) {
            findings.guarded(
                info.key(),
                Severity.WARNING,
                Optional.empty(),
                () -> {
                  DeletionPlan plan = plans.read(planned.get());
                  plan.parts().forEach(part -> parts.add(part.digest()));
                  plans.each(plan, item -> {});
                  return true;
                });
          } else if (info.key().contains("/approvals/")) {
            checkApproval(findings, approvals, info.key());
          } else if (beginning.isEmpty() && end.isEmpty()) {
            findings.notice(Kind.LEFTOVER, info, "is no object of a deletion");
          }
        });
    for (String digest : begun) {
      findings.notice(
          Kind.UNFINISHED,
          paths.deletionBegun(digest),
          "deletion plan " + digest + " has begun and is not done");
    }
    Listing.each(
        store,
        paths.deletionParts(),
        info -> {
          String name = info.key().substring(paths.deletionParts().length());
          if (!name.matches("[0-9a-f]{64}[.]json") || !parts.contains(name.substring(0, 64))) {
            findings.notice(Kind.LEFTOVER, info, "is a part of no deletion plan");
          }
        });
  }

  private static void checkApproval(Findings findings, Approvals approvals, String key) {
    if (approvals.parse(key) == null) {
      findings.broken(
          key, "does not verify, so it does not count", Severity.WARNING, Optional.empty());
    }
  }
}
