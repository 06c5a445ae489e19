package io.strongroom.pipeline;

/**
 * One check of a row. Thread-safe, without effects, and the same answer for the same row.
 *
 * <p>A rule does not throw for a bad row: an exception is an error of the rule and aborts the run.
 *
 * @param <R> the type of a row
 */
@FunctionalInterface
public interface RowRule<R> {
  /** Judges one row. A rule that does not apply accepts. */
  RowVerdict check(R row);
}
