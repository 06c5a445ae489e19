package io.strongroom.api.server;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/**
 * The failures that the server itself answers with; those of storage and cryptography keep their
 * own codes.
 */
public enum ApiServerErrorCode implements ErrorCode {
  /** There is nothing at this path. */
  PATH_UNKNOWN(
      "API-101",
      ErrorCategory.INPUT,
      "There is nothing at this path.",
      "Check the path, the domain and the pipeline."),
  /** The path does not know the method. */
  METHOD_NOT_ALLOWED(
      "API-102",
      ErrorCategory.INPUT,
      "The path does not know this method.",
      "Use a method of the header allow."),
  /** A query parameter is wrong. */
  PARAMETER_INVALID(
      "API-103",
      ErrorCategory.INPUT,
      "A query parameter is unknown, repeated or malformed.",
      "Correct the parameter that the detail names."),
  /** There is no such run. */
  RUN_UNKNOWN(
      "API-104",
      ErrorCategory.INPUT,
      "The pipeline has no decided run of this id.",
      "Check the run id; a run that is still going on is not shown."),
  /** The server failed. */
  SERVER_FAILED(
      "API-105",
      ErrorCategory.INTERNAL,
      "The server failed while answering.",
      "Look at the server's log.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  ApiServerErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
    this.id = id;
    this.category = category;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String id() {
    return id;
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
