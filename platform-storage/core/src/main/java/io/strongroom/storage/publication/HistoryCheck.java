package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies what a pipeline has published, newest first. Holds some publications, leaves and
 * manifests at a time.
 */
final class HistoryCheck {
  private final ControlPaths paths;
  private final IntentLog intents;
  private final PublicationChain chain;
  private final Generations generations;
  private final Approvals approvals;
  private final RunCheck runs;
  private final StepCheck steps;
  private final Findings findings;
  private final Workers workers;
  private final WalkNotes notes;
  private final DigestSet soundLeaves = new DigestSet();

  HistoryCheck(
      ControlPaths paths,
      IntentLog intents,
      PublicationChain chain,
      Generations generations,
      Approvals approvals,
      RunCheck runs,
      StepCheck steps,
      Findings findings,
      Workers workers,
      WalkNotes notes) {
    this.paths = paths;
    this.intents = intents;
    this.chain = chain;
    this.generations = generations;
    this.approvals = approvals;
    this.runs = runs;
    this.steps = steps;
    this.findings = findings;
    this.workers = workers;
    this.notes = notes;
  }

  /**
   * Walks from the newest publication to the oldest.
   *
   * @return whether the beginning was reached
   */
  boolean walk(Publication newest) {
    boolean whole = false;
    noteWhatIsKept(newest);
    Optional<Publication> at = Optional.of(newest);
    verify(newest, Optional.empty());
    try (OlderPublications older = new OlderPublications(chain, generations, newest, workers)) {
      while (at.isPresent()) {
        Publication current = at.get();
        current.previous().ifPresent(notes.publications::add);
        Optional<Publication> previous =
            current
                .previous()
                .flatMap(
                    digest ->
                        findings.guarded(
                            paths.publication(current.seq() - 1, digest),
                            Optional.of(current.at()),
                            older::next));
        previous.ifPresent(found -> verify(found, Optional.of(current)));
        if (previous.isPresent() || current.previous().isEmpty()) {
          steps.verify(current, previous);
        }
        whole = current.previous().isEmpty();
        steps.holdOnly(previous);
        at = previous;
      }
    }
    return whole;
  }

  /** What is live, and what publications from the floor on name; damage is told later. */
  private void noteWhatIsKept(Publication newest) {
    notes.keptFrom(newest.floor());
    DigestSet seen = new DigestSet();
    Optional<Publication> at = Optional.of(newest);
    boolean first = true;
    while (at.isPresent() && at.get().seq() >= newest.floor()) {
      boolean isHead = first;
      for (Map.Entry<String, String> dataset : at.get().generations().entrySet()) {
        if (seen.add(dataset.getValue())) {
          quietly(
              () -> {
                Generation root =
                    generations.root(DatasetRef.parse(dataset.getKey()), dataset.getValue());
                for (int i = 0; i < root.leaves().size(); i++) {
                  int index = i;
                  if (seen.add(root.leaves().get(i).digest())) {
                    quietly(
                        () -> notes.keep(generations.leaf(root, index), dataset.getKey(), isHead));
                  }
                }
              });
        }
      }
      first = false;
      if (newest.floor() == 1) {
        return; // Whatever is named is kept.
      }
      Publication current = at.get();
      at = Optional.empty();
      try {
        at = chain.previous(current);
      } catch (StorageException e) {
        Findings.requireIntegrity(e);
      }
    }
  }

  private static void quietly(Runnable reading) {
    try {
      reading.run();
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
    }
  }

  /** Verifies a publication; of the one after it many entries are known. */
  private void verify(Publication publication, Optional<Publication> newer) {
    String key = paths.publication(publication.seq(), publication.digest());
    if (!intents.holds(publication.intent(), publication.intentId(paths.pipeline()))) {
      findings.unannounced(key, publication.at());
    }
    verifyApprovals(publication);
    publication
        .generations()
        .forEach((dataset, digest) -> verifyGeneration(publication, dataset, digest, newer));
    steps.verifyRollbacksTo(publication);
    workers.await();
  }

  private void verifyApprovals(Publication publication) {
    String folder =
        publication.run().isPresent()
            ? paths.approvals(publication.run().get())
            : publication.plan().map(paths::deletionApprovals).orElse("");
    for (String digest : publication.approvals()) {
      String key = folder + digest + ".json";
      findings
          .guarded(key, Optional.of(publication.at()), () -> approvals.require(key))
          .filter(
              approval ->
                  !approval.run().equals(publication.run())
                      || approval.decision() != Approval.Decision.APPROVED
                      || publication
                          .plan()
                          .filter(plan -> !plan.equals(approval.subject()))
                          .isPresent()
                      || !approvals.count(folder, List.of(digest), publication.intentIndex()))
          .ifPresent(approval -> findings.error(key, "does not approve what rests on it"));
    }
  }

  private void verifyGeneration(
      Publication publication, String path, String digest, Optional<Publication> newer) {
    if (steps.root(digest) != null) {
      return;
    }
    String key = paths.generation(digest);
    notes.generationKeys.add(key);
    Optional<Instant> written = Optional.of(publication.at());
    Optional<Generation> root =
        findings.guarded(key, written, () -> generations.root(DatasetRef.parse(path), digest));
    if (root.isEmpty()) {
      return;
    }
    notes.datasets.add(path);
    Optional<Generation> neighbor = newer.map(found -> steps.root(found.generations().get(path)));
    boolean complete = true;
    List<Generation.LeafRef> leaves = root.get().leaves();
    for (int i = 0; i < leaves.size(); i++) {
      int index = i;
      // A leaf that was sound between the same neighbors is not read again for every publication.
      String place = leaves.get(i) + (i + 1 < leaves.size() ? leaves.get(i + 1).from() : "");
      if (soundLeaves.contains(place)) {
        continue;
      }
      String leafKey = paths.generation(leaves.get(i).digest());
      notes.generationKeys.add(leafKey);
      Optional<LeafScanner.Scanned> leaf =
          findings.guarded(leafKey, written, () -> generations.leaf(root.get(), index, neighbor));
      complete &= leaf.isPresent();
      if (leaf.isPresent()) {
        soundLeaves.add(place);
        leaf.get().fresh().forEach(entry -> verifyEntry(entry, key, publication));
      }
    }
    if (complete) {
      steps.hold(digest, root.get());
    }
    if (root.get().mode() == DatasetMode.SNAPSHOT && root.get().runs() > 1) {
      findings.error(key, "has more than one run of a snapshot");
    }
  }

  private void verifyEntry(GenerationEntry entry, String generation, Publication publication) {
    String run = entry.run().value();
    String said = run + " " + entry.key() + " " + entry.manifest() + " " + entry.seq();
    if (notes.runs.add(run)) {
      notes.entries.add(said);
      Optional<Instant> written = Optional.of(publication.at());
      workers.run(() -> runs.verify(entry, written));
    } else if (!notes.entries.contains(said)) {
      findings.error(generation, "speaks otherwise of run " + run + " than another generation");
    }
  }
}
