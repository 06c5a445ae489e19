package io.strongroom.audit.evidence;

import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a file of evidence proves and what not, in sentences. Who exports writes them down and who
 * verifies finds them again, so that a file cannot claim more than it proves.
 */
final class Statement {
  private final List<String> proven = new ArrayList<>();
  private final List<String> notProven = new ArrayList<>();

  List<String> proven() {
    return proven;
  }

  List<String> notProven() {
    return notProven;
  }

  void log(Checkpoint checkpoint, long entries) {
    proven.add(
        "A key for checkpoints signed that the log "
            + checkpoint.origin()
            + " has "
            + checkpoint.size()
            + " entries with the root "
            + HexFormat.of().formatHex(checkpoint.root())
            + ".");
    proven.add("Each of the " + entries + " entries in this file stands in that log at its index.");
    notProven.add("That everything that happened was submitted to the log.");
    notProven.add("That the times in entries, manifest and publications are right.");
    notProven.add(
        "That nobody was shown another history of the log: compare this checkpoint with others.");
    notProven.add("What was appended or published after this checkpoint.");
  }

  void decision(RunId run, PipelineRef pipeline, Optional<Manifest> decision) {
    if (decision.isEmpty()) {
      notProven.add(
          "How the run "
              + run.value()
              + " ended, and that it is one of "
              + pipeline.path()
              + ": it was not decided yet.");
      return;
    }
    Manifest manifest = decision.get();
    List<DataFile> files =
        manifest.datasets().stream().map(DatasetOutput::files).flatMap(List::stream).toList();
    proven.add(
        "A key for manifests signed that the run "
            + run.value()
            + " of "
            + manifest.pipeline().path()
            + " is "
            + manifest.status()
            + ", with "
            + files.size()
            + " files of "
            + files.stream().mapToLong(DataFile::rows).sum()
            + " rows in "
            + manifest.datasets().size()
            + " datasets.");
    if (!files.isEmpty()) {
      notProven.add(
          "That the run's files still have the digests that its manifest states: they are not in"
              + " this file.");
    }
  }

  void notPublished() {
    notProven.add("That the run was published: no publication is in this file.");
  }

  void promotion(Publication publication, int live, int datasets) {
    proven.add(
        "Publication "
            + publication.seq()
            + " made the run live in "
            + live
            + " of its "
            + datasets
            + " datasets; the log has its intent at index "
            + publication.intentIndex()
            + ".");
  }

  void newest(Publication publication, int live, int datasets) {
    proven.add(
        "In publication "
            + publication.seq()
            + " the run is live in "
            + live
            + " of its "
            + datasets
            + " datasets; the log has its intent at index "
            + publication.intentIndex()
            + ".");
    notProven.add("What the publications between those in this file did.");
  }

  void trail(Trail trail, long entries) {
    switch (trail) {
      case COMPLETE ->
          proven.add(
              "The trail of the run is complete: "
                  + entries
                  + " entries and the one that closes it.");
      case OPEN ->
          notProven.add(
              "That the trail of the run is complete: it has "
                  + entries
                  + " entries and was not closed.");
      case NONE -> notProven.add("That no entry of the run is missing: it kept no trail.");
      case AMBIGUOUS ->
          notProven.add(
              "That the trail of the run is complete: two entries claim the same number in it.");
    }
    notProven.add(
        "That no entry without a number, such as those of others who decided about the run, is"
            + " missing.");
  }

  void continues(Checkpoint kept) {
    proven.add(
        "The log continues the one of "
            + kept.size()
            + " entries with the root "
            + HexFormat.of().formatHex(kept.root())
            + ".");
  }

  void disclosed(DisclosedPart part) {
    proven.add(
        "The entry at index "
            + part.index()
            + " committed to the value of "
            + part.name()
            + " that is in this file.");
  }
}
