package io.strongroom.api;

import io.strongroom.base.JsonValue.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * A run that was decided.
 *
 * @param run its id
 * @param pipeline the pipeline, {@code domain/name}
 * @param status how it was decided
 * @param live whether it is live as of the newest publication; false after a rollback
 * @param key digest of what the run is for, 64 hexadecimal digits
 * @param window the business window, such as {@code 2026-01-21}
 * @param decidedAt when it was committed or aborted
 * @param publication number of the publication that made it live; empty when none did
 * @param datasets what it wrote, in the order of their paths; unmodifiable
 * @param metrics what the pipeline counted
 */
public record RunSummary(
    String run,
    String pipeline,
    Status status,
    boolean live,
    String key,
    String window,
    Instant decidedAt,
    OptionalLong publication,
    List<DatasetSummary> datasets,
    JsonObject metrics) {

  /** How a run was decided. */
  public enum Status {
    /** Its outputs are complete. */
    COMMITTED,
    /** It will never be published. */
    ABORTED
  }

  /** Copies the datasets. */
  public RunSummary {
    datasets = List.copyOf(datasets);
  }
}
