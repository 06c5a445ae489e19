package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a walk over a lake remembers: some hundred bytes for every run and publication. */
final class WalkNotes {
  final DigestSet publications = new DigestSet();
  final DigestSet generationKeys = new DigestSet();

  /** The runs that the history names. */
  final DigestSet runs = new DigestSet();

  /** What the history says of them. */
  final DigestSet entries = new DigestSet();

  final Set<String> datasets = new TreeSet<>();

  private final DigestSet live = new DigestSet();
  private final DigestSet liveOutputs = new DigestSet();
  private final DigestSet keptOutputs = new DigestSet();
  private final DigestSet filesOutside = new DigestSet();

  /** What the manifests of the runs that were ever live account for. */
  private final DigestSet promises = new DigestSet();

  /** Versions and fingerprints of the schemas that published runs name. */
  private final Map<DatasetRef, Set<String>> schemas = new HashMap<>();

  private boolean allKept = true;

  /** Tells from which publication on everything is kept that they name. */
  void keptFrom(long floor) {
    allKept = floor == 1;
  }

  /** Takes down what a generation names that is live, or only kept. */
  void keep(GenerationLeaf leaf, String dataset, boolean isLive) {
    for (GenerationEntry entry : leaf.entries()) {
      String output = entry.run().value() + " " + dataset;
      keptOutputs.add(output);
      if (isLive) {
        live.add(entry.run().value());
        liveOutputs.add(output);
      }
    }
  }

  boolean isLive(RunId run) {
    return live.contains(run.value());
  }

  boolean isLive(RunId run, DatasetRef dataset) {
    return liveOutputs.contains(run.value() + " " + dataset.path());
  }

  boolean isKept(RunId run, DatasetRef dataset) {
    return allKept || keptOutputs.contains(run.value() + " " + dataset.path());
  }

  /** Takes down what the manifest of a run accounts for. */
  synchronized void promise(Manifest manifest) {
    String run = manifest.run().value();
    promises.add(run);
    manifest
        .datasets()
        .forEach(output -> promises.add(run + " writes " + output.spec().ref().path()));
    manifest.supersedes().ifPresent(older -> promises.add(run + " replaces " + older.value()));
    for (DatasetOutput output : manifest.datasets()) {
      output
          .schema()
          .ifPresent(
              fingerprint ->
                  schemas
                      .computeIfAbsent(output.spec().ref(), any -> new HashSet<>())
                      .add(output.spec().schemaVersion() + " " + fingerprint));
    }
  }

  /** Whether the manifest of a run was found. */
  boolean hasPromises(String run) {
    return promises.contains(run);
  }

  boolean mayWrite(String run, String dataset) {
    return promises.contains(run + " writes " + dataset);
  }

  boolean mayReplace(String run, RunId older) {
    return promises.contains(run + " replaces " + older.value());
  }

  /** Versions and fingerprints of the schemas of a dataset that runs name. */
  Set<String> schemasOf(DatasetRef dataset) {
    return schemas.getOrDefault(dataset, Set.of());
  }

  /**
   * Remembers the files of a run that do not lie in its folder: those are found by its manifest.
   */
  synchronized void name(Manifest manifest) {
    Optional<RunId> own = Optional.of(manifest.run());
    for (DatasetOutput output : manifest.datasets()) {
      datasets.add(output.spec().ref().path());
      output.files().stream()
          .map(DataFile::path)
          .filter(path -> !Sweep.LeftFiles.runOf(path).equals(own))
          .forEach(filesOutside::add);
    }
  }

  boolean isOfARun(String file) {
    return filesOutside.contains(file);
  }
}
