package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.Layer;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.DeletionItem.Why;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.LeaseState;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Ends runs that nobody works on any more, and plans the removal of what dead runs and lost
 * attempts have left; {@link Deletions#execute} removes it.
 *
 * <p>A run is ended by its ABORTED manifest first, which races its commit for one key; after that
 * nothing can ever name its files. A file is removed only when it lies in the folder {@code
 * run_id=<run>/} of a run that is decided, that run's manifest does not name it, and it is older
 * than the age. Files outside such folders are never touched: {@link Fsck} lists them.
 *
 * <p>Safe for use by several threads and processes. Methods throw {@link StorageException} with
 * {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer; a run whose manifest
 * is damaged keeps its files.
 */
public final class Sweep {
  private static final String FOLDER = "/run_id=";

  private final ObjectStore store;
  private final ControlPaths paths;
  private final RunStore runs;
  private final LegalHolds holds;
  private final Keyring keyring;
  private final InstantSource clock;

  /**
   * A sweep of a pipeline's data.
   *
   * @param store where the data and the control objects are
   * @param runs the pipeline's runs; ends those that are dead
   * @param keyring the keys to believe
   * @param intents the log in which legal holds must stand
   * @param clock what is old is old by this clock
   */
  public Sweep(
      ObjectStore store, RunStore runs, Keyring keyring, IntentLog intents, InstantSource clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(runs.pipeline());
    this.runs = runs;
    this.holds = new LegalHolds(store, runs.pipeline(), intents, clock);
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Ends every run that was requested longer ago than the age, is not decided, and whose lease does
   * not change while this watches it. Watches one run after the other.
   *
   * @param age how old a request must be
   * @param timeToLive how long to watch a lease; that of the processes that renew it
   * @param actor who ends them; never empty
   * @param reason why; never empty
   * @return the runs that are aborted now, in the order of their ids
   */
  public List<RunId> endDeadRuns(Duration age, Duration timeToLive, String actor, String reason) {
    Instant before = clock.instant().minus(age);
    @Nullable RunId[] decided = {null};
    Set<RunId> undecided = new TreeSet<>(Comparator.comparing(RunId::value));
    Listing.each(
        store,
        paths.runs(),
        info -> {
          // Of one run the manifest is listed before the request.
          paths.decidedRun(info.key()).ifPresent(run -> decided[0] = run);
          paths
              .requestedRun(info.key())
              .filter(run -> !run.equals(decided[0]))
              .ifPresent(undecided::add);
        });
    List<RunId> ended = new ArrayList<>();
    for (RunId run : undecided) {
      Optional<RunRequest> request = runs.request(run);
      if (request.isPresent()
          && request.get().requestedAt().isBefore(before)
          && runs.observe(run, timeToLive) == LeaseState.STALE
          && !runs.abort(request.get(), actor, reason).isCommitted()) {
        ended.add(run);
      }
    }
    return List.copyOf(ended);
  }

  /**
   * Stores a plan of what dead runs and lost attempts have left. Lists every file of the datasets.
   *
   * @param datasets where to look, at least those that the pipeline writes
   * @param age how old a file must be
   * @param actor who makes it; never empty
   * @param reason why; never empty
   * @return the plan, which may be empty
   */
  public DeletionPlan plan(
      Collection<DatasetRef> datasets, Duration age, String actor, String reason) {
    Instant before = clock.instant().minus(age);
    DeletionPlans.Draft draft = new DeletionPlans(store, paths).new Draft(true);
    List<LegalHold> held = holds.active();
    LeftFiles left = new LeftFiles(store, paths, keyring);
    for (DatasetRef dataset :
        new HashSet<>(datasets).stream().sorted(Comparator.comparing(DatasetRef::path)).toList()) {
      Listing.each(
          store,
          dataset.path() + "/",
          info -> {
            if (!info.modified().isBefore(before)) {
              return;
            }
            left.why(dataset, info)
                .ifPresent(
                    item -> {
                      if (held.stream().anyMatch(hold -> hold.covers(item))) {
                        draft.holdBack();
                      } else {
                        draft.accept(item);
                      }
                    });
          });
    }
    Optional<String> base =
        new PublicationChain(store, paths, keyring).pointer().map(LatestPointer::digest);
    return draft.finish(DeletionPlan.Kind.SWEEP, base, 1, actor, reason, clock.instant());
  }

  /** Tells the files that decided runs have left; keeps what it last knew of a run. */
  static final class LeftFiles {
    private final LiveManifests manifests;
    private Optional<RunId> known = Optional.empty();
    private Optional<Manifest> manifest = Optional.empty();
    private Set<String> named = Set.of();

    LeftFiles(ObjectStore store, ControlPaths paths, Keyring keyring) {
      this.manifests = new LiveManifests(store, paths, keyring);
    }

    /** Why a file may be removed; empty when it may not. */
    Optional<DeletionItem> why(DatasetRef dataset, ObjectInfo info) {
      Optional<RunId> run = runOf(info.key());
      String name = info.key().substring(info.key().lastIndexOf('/') + 1);
      if (run.isEmpty()
          || name.equals(DerivedCopies.SUCCESS)
          || name.equals(DerivedCopies.LATEST)
          || !isOf(dataset, info.key())) {
        return Optional.empty();
      }
      if (!run.equals(known)) {
        read(run.get());
      }
      if (manifest.isEmpty() || named.contains(info.key())) {
        return Optional.empty();
      }
      return Optional.of(
          DeletionItem.file(
              manifest.get().isCommitted() ? Why.NOT_IN_MANIFEST : Why.ABORTED,
              run.get(),
              dataset,
              new TreeMap<>(),
              info.key(),
              info.size()));
    }

    /** What a file is that no manifest names; empty when one does. */
    Optional<String> explanation(DatasetRef dataset, ObjectInfo info) {
      Optional<RunId> run = runOf(info.key());
      if (!isOf(dataset, info.key())) {
        return Optional.empty(); // It is looked at with its own dataset.
      }
      if (run.isEmpty()) {
        return Optional.of("is named by no committed run");
      }
      if (!run.equals(known)) {
        read(run.get());
      }
      if (manifest.isEmpty()) {
        return Optional.of("is of run " + run.get() + ", which is not decided");
      }
      if (!manifest.get().isCommitted()) {
        return Optional.of("was left by run " + run.get() + ", which was aborted");
      }
      return named.contains(info.key())
          ? Optional.empty()
          : Optional.of(
              "was left by a lost attempt of run " + run.get() + ": its manifest does not name it");
    }

    /** Condemned rows lie beneath the quarantined ones and are a dataset of their own. */
    private static boolean isOf(DatasetRef dataset, String key) {
      return key.startsWith(dataset.path() + "/")
          && !(dataset.layer() == Layer.QUARANTINE
              && key.startsWith(
                  new DatasetRef(Layer.CONDEMNED, dataset.domain(), dataset.name()).path() + "/"));
    }

    private void read(RunId run) {
      known = Optional.of(run);
      named = new HashSet<>();
      try {
        manifest = manifests.bytes(run).map(stored -> manifests.parse(run, stored));
      } catch (StorageException e) {
        if (e.code() != StorageErrorCode.MANIFEST_INVALID) {
          throw e;
        }
        manifest = Optional.empty();
      }
      manifest.ifPresent(
          found ->
              found.datasets().stream()
                  .flatMap(output -> output.files().stream())
                  .map(DataFile::path)
                  .forEach(named::add));
    }

    /** The run in whose folder a file lies; empty when it lies in none. */
    static Optional<RunId> runOf(String key) {
      int from = key.lastIndexOf(FOLDER);
      int to = from < 0 ? -1 : key.indexOf('/', from + FOLDER.length());
      if (to < 0) {
        return Optional.empty();
      }
      try {
        return Optional.of(new RunId(key.substring(from + FOLDER.length(), to)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }
}
