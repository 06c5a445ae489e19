package io.strongroom.audit.evidence;

import io.strongroom.audit.Checkpoint;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.Manifest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What evidence proves.
 *
 * @param checkpoint the newest checkpoint when it was made
 * @param manifest the decision over the run, if there was one
 * @param promotion the publication that made the run live, if there was one
 * @param newest the newest publication when the evidence was made, if there was one; the promotion
 *     itself when nothing was published since
 * @param entries number of entries that were proven
 * @param trail what the run's trail tells about missing entries
 * @param proven what is proven, a sentence each
 * @param notProven what is not, a sentence each
 */
public record EvidenceReport(
    Checkpoint checkpoint,
    Optional<Manifest> manifest,
    Optional<Publication> promotion,
    Optional<Publication> newest,
    long entries,
    Trail trail,
    List<String> proven,
    List<String> notProven) {

  /** What the numbers of a run's entries tell. */
  public enum Trail {
    /** Closed, and every entry is there. */
    COMPLETE,
    /** Never closed: later entries may be missing. */
    OPEN,
    /** The run's entries have no numbers. */
    NONE,
    /** Two entries claim one number. */
    AMBIGUOUS
  }

  /** Copies the lists. */
  public EvidenceReport {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(manifest, "manifest");
    Objects.requireNonNull(promotion, "promotion");
    Objects.requireNonNull(newest, "newest");
    Objects.requireNonNull(trail, "trail");
    proven = List.copyOf(proven);
    notProven = List.copyOf(notProven);
  }
}
