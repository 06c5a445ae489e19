package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;

/**
 * Rotates tokens: turns columns of tokens of one key into tokens of another, under the same or
 * another policy. Goes over stored columns one by one; what is recorded beside each tells whether
 * it is done already, so that a run that was cut short is started again from the beginning.
 *
 * <p>Values stand in memory in clear between the two and are overwritten behind each column.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Retokenizer {
  private final Tokenizer from;
  private final Tokenizer to;
  private final DetokenizationScope scope;
  private final PackedColumn values = new PackedColumn();

  /**
   * Prepares a rotation.
   *
   * @param from the tokenizer of the old tokens
   * @param to the tokenizer of the new ones
   * @param scope must allow the old tokens' policy
   * @throws TokenKeyException {@link CryptoErrorCode#TOKEN_IRREVERSIBLE} when the old tokens cannot
   *     be turned back: make new ones from the source of the values
   * @throws DetokenizationDeniedException when the scope does not allow the old tokens' policy
   * @throws IllegalArgumentException when both tokenizers make the same tokens
   */
  public Retokenizer(Tokenizer from, Tokenizer to, DetokenizationScope scope) {
    if (from.reference().equals(to.reference())) {
      throw new IllegalArgumentException("both tokenizers make the same tokens");
    }
    if (!from.policy().reversible()) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_IRREVERSIBLE,
          "tokens of policy " + from.policy().name() + " cannot be turned back into new ones");
    }
    scope.require(from.policy());
    this.from = from;
    this.to = to;
    this.scope = scope;
  }

  /**
   * Whether a stored column is still to be done.
   *
   * @param stored what is recorded beside its tokens
   * @return true for old tokens, false for new ones
   * @throws TokenKeyException {@link CryptoErrorCode#TOKEN_REFERENCE_MISMATCH} when they are
   *     neither
   */
  public boolean needed(TokenReference stored) {
    if (stored.equals(to.reference())) {
      return false;
    }
    stored.require(from);
    return true;
  }

  /**
   * The new tokens of a column.
   *
   * @param stored what is recorded beside the old tokens
   * @param oldTokens the old tokens; left as they are
   * @param newTokens is cleared and given the new tokens, in the same order
   * @return what is to be recorded beside the new tokens
   * @throws TokenKeyException {@link CryptoErrorCode#TOKEN_REFERENCE_MISMATCH} when the stored
   *     tokens are not the old tokenizer's
   * @throws TokenInputException when an old token is none, or its value has no place in the new
   *     policy, with its row; there are no new tokens then
   */
  public TokenReference retokenize(
      TokenReference stored, PackedColumn oldTokens, PackedColumn newTokens) {
    stored.require(from);
    newTokens.clear();
    try {
      from.detokenize(oldTokens, values, scope);
      to.tokenize(values, newTokens);
    } finally {
      values.wipe();
    }
    return to.reference();
  }
}
