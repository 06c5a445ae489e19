package io.strongroom.audit.evidence;

import io.strongroom.audit.Checkpoint;
import io.strongroom.storage.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What evidence shall hold.
 *
 * @param run the run
 * @param firstIndex where the search for its entries begins in the log: 0, or an index that is
 *     known to be before all of them
 * @param keptCheckpoints older checkpoints that the reader holds, each of at least one entry; the
 *     evidence proves that the log continues them
 * @param disclosed personal parts that the reader may see
 */
public record EvidenceRequest(
    RunId run, long firstIndex, List<Checkpoint> keptCheckpoints, List<DisclosedPart> disclosed) {

  /** Copies the lists. */
  public EvidenceRequest {
    Objects.requireNonNull(run, "run");
    keptCheckpoints = List.copyOf(keptCheckpoints);
    disclosed = List.copyOf(disclosed);
    if (firstIndex < 0 || keptCheckpoints.stream().anyMatch(kept -> kept.size() < 1)) {
      throw new IllegalArgumentException(
          "firstIndex must be 0 or more and a kept checkpoint have at least one entry");
    }
  }

  /** Everything about a run, nothing disclosed. */
  public static EvidenceRequest of(RunId run) {
    return new EvidenceRequest(run, 0, List.of(), List.of());
  }

  /** This request, with an index before which no entry of the run stands. */
  public EvidenceRequest from(long index) {
    return new EvidenceRequest(run, index, keptCheckpoints, disclosed);
  }

  /** This request, also proving that the log continues a checkpoint. */
  public EvidenceRequest continuing(Checkpoint kept) {
    List<Checkpoint> more = new ArrayList<>(keptCheckpoints);
    more.add(kept);
    return new EvidenceRequest(run, firstIndex, more, disclosed);
  }

  /** This request, showing what a personal part was. */
  public EvidenceRequest disclosing(DisclosedPart part) {
    List<DisclosedPart> more = new ArrayList<>(disclosed);
    more.add(part);
    return new EvidenceRequest(run, firstIndex, keptCheckpoints, more);
  }
}
