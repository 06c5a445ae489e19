package io.strongroom.crypto;

import java.util.OptionalInt;

/** A value cannot be tokenized or a token not reversed under its policy. */
public final class TokenInputException extends CryptoException {
  private static final long serialVersionUID = 1L;
  private static final int NO_ROW = -1;

  private final int row;

  /**
   * A failure of one value.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   */
  public TokenInputException(CryptoErrorCode code, String message) {
    super(code, message);
    this.row = NO_ROW;
  }

  /**
   * A failure of a value in a column.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   * @param row which value of the column it is, from 0
   */
  public TokenInputException(CryptoErrorCode code, String message, int row) {
    super(code, message);
    this.row = row;
  }

  /** Which value of a column failed, from 0; empty for a value that stands alone. */
  public OptionalInt row() {
    return row == NO_ROW ? OptionalInt.empty() : OptionalInt.of(row);
  }
}
