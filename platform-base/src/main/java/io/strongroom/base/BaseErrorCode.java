package io.strongroom.base;

/** The failures of this library. */
public enum BaseErrorCode implements ErrorCode {
  /** Settings are missing, malformed or unknown. */
  CONFIGURATION_INVALID(
      "BASE-001",
      ErrorCategory.CONFIGURATION,
      "Settings are missing, malformed or unknown.",
      "Correct every setting that the message names; it names all of them."),
  /** The configuration file cannot be read. */
  CONFIGURATION_FILE_UNREADABLE(
      "BASE-002",
      ErrorCategory.CONFIGURATION,
      "The configuration file is missing, unreadable or no UTF-8 properties file.",
      "Check the path, its permissions and its encoding."),
  /** A secret reference has a form that is refused. */
  SECRET_REFERENCE_REFUSED(
      "BASE-003",
      ErrorCategory.CONFIGURATION,
      "A secret is given in a form that is refused.",
      "Give the secret as ${file:/absolute/path} with a file that only its owner can read."),
  /** A secret cannot be read. */
  SECRET_UNREADABLE(
      "BASE-004",
      ErrorCategory.CONFIGURATION,
      "The file of a secret is missing, unreadable, empty or too large.",
      "Put the secret into the file that the message names."),
  /** Others can read a secret's file. */
  SECRET_EXPOSED(
      "BASE-005",
      ErrorCategory.CONFIGURATION,
      "The file of a secret can be read or changed by others than its owner.",
      "Run chmod 600 on the file and consider the secret as leaked."),
  /** Bytes are no JSON of the accepted subset. */
  JSON_MALFORMED(
      "BASE-006",
      ErrorCategory.INPUT,
      "The bytes are not JSON, or hold something the strict reader refuses.",
      "Write the document as RFC 8259 JSON without duplicate members; decimals are strings."),
  /** A document passes a limit of size or depth. */
  JSON_TOO_LARGE(
      "BASE-007",
      ErrorCategory.INPUT,
      "The document is longer than 64 MiB or nested deeper than 64 levels.",
      "Split the document."),
  /** A document is valid JSON and not in canonical form. */
  JSON_NOT_CANONICAL(
      "BASE-008",
      ErrorCategory.INPUT,
      "The document is not in the canonical form of RFC 8785.",
      "Take the document as it was written; do not format or edit it."),
  /** A member is missing. */
  JSON_MEMBER_MISSING(
      "BASE-009",
      ErrorCategory.INPUT,
      "The document lacks a member.",
      "Add the member that the message names."),
  /** A member has another type than expected. */
  JSON_MEMBER_TYPE(
      "BASE-010",
      ErrorCategory.INPUT,
      "A member of the document has the wrong type.",
      "Correct the member that the message names.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  BaseErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
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
