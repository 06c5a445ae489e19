package io.strongroom.storage.publication;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.publication.PromotionResult.Held;
import io.strongroom.storage.publication.PromotionResult.Refused;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One run before one state of the history: what stands against promoting it, and what follows. */
final class Promotion {
  private final Manifest manifest;
  private final Optional<Manifest> superseded;
  private final Optional<Publication> newest;
  private final Optional<Publication> base;
  private final Generations generations;
  private final LiveManifests manifests;

  /**
   * A promotion that is considered.
   *
   * @param manifest the run
   * @param superseded the run that it declares to replace, if that one was committed
   * @param newest the newest publication
   * @param base the publication that was the newest when the run started
   * @param generations where generations are
   * @param manifests where manifests are
   */
  Promotion(
      Manifest manifest,
      Optional<Manifest> superseded,
      Optional<Publication> newest,
      Optional<Publication> base,
      Generations generations,
      LiveManifests manifests) {
    this.manifest = manifest;
    this.superseded = superseded;
    this.newest = newest;
    this.base = base;
    this.generations = generations;
    this.manifests = manifests;
  }

  /** What stands against the promotion. */
  Optional<PromotionResult> obstacle() {
    long floor = newest.map(Publication::floor).orElse(1L);
    long started = base.map(Publication::seq).orElse(0L);
    if (floor > 1 && started < floor) {
      return held(
          "it started from publication "
              + started
              + ", and retention has retired what came before publication "
              + floor);
    }
    Optional<RunId> live = live(newest, manifest.key().id());
    if (live.isPresent()
        && !live.get().equals(manifest.run())
        && !live.equals(manifest.supersedes())) {
      return Optional.of(new Refused(live.get()));
    }
    if (superseded.isPresent()
        && isLive(base, superseded.get())
        && !isLive(newest, superseded.get())) {
      return held("run " + superseded.get().run() + ", which it supersedes, is no longer live");
    }
    for (DatasetOutput output : manifest.datasets()) {
      Optional<PromotionResult> conflict = conflict(output);
      if (conflict.isPresent()) {
        return conflict;
      }
    }
    return Optional.empty();
  }

  /** Stores the generations that follow; returns the digest of each by its dataset's path. */
  SortedMap<String, String> write() {
    SortedMap<String, String> next = new TreeMap<>();
    newest.ifPresent(publication -> next.putAll(publication.generations()));
    if (superseded.isPresent()) {
      Manifest old = superseded.get();
      for (Map.Entry<String, String> entry : next.entrySet()) {
        Generation before = generations.root(DatasetRef.parse(entry.getKey()), entry.getValue());
        if (manifest.output(before.dataset()).isEmpty() && isLive(before, old)) {
          entry.setValue(
              generations.write(before, before.mode(), Set.of(old.key().id()), Optional.empty()));
        }
      }
    }
    GenerationEntry added =
        new GenerationEntry(
            manifest.key().id(),
            manifest.run(),
            manifest.digest(),
            newest.map(Publication::seq).orElse(0L) + 1);
    for (DatasetOutput output : manifest.datasets()) {
      Generation before = generation(newest, output.spec());
      Set<String> removed =
          superseded.isPresent() && isLive(before, superseded.get())
              ? Set.of(superseded.get().key().id())
              : Set.of();
      next.put(
          output.spec().ref().path(),
          generations.write(before, output.spec().mode(), removed, Optional.of(added)));
    }
    return next;
  }

  private Optional<PromotionResult> conflict(DatasetOutput output) {
    DatasetSpec spec = output.spec();
    Generation now = generation(newest, spec);
    if (now.mode() != spec.mode()) {
      return held(
          "dataset " + spec.ref() + " is published as " + now.mode() + ", not as " + spec.mode());
    }
    if (spec.conflicts() == ConflictRule.NONE) {
      return Optional.empty();
    }
    Set<SortedMap<String, String>> mine = partitions(output);
    // In the order of their keys, so that the same run is named every time.
    TreeSet<GenerationEntry> changed =
        new TreeSet<>(
            Comparator.comparing(GenerationEntry::key)
                .thenComparing(entry -> entry.run().value())
                .thenComparing(GenerationEntry::seq));
    changed.addAll(generations.difference(generation(base, spec), now));
    for (GenerationEntry entry : changed) {
      if (manifest.supersedes().equals(Optional.of(entry.run()))) {
        continue;
      }
      if (spec.mode() == DatasetMode.SNAPSHOT) {
        return held("run " + entry.run() + " changed dataset " + spec.ref() + " meanwhile");
      }
      Optional<DatasetOutput> theirs = manifests.of(entry).output(spec.ref());
      Optional<SortedMap<String, String>> both =
          theirs.map(Promotion::partitions).stream()
              .flatMap(Set::stream)
              .filter(mine::contains)
              .findFirst();
      if (both.isPresent()) {
        return held(
            "run "
                + entry.run()
                + " changed partition "
                + both.get()
                + " of dataset "
                + spec.ref()
                + " meanwhile");
      }
    }
    return Optional.empty();
  }

  private Optional<PromotionResult> held(String why) {
    return Optional.of(new Held("run " + manifest.run() + ": " + why));
  }

  private Optional<RunId> live(Optional<Publication> publication, String key) {
    if (publication.isEmpty()) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> entry : publication.get().generations().entrySet()) {
      Generation root = generations.root(DatasetRef.parse(entry.getKey()), entry.getValue());
      Optional<GenerationEntry> found = generations.find(root, key);
      if (found.isPresent()) {
        return found.map(GenerationEntry::run);
      }
    }
    return Optional.empty();
  }

  private boolean isLive(Optional<Publication> publication, Manifest run) {
    return live(publication, run.key().id()).equals(Optional.of(run.run()));
  }

  private boolean isLive(Generation root, Manifest run) {
    return generations
        .find(root, run.key().id())
        .map(GenerationEntry::run)
        .equals(Optional.of(run.run()));
  }

  private Generation generation(Optional<Publication> publication, DatasetSpec spec) {
    String digest =
        publication.isEmpty() ? null : publication.get().generations().get(spec.ref().path());
    return digest == null
        ? new Generation(spec.ref(), spec.mode(), List.of())
        : generations.root(spec.ref(), digest);
  }

  private static Set<SortedMap<String, String>> partitions(DatasetOutput output) {
    return output.files().stream().map(DataFile::partition).collect(Collectors.toSet());
  }
}
