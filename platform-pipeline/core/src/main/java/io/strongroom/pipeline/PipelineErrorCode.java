package io.strongroom.pipeline;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;
import java.util.Locale;

/** The errors of this library. A number keeps its meaning for ever and is never used again. */
public enum PipelineErrorCode implements ErrorCode {
  /** The definition of a pipeline contradicts itself. */
  PIPELINE_INVALID(
      1,
      ErrorCategory.CONFIGURATION,
      "The definition of the pipeline contradicts itself.",
      "Correct the definition that the message names."),
  /** What was asked of the runner is incomplete. */
  RUN_SPEC_INVALID(
      2,
      ErrorCategory.CONFIGURATION,
      "What was asked of the runner is incomplete or contradicts itself.",
      "Correct the argument that the message names."),
  /** Another process is at work on the same run key. */
  RUN_ACTIVE(
      3,
      ErrorCategory.TRANSIENT,
      "Another process is at work on this run key: its lease is alive.",
      "Wait for it, or run again later: a dead process is taken over."),
  /** Another process declared this run dead and aborted it. */
  RUN_TAKEN_OVER(
      4,
      ErrorCategory.TRANSIENT,
      "Another process took this run for dead and aborted it before it committed.",
      "Run again; nothing that this run wrote is visible."),
  /** The lease of the run could not be renewed. */
  LEASE_LOST(
      5,
      ErrorCategory.TRANSIENT,
      "The lease of the run could not be renewed in time, so the run stopped.",
      "Run again; look at the connection to the store when it happens often."),
  /** The run key was published once and is no longer live. */
  RUN_NO_LONGER_LIVE(
      6,
      ErrorCategory.CONFIGURATION,
      "A run of this key was published and has been rolled back or replaced since.",
      "Ask for it with 'again' and a reason when it shall be live once more."),
  /** A step threw something that is not a platform error. */
  STEP_FAILED(
      7,
      ErrorCategory.INTERNAL,
      "A step failed with an exception that is not one of the platform's.",
      "Look at the stack trace; its message was left out because it may hold a value."),
  /** A rule threw. */
  RULE_FAILED(
      8,
      ErrorCategory.INTERNAL,
      "A rule threw an exception. That is an error of the rule, not a rejection of the row.",
      "Correct the rule; its exception's message was left out because it may hold a value."),
  /** A step returned an outcome that cannot be. */
  OUTCOME_INVALID(
      9,
      ErrorCategory.INTERNAL,
      "The outcome that a step returned, or that is stored, cannot be.",
      "Correct the step that the message names."),
  /** Rows are missing from, or too many in, the totals. */
  RECONCILIATION_FAILED(
      10,
      ErrorCategory.INTERNAL,
      "The totals of the run do not add up, so nothing was committed.",
      "Correct the step that the message names: every row is valid, quarantined or condemned."),
  /** A file name, partition column or partition value that no path can hold. */
  PATH_INVALID(
      11,
      ErrorCategory.INTERNAL,
      "A file name, partition column or partition value cannot stand in a path.",
      "Use letters, digits, '.', '_' and '-' only."),
  /** It could not be established that a file was stored. */
  FILE_UNCONFIRMED(
      12,
      ErrorCategory.TRANSIENT,
      "The store did not confirm a file of the run.",
      "Run again; the unconfirmed file is named by nothing."),
  /** The run was told to stop. */
  RUN_CANCELLED(
      13,
      ErrorCategory.TRANSIENT,
      "The run was cancelled before it committed.",
      "Run again when it is wanted."),
  /** A file of a sealed dataset is not sealed. */
  FILE_NOT_SEALED(
      14,
      ErrorCategory.INTERNAL,
      "A file of a SEALED dataset is neither an encrypted Parquet file nor an encrypted message.",
      "Write it through 'enveloped', or as Parquet under the keys of the run."),
  /** The application's own input cannot be processed at all. */
  INPUT_REFUSED(
      15,
      ErrorCategory.INPUT,
      "An input of the run cannot be processed at all.",
      "Correct the input that the message names and run again."),
  /** The breaker opened while a partition was at work. */
  BREAKER_OPENED(
      16,
      ErrorCategory.INPUT,
      "Too many rows were rejected for one reason, so the run stopped.",
      "Correct the source, or raise the limit of the pipeline's gate policy."),
  /** A step could not read or write. */
  STEP_IO_FAILED(
      17,
      ErrorCategory.TRANSIENT,
      "A step could not read or write; it threw an UncheckedIOException.",
      "Run again; look at what the step reads when it happens often.");

  private final int number;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  PipelineErrorCode(int number, ErrorCategory category, String meaning, String remedy) {
    this.number = number;
    this.category = category;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String id() {
    return String.format(Locale.ROOT, "PIP-%03d", number);
  }

  @Override
  public ErrorCategory category() {
    return category;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
