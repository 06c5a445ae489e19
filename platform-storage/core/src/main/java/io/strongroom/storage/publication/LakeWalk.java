package io.strongroom.storage.publication;

import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One walk over everything that a pipeline has published, newest first, and over what else there
 * is.
 */
final class LakeWalk {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final PublicationChain chain;
  private final LiveManifests manifests;
  private final HistoryCheck history;
  private final Findings findings;
  private final Workers workers;
  private final Visitor visitor;
  private final WalkNotes notes = new WalkNotes();

  /**
   * How far the history was read.
   *
   * @param pointer where it began
   * @param head the newest publication; empty when there is none or it is damaged
   * @param whole whether it was read to its beginning
   */
  record Walked(Optional<LatestPointer> pointer, Optional<Publication> head, boolean whole) {}

  /** Who looks at the same things; called by several threads. */
  interface Visitor {
    /** A run that is live in a dataset. */
    default void live(Manifest manifest, DatasetOutput output) {}

    /** The request of a run. */
    default void request(RunRequest request) {}

    /** An object beneath the folder of all runs. */
    default void runObject(ObjectInfo info) {}
  }

  LakeWalk(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      @Nullable KeyService keyService,
      Findings findings,
      Workers workers,
      Visitor visitor) {
    this.store = store;
    this.paths = new ControlPaths(pipeline);
    this.keyring = keyring;
    this.findings = findings;
    this.chain = new PublicationChain(store, paths, keyring);
    this.manifests = new LiveManifests(store, paths, keyring);
    this.workers = workers;
    this.visitor = visitor;
    Generations generations = new Generations(store, paths);
    this.history =
        new HistoryCheck(
            paths,
            intents,
            chain,
            generations,
            new Approvals(store, pipeline, keyring),
            new RunCheck(store, paths, keyService, manifests, findings, visitor, notes),
            new StepCheck(store, paths, generations, findings, notes),
            findings,
            workers,
            notes);
  }

  void walk() {
    Walked walked =
        findings
            .guarded(paths.latest(), Optional.empty(), chain::pointer)
            .map(this::walkFrom)
            .orElse(new Walked(Optional.empty(), Optional.empty(), false));
    new Surroundings(
            store, paths, keyring, chain, manifests, findings, workers, visitor, walked, notes)
        .look();
  }

  private Walked walkFrom(Optional<LatestPointer> pointer) {
    if (pointer.isEmpty()) {
      return new Walked(pointer, Optional.empty(), true);
    }
    long seq = pointer.get().seq();
    String digest = pointer.get().digest();
    notes.publications.add(digest);
    Optional<Instant> arrived = store.head(paths.latest()).map(ObjectInfo::modified);
    Optional<Publication> head =
        findings.guarded(paths.publication(seq, digest), arrived, () -> chain.read(seq, digest));
    return new Walked(pointer, head, head.isPresent() && history.walk(head.get()));
  }
}
