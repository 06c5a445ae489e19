package io.strongroom.pipeline;

import java.util.List;

/**
 * One transformation of a pipeline, cut into partitions that run independently of each other.
 *
 * <p>A step reads what the run context offers and writes only through the partition context; so a
 * partition may run any number of times within a run, and the first finished attempt counts.
 * Partitions of one step run at the same time on several threads, so an implementation is
 * thread-safe.
 */
public interface Step {
  /** Unique within the pipeline; matches {@code [a-z0-9][a-z0-9-]{0,62}}. */
  String name();

  /**
   * The names of the partitions. Asked once a run, for all steps before the first partition of any
   * step runs.
   *
   * @return names unique within the step that match {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}; may be
   *     empty, then the step does nothing
   */
  List<String> partitions(RunContext run);

  /**
   * Runs one partition.
   *
   * <p>A platform exception of category TRANSIENT, also one that the step wrapped in another, and a
   * {@link java.io.UncheckedIOException} make a new attempt, up to the configured number; anything
   * else aborts the run. The message of an exception that is not the platform's is not passed on,
   * since it may hold a value.
   */
  PartitionOutcome run(PartitionContext context);
}
