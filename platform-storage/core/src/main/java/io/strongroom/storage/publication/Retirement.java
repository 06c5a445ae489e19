package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.RunId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One retention plan before one state of the history: what stands against it, what follows. */
final class Retirement {
  private final DeletionPlan plan;
  private final Publication newest;
  private final List<Publication> since;
  private final Generations generations;
  private final LiveManifests manifests;
  private final DeletionPlans plans;

  /**
   * A retirement that is considered.
   *
   * @param plan what goes
   * @param plans where its items are
   * @param newest the newest publication
   * @param since the publications since the plan was made
   * @param generations where generations are
   * @param manifests where manifests are
   */
  Retirement(
      DeletionPlan plan,
      DeletionPlans plans,
      Publication newest,
      List<Publication> since,
      Generations generations,
      LiveManifests manifests) {
    this.plan = plan;
    this.plans = plans;
    this.newest = newest;
    this.since = since;
    this.generations = generations;
    this.manifests = manifests;
  }

  /** What stands against it: a hold, or a publication that made live what the plan deletes. */
  Optional<String> obstacle(List<LegalHold> holds) {
    Set<RunId> promoted = new HashSet<>();
    for (Publication publication : since) {
      publication.run().ifPresent(promoted::add);
      if (publication.rolledBackTo().isPresent()) {
        long to = publication.rolledBackTo().getAsLong();
        if (to > 0 && to < plan.floor()) {
          return Optional.of("publication " + to + " was restored since it was made");
        }
      }
    }
    List<String> obstacles = new ArrayList<>();
    plans.each(
        plan,
        item -> {
          if (!obstacles.isEmpty()) {
            return;
          }
          if (item.object().isPresent() && promoted.contains(item.run())) {
            obstacles.add("run " + item.run() + " was published since it was made");
          } else if (item.object().isEmpty()) {
            holds.stream()
                .filter(hold -> hold.covers(item))
                .findFirst()
                .ifPresent(
                    hold -> obstacles.add("legal hold " + hold.id() + " covers run " + item.run()));
          }
        });
    return obstacles.stream().findFirst();
  }

  /** Stores the generations that follow; returns the digest of each by its dataset's path. */
  SortedMap<String, String> write() {
    SortedMap<String, String> next = new TreeMap<>(newest.generations());
    expiredKeys()
        .forEach(
            (path, keys) -> {
              String digest = next.get(path);
              if (digest != null) {
                Generation before = generations.root(DatasetRef.parse(path), digest);
                next.put(path, generations.write(before, before.mode(), keys, Optional.empty()));
              }
            });
    return next;
  }

  /** The keys of the entries to take out that are still those of the plan's runs. */
  private Map<String, Set<String>> expiredKeys() {
    Map<String, Set<String>> keys = new TreeMap<>();
    plans.each(
        plan,
        item -> {
          if (item.object().isEmpty()) {
            DatasetRef dataset = item.dataset().orElseThrow();
            String digest = newest.generations().get(dataset.path());
            Optional<String> key =
                manifests
                    .bytes(item.run())
                    .map(stored -> manifests.parse(item.run(), stored).key().id());
            if (digest != null
                && key.isPresent()
                && generations
                    .find(generations.root(dataset, digest), key.get())
                    .filter(entry -> entry.run().equals(item.run()))
                    .isPresent()) {
              keys.computeIfAbsent(dataset.path(), path -> new HashSet<>()).add(key.get());
            }
          }
        });
    return keys;
  }
}
