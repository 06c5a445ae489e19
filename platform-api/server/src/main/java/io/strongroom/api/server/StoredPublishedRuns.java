package io.strongroom.api.server;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.SeenPublications;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The runs of an object store, each request as of the newest publication. Refuses to go back to an
 * older publication than it has seen. Safe for use by several threads.
 *
 * <p>The history of a pipeline is read whole when its newest publication is another than at the
 * last request, and kept for the {@value #MAX_PIPELINES} pipelines asked for last.
 */
public final class StoredPublishedRuns implements PublishedRuns {
  private static final int MAX_PIPELINES = 64;

  private final ObjectStore store;
  private final Keyring keyring;
  private final SeenPublications seen = new SeenPublications();

  /** Guarded by itself. */
  private final Map<PipelineRef, History> histories =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PipelineRef, History> eldest) {
          return size() > MAX_PIPELINES;
        }
      };

  /**
   * The runs of a store.
   *
   * @param store where control objects are
   * @param keyring the keys to believe
   */
  public StoredPublishedRuns(ObjectStore store, Keyring keyring) {
    this.store = Objects.requireNonNull(store, "store");
    this.keyring = Objects.requireNonNull(keyring, "keyring");
  }

  @Override
  public Page newest(PipelineRef pipeline, long before, int limit) {
    List<Promotion> runs =
        promotions(read(pipeline)).stream()
            .filter(promotion -> promotion.seq() < before)
            .limit(limit + 1L)
            .toList();
    return runs.size() > limit ? new Page(runs.subList(0, limit), true) : new Page(runs, false);
  }

  @Override
  public Optional<DecidedRun> find(PipelineRef pipeline, RunId run) {
    PublishedState state = read(pipeline);
    OptionalLong seq =
        promotions(state).stream()
            .filter(promotion -> promotion.run().equals(run))
            .mapToLong(Promotion::seq)
            .findFirst();
    Optional<Manifest> manifest = state.manifest(run);
    if (manifest.isEmpty() && seq.isPresent()) {
      throw new StorageException(
          StorageErrorCode.MANIFEST_INVALID,
          "run " + run + " of pipeline " + pipeline + " was published and has no manifest");
    }
    return manifest.map(decided -> new DecidedRun(decided, isLive(state, decided), seq));
  }

  private static boolean isLive(PublishedState state, Manifest manifest) {
    return state.live(manifest.key()).filter(manifest.run()::equals).isPresent();
  }

  private PublishedState read(PipelineRef pipeline) {
    return PublishedState.read(store, pipeline, keyring, seen);
  }

  private List<Promotion> promotions(PublishedState state) {
    Optional<String> head = state.head().map(Publication::digest);
    synchronized (histories) {
      History kept = histories.get(state.pipeline());
      if (kept != null && kept.head().equals(head)) {
        return kept.promotions();
      }
    }
    List<Promotion> promotions =
        state.history().stream()
            .flatMap(
                publication ->
                    publication.run().stream()
                        .map(run -> new Promotion(run, publication.seq(), publication.at())))
            .toList();
    synchronized (histories) {
      histories.put(state.pipeline(), new History(head, promotions));
    }
    return promotions;
  }

  private record History(Optional<String> head, List<Promotion> promotions) {}
}
