package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;

/** What tokenizers of any text share: its limits, and columns value by value. */
abstract class TextTokenizer implements Tokenizer {
  private static final int MAX_BYTES = 65_536;

  /** No token is longer: base64url of the longest text and the 16 bytes before it. */
  private static final int MAX_TOKEN = (MAX_BYTES + 16) * 4 / 3 + 1;

  private final TokenReference reference;
  private final TokenPolicy policy;

  TextTokenizer(TokenReference reference, TokenPolicy policy) {
    this.reference = reference;
    this.policy = policy;
  }

  @Override
  public final TokenPolicy policy() {
    return policy;
  }

  @Override
  public final TokenReference reference() {
    return reference;
  }

  @Override
  public final boolean accepts(String value) {
    PackedColumn column = new PackedColumn();
    try {
      add(column, value, MAX_BYTES);
      requireLength(column.end(0), TokenProblem.SINGLE);
      return true;
    } catch (TokenInputException refused) {
      return false;
    } finally {
      column.wipe();
    }
  }

  @Override
  public final String tokenize(String value) {
    PackedColumn values = new PackedColumn();
    PackedColumn tokens = new PackedColumn();
    try {
      add(values, value, MAX_BYTES);
      requireLength(values.end(0), TokenProblem.SINGLE);
      tokenize(values.bytes(), 0, values.end(0), tokens);
      return tokens.get(0);
    } finally {
      values.wipe();
    }
  }

  @Override
  public final void tokenize(PackedColumn values, PackedColumn tokens) {
    another(values, tokens);
    tokens.clear();
    boolean done = false;
    try {
      for (int row = 0; row < values.size(); row++) {
        int start = values.start(row);
        int length = values.end(row) - start;
        requireLength(length, row);
        if (!values.isUtf8(row)) {
          throw TokenProblem.of(policy, row, TokenProblem.NOT_UTF8);
        }
        tokenize(values.bytes(), start, length, tokens);
      }
      done = true;
    } finally {
      if (!done) {
        tokens.wipe();
      }
    }
  }

  @Override
  public final String detokenize(String token, DetokenizationScope scope) {
    requireAllowed(scope);
    PackedColumn tokens = new PackedColumn();
    PackedColumn values = new PackedColumn();
    try {
      add(tokens, token, MAX_TOKEN);
      detokenize(tokens.bytes(), 0, tokens.end(0), values, TokenProblem.SINGLE);
      return values.get(0);
    } finally {
      values.wipe();
    }
  }

  @Override
  public final void detokenize(
      PackedColumn tokens, PackedColumn values, DetokenizationScope scope) {
    another(tokens, values);
    requireAllowed(scope);
    values.clear();
    boolean done = false;
    try {
      for (int row = 0; row < tokens.size(); row++) {
        requireAtMost(MAX_TOKEN, tokens.end(row) - tokens.start(row), row);
        detokenize(tokens.bytes(), tokens.start(row), tokens.end(row), values, row);
      }
      done = true;
    } finally {
      if (!done) {
        values.wipe();
      }
    }
  }

  /** Adds the token of a text that is within the limits. */
  abstract void tokenize(byte[] utf8, int from, int length, PackedColumn tokens);

  /** Adds the text of a token of a reversible policy. */
  void detokenize(byte[] ascii, int start, int end, PackedColumn values, int row) {
    throw irreversible();
  }

  private void requireAllowed(DetokenizationScope scope) {
    if (!policy.reversible()) {
      throw irreversible();
    }
    scope.require(policy);
  }

  private TokenKeyException irreversible() {
    return new TokenKeyException(
        CryptoErrorCode.TOKEN_IRREVERSIBLE,
        "tokens of policy " + policy.name() + " cannot be turned back: " + policy.kind());
  }

  private static void another(PackedColumn source, PackedColumn target) {
    if (source == target) {
      throw new IllegalArgumentException("a column cannot be replaced in place");
    }
  }

  private void add(PackedColumn column, String text, int most) {
    requireAtMost(most, text.length(), TokenProblem.SINGLE);
    try {
      column.add(text);
    } catch (IllegalArgumentException e) {
      throw TokenProblem.of(policy, TokenProblem.SINGLE, "is no valid Unicode");
    }
  }

  private void requireLength(int bytes, int row) {
    if (bytes == 0) {
      throw TokenProblem.of(policy, row, "is empty");
    }
    requireAtMost(MAX_BYTES, bytes, row);
  }

  private void requireAtMost(int most, int bytes, int row) {
    if (bytes > most) {
      throw TokenProblem.of(policy, row, "is longer than " + most + " bytes");
    }
  }
}
