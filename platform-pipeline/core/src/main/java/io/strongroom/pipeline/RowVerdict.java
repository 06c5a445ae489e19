package io.strongroom.pipeline;

/** What one rule says of one row. */
public sealed interface RowVerdict {
  /** The rule has nothing against the row, or does not apply to it. */
  record Accepted() implements RowVerdict {
    private static final Accepted INSTANCE = new Accepted();
  }

  /**
   * The rule rejects the row.
   *
   * @param reason why
   * @param field the name of the field at fault, never its value; empty when it is the whole row
   */
  record Rejected(RejectReason reason, String field) implements RowVerdict {}

  /** The row passes this rule. Allocates nothing. */
  static RowVerdict accepted() {
    return Accepted.INSTANCE;
  }

  /** The row fails this rule. */
  static Rejected rejected(RejectReason reason, String field) {
    return new Rejected(reason, field);
  }
}
