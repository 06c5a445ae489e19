package io.strongroom.pipeline;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds the outcomes of a run up and checks that no row is missing. */
final class Totals {
  private Totals() {}

  /** The sum; files in the order of steps and partitions. */
  static PartitionOutcome of(Map<String, SortedMap<String, PartitionOutcome>> outcomes) {
    List<StagedFile> files = new ArrayList<>();
    long input = 0;
    long valid = 0;
    long quarantined = 0;
    long condemned = 0;
    SortedMap<String, Long> reasons = new TreeMap<>();
    for (SortedMap<String, PartitionOutcome> step : outcomes.values()) {
      for (PartitionOutcome outcome : step.values()) {
        files.addAll(outcome.files());
        input = Math.addExact(input, outcome.input());
        valid = Math.addExact(valid, outcome.valid());
        quarantined = Math.addExact(quarantined, outcome.quarantined());
        condemned = Math.addExact(condemned, outcome.condemned());
        outcome.reasons().forEach((code, count) -> reasons.merge(code, count, Math::addExact));
      }
    }
    return new PartitionOutcome(
        files, input, valid, quarantined, condemned, reasons, new TreeMap<>());
  }

  /**
   * Checks that every row judged is valid, quarantined or condemned, that every rejected row has
   * one primary reason, and that the rejected rows are those in the rejected rows' files.
   *
   * @throws PipelineException RECONCILIATION_FAILED
   */
  static void reconcile(
      Map<String, SortedMap<String, PartitionOutcome>> outcomes, PartitionOutcome totals) {
    outcomes.forEach(
        (step, partitions) ->
            partitions.forEach(
                (partition, outcome) ->
                    reconcile("step '" + step + "', partition '" + partition + "'", outcome)));
    checkFiles(totals, Layer.QUARANTINE, totals.quarantined());
    checkFiles(totals, Layer.CONDEMNED, totals.condemned());
  }

  private static void reconcile(String where, PartitionOutcome outcome) {
    long rejected = Math.addExact(outcome.quarantined(), outcome.condemned());
    long judged = Math.addExact(outcome.valid(), rejected);
    if (outcome.input() != judged) {
      throw failed(
          where
              + ": "
              + outcome.input()
              + " rows came in, but "
              + outcome.valid()
              + " valid, "
              + outcome.quarantined()
              + " quarantined and "
              + outcome.condemned()
              + " condemned make "
              + judged);
    }
    long reasons = outcome.reasons().values().stream().reduce(0L, Math::addExact);
    if (reasons != rejected) {
      throw failed(where + ": " + rejected + " rows are rejected for " + reasons + " reasons");
    }
  }

  private static void checkFiles(PartitionOutcome totals, Layer layer, long expected) {
    long stored =
        totals.files().stream()
            .filter(staged -> staged.dataset().layer() == layer)
            .mapToLong(staged -> staged.file().rows())
            .sum();
    if (stored != expected) {
      throw failed(
          "the files of layer "
              + layer.id()
              + " hold "
              + stored
              + " rows, but "
              + expected
              + " were counted");
    }
  }

  private static PipelineException failed(String why) {
    return new PipelineException(PipelineErrorCode.RECONCILIATION_FAILED, why);
  }

  static JsonObject toJson(PartitionOutcome totals) {
    JsonObject.Builder reasons = JsonObject.builder();
    totals.reasons().forEach(reasons::put);
    return JsonObject.builder()
        .put("condemned", totals.condemned())
        .put("input", totals.input())
        .put("quarantined", totals.quarantined())
        .put("reasons", reasons.build())
        .put("valid", totals.valid())
        .build();
  }
}
