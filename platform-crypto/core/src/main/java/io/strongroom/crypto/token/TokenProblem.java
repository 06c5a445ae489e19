package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;

/** Words for values and tokens that a policy refuses. They show nothing of the value. */
final class TokenProblem {
  /** The row of a value that does not stand in a column. */
  static final int SINGLE = -1;

  static final String NOT_UTF8 = "is not UTF-8";

  private TokenProblem() {}

  static TokenInputException of(TokenPolicy policy, int row, String problem) {
    return of(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY, policy, row, problem);
  }

  static TokenInputException of(CryptoErrorCode code, TokenPolicy policy, int row, String problem) {
    String where = row == SINGLE ? "" : "row " + row + ": ";
    String message = where + "a value for token policy " + policy.name() + " " + problem;
    return row == SINGLE
        ? new TokenInputException(code, message)
        : new TokenInputException(code, message, row);
  }
}
