package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a store's objects nothing signed accounts for, worked out from a listing and the JSON
 * objects alone: what a check of the lake must list.
 */
final class Unaccounted {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Set<String> keys = new HashSet<>();

  private Unaccounted(ObjectStore store, ControlPaths paths) {
    this.store = store;
    this.paths = paths;
    store.list("", null, 100_000).stream().map(ObjectInfo::key).forEach(keys::add);
  }

  /** The keys that must be listed as left over, unfinished or to be derived. */
  static Set<String> of(ObjectStore store, ControlPaths paths, PublishedState state) {
    return new Unaccounted(store, paths).find(state);
  }

  private JsonObject json(String key) {
    return JsonValue.parseObject(store.get(key).orElseThrow().content());
  }

  private Set<String> find(PublishedState state) {
    Set<String> found = new HashSet<>();
    List<Publication> history = state.history();
    Set<String> reached = new HashSet<>();
    Set<RunId> promoted = new HashSet<>();
    for (Publication publication : history) {
      reached.add(paths.publication(publication.seq(), publication.digest()));
      publication.run().ifPresent(promoted::add);
      for (String digest : publication.generations().values()) {
        if (reached.add(paths.generation(digest))) {
          json(paths.generation(digest))
              .objects("leaves")
              .forEach(leaf -> reached.add(paths.generation(leaf.string("digest"))));
        }
      }
    }
    Set<String> named = new HashSet<>();
    for (String key : keys) {
      Optional<RunId> claimed = paths.requestedRun(key);
      if (claimed.isPresent() && !keys.contains(paths.manifest(claimed.get()))) {
        found.add(key);
      }
      paths
          .decidedRun(key)
          .flatMap(run -> Manifest.read(store, paths.pipeline(), run, TestRuns.KEYRING))
          .filter(Manifest::isCommitted)
          .ifPresent(
              manifest -> {
                files(manifest, named);
                if (!promoted.contains(manifest.run())
                    && !keys.contains(paths.retired(manifest.run()))) {
                  found.add(key);
                }
              });
    }
    Set<String> parts = new HashSet<>();
    for (String key : keys) {
      if (paths.plannedDeletion(key).isPresent()) {
        json(key)
            .objects("parts")
            .forEach(part -> parts.add(paths.deletionPart(part.string("digest"))));
      }
    }
    for (String key : keys) {
      boolean control =
          (key.startsWith(paths.publications()) || key.startsWith(paths.generations()))
              && !reached.contains(key);
      boolean part = key.startsWith(paths.deletionParts()) && !parts.contains(key);
      boolean open =
          paths
              .begunDeletion(key)
              .filter(plan -> !keys.contains(paths.deletionDone(plan)))
              .isPresent();
      boolean mark =
          key.startsWith(paths.tries())
              && ControlPaths.triedRun(key)
                  .filter(run -> !keys.contains(paths.request(run)))
                  .isPresent();
      boolean file = key.endsWith(".parquet") && !named.contains(key);
      if (control || part || open || mark || file) {
        found.add(key);
      }
    }
    for (DatasetSpec spec : PublicationLife.SPECS) {
      for (Manifest run : state.liveRuns(spec.ref())) {
        for (DataFile file : run.output(spec.ref()).orElseThrow().files()) {
          String success = file.path().replaceFirst("[^/]*$", "_SUCCESS");
          if (!keys.contains(success)) {
            found.add(success);
          }
        }
      }
    }
    return found;
  }

  private static void files(Manifest manifest, Set<String> named) {
    for (DatasetOutput output : manifest.datasets()) {
      output.files().forEach(file -> named.add(file.path()));
    }
  }
}
