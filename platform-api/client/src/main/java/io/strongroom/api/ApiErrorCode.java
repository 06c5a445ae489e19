package io.strongroom.api;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/** The failures of the client; the server's own are API-101 and up. */
public enum ApiErrorCode implements ErrorCode {
  /** The server cannot be reached. */
  SERVER_UNREACHABLE(
      "API-001",
      ErrorCategory.TRANSIENT,
      "The server could not be reached, or did not answer in time, in any attempt.",
      "Try again later; check the address and the network when it lasts."),
  /** The server asks for patience. */
  SERVER_BUSY(
      "API-002",
      ErrorCategory.TRANSIENT,
      "The server answered 429, 502, 503 or 504 in every attempt, or asks to wait longer than"
          + " api.max-wait.",
      "Try again later, not before the time that the server names."),
  /** The server refuses the request. */
  REQUEST_REFUSED(
      "API-003",
      ErrorCategory.INPUT,
      "The server refuses the request.",
      "Correct the request; the server's code says what is wrong with it."),
  /** There is nothing of that name. */
  NOT_FOUND(
      "API-004",
      ErrorCategory.INPUT,
      "The server knows nothing of that name.",
      "Check the domain, the pipeline and the run."),
  /** The caller may not do that. */
  NOT_ALLOWED(
      "API-005",
      ErrorCategory.CONFIGURATION,
      "The server does not know this caller, or does not allow it this.",
      "Check the caller's credentials and rights."),
  /** The server failed. */
  SERVER_FAILED(
      "API-006",
      ErrorCategory.INTERNAL,
      "The server failed while answering.",
      "Tell the operator of the server; its log has the cause."),
  /** The answer is not one of this API. */
  RESPONSE_MALFORMED(
      "API-007",
      ErrorCategory.INTERNAL,
      "The answer is not one of this API.",
      "Check that api.url is the address of the API and not of something before it."),
  /** The answer is too large. */
  RESPONSE_TOO_LARGE(
      "API-008",
      ErrorCategory.CONFIGURATION,
      "The answer is larger than api.max-response.",
      "Ask for smaller pages, or raise the setting if the server is trusted."),
  /** The calling thread was interrupted. */
  INTERRUPTED(
      "API-009",
      ErrorCategory.TRANSIENT,
      "The calling thread was interrupted while it waited for the server.",
      "Ask again if the answer is still wanted."),
  /** The server's certificate is refused. */
  TLS_REFUSED(
      "API-010",
      ErrorCategory.CONFIGURATION,
      "No secure connection: the server's certificate is not trusted, or nothing was agreed on.",
      "Check api.url and the certificates that this Java trusts."),
  /** The names in a request are malformed. */
  NAME_MALFORMED(
      "API-011",
      ErrorCategory.INPUT,
      "The name of a domain, pipeline or run is empty or has a character that no name has.",
      "Correct the name.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  ApiErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
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
