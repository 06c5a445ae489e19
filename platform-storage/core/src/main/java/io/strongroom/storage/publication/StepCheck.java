package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that each publication changes what it says: adds its run, takes out what its plan names,
 * or restores older generations. Publications come newest first.
 */
final class StepCheck {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Generations generations;
  private final Findings findings;
  private final WalkNotes notes;

  /** Of the publications that are compared. */
  private final Map<String, Generation> roots = new HashMap<>();

  /** Rollbacks by the number of the publication that they restore, until that one is read. */
  private final Map<Long, List<Publication>> rollbacks = new HashMap<>();

  StepCheck(
      ObjectStore store,
      ControlPaths paths,
      Generations generations,
      Findings findings,
      WalkNotes notes) {
    this.store = store;
    this.paths = paths;
    this.generations = generations;
    this.findings = findings;
    this.notes = notes;
  }

  /** The root of a generation whose leaves are all sound; null when none was held. */
  @Nullable Generation root(@Nullable String digest) {
    return digest == null ? null : roots.get(digest);
  }

  void hold(String digest, Generation root) {
    roots.put(digest, root);
  }

  /** Lets go of all generations but those of a publication. */
  void holdOnly(Optional<Publication> publication) {
    Set<String> needed = new HashSet<>();
    publication.ifPresent(found -> needed.addAll(found.generations().values()));
    roots.keySet().retainAll(needed);
  }

  /** Compares a publication with the rollbacks that say that they restore it. */
  void verifyRollbacksTo(Publication publication) {
    for (Publication rollback : rollbacks.getOrDefault(publication.seq(), List.of())) {
      requireRestored(rollback, publication.generations());
    }
    rollbacks.remove(publication.seq());
  }

  /** Whether a publication does what it says: adds its run, or restores older generations. */
  void verify(Publication publication, Optional<Publication> previous) {
    String key = paths.publication(publication.seq(), publication.digest());
    switch (publication.kind()) {
      case ROLLBACK -> {
        long to = publication.rolledBackTo().orElseThrow();
        if (to == 0) {
          requireRestored(publication, new TreeMap<>());
        } else if (previous.isPresent() && previous.get().seq() == to) {
          requireRestored(publication, previous.get().generations());
        } else {
          rollbacks.computeIfAbsent(to, seq -> new ArrayList<>()).add(publication);
        }
      }
      case RETIRE -> verifyRetirement(key, publication, previous);
      case PROMOTE -> verifyPromotion(key, publication, previous);
    }
  }

  private void requireRestored(Publication rollback, SortedMap<String, String> older) {
    if (!rollback.generations().equals(older)) {
      findings.error(
          paths.publication(rollback.seq(), rollback.digest()),
          "does not restore the generations of publication "
              + rollback.rolledBackTo().orElseThrow());
    }
  }

  private void verifyPromotion(
      String key, Publication publication, Optional<Publication> previous) {
    for (String digest : publication.generations().values()) {
      if (!roots.containsKey(digest)) {
        return; // Damaged, which has been reported.
      }
    }
    String run = publication.run().orElseThrow().value();
    Set<String> all = new TreeSet<>(publication.generations().keySet());
    previous.ifPresent(older -> all.addAll(older.generations().keySet()));
    boolean isLive = false;
    List<String> otherwise = new ArrayList<>();
    for (String dataset : all) {
      Optional<Generations.Step> step = step(dataset, publication, previous);
      if (step.isEmpty()) {
        continue; // Damaged, which has been reported.
      }
      List<GenerationEntry> come = step.get().come();
      isLive |= come.stream().anyMatch(entry -> isMadeLive(entry, run, publication));
      boolean written = notes.mayWrite(run, dataset);
      boolean added =
          written ? come.size() == 1 && isMadeLive(come.get(0), run, publication) : come.isEmpty();
      if (!publication.generations().containsKey(dataset)
          || !added
          || !mayGo(step.get().gone(), run, dataset, publication)) {
        otherwise.add(dataset);
      }
    }
    if (!isLive) {
      findings.error(key, "does not make its run live");
    } else if (notes.hasPromises(run)) { // A damaged manifest has been reported.
      otherwise.forEach(
          dataset ->
              findings.error(
                  key, "changes dataset " + dataset + " otherwise than its run accounts for"));
    }
  }

  private static boolean isMadeLive(GenerationEntry entry, String run, Publication publication) {
    return entry.run().value().equals(run) && entry.seq() == publication.seq();
  }

  /** Whether a promotion may take runs out: older ones of a snapshot, or the one it supersedes. */
  private boolean mayGo(
      List<GenerationEntry> gone, String run, String dataset, Publication publication) {
    Generation now = roots.get(publication.generations().get(dataset));
    return (now != null && now.mode() == DatasetMode.SNAPSHOT)
        || gone.stream().allMatch(entry -> notes.mayReplace(run, entry.run()));
  }

  /** What a publication changes in a dataset; empty when that cannot be told. */
  private Optional<Generations.Step> step(
      String dataset, Publication publication, Optional<Publication> previous) {
    Optional<String> now = Optional.ofNullable(publication.generations().get(dataset));
    Optional<String> older = previous.map(Publication::generations).map(map -> map.get(dataset));
    if (now.isEmpty() || now.equals(older)) {
      return Optional.of(new Generations.Step(List.of(), List.of()));
    }
    Generation after = roots.get(now.get());
    Generation before =
        older.isPresent()
            ? roots.get(older.get())
            : after == null ? null : new Generation(after.dataset(), after.mode(), List.of());
    return before == null || after == null
        ? Optional.empty()
        : Optional.of(generations.step(before, after));
  }

  /** Whether a retirement takes out nothing but what its plan names. */
  private void verifyRetirement(
      String key, Publication publication, Optional<Publication> previous) {
    DeletionPlans plans = new DeletionPlans(store, paths);
    DigestSet expired = new DigestSet();
    String digest = publication.plan().orElseThrow();
    Optional<Boolean> read =
        findings.guarded(
            paths.deletion(digest),
            Optional.of(publication.at()),
            () -> {
              plans.each(
                  plans.read(digest),
                  item -> {
                    if (item.object().isEmpty()) {
                      expired.add(item.run() + " " + item.dataset().orElseThrow());
                    }
                  });
              return true;
            });
    if (read.isEmpty() || previous.isEmpty()) {
      return;
    }
    SortedMap<String, String> before = previous.get().generations();
    boolean step = before.keySet().equals(publication.generations().keySet());
    for (String path : step ? before.keySet() : Set.<String>of()) {
      Optional<Generations.Step> change = step(path, publication, previous);
      if (change.isPresent()) { // Else damaged, which has been reported.
        step &= change.get().come().isEmpty();
        step &=
            change.get().gone().stream()
                .allMatch(entry -> expired.contains(entry.run() + " " + path));
      }
    }
    if (!step) {
      findings.error(key, "changes what is published otherwise than its plan accounts for");
    }
  }
}
