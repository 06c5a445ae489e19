package io.strongroom.crypto.token;

import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;

/**
 * Replaces values by tokens and tokens by values, under one policy and one key.
 *
 * <p>Deterministic: equal values give equal tokens, so that tokens can be joined and counted. A
 * token of a reversible policy is a pseudonym: who holds the key can turn it back.
 *
 * <p>Implementations are safe for use by several threads at once.
 */
public interface Tokenizer {

  /**
   * The tokenizer of a policy that needs no key.
   *
   * @param policy the policy
   */
  static Tokenizer masking(MaskPolicy policy) {
    return new MaskTokenizer(policy);
  }

  /** The policy that this tokenizer keeps to. */
  TokenPolicy policy();

  /** What is to be recorded where the tokens are stored. */
  TokenReference reference();

  /** Whether {@link #tokenize(String)} has a token for a value. */
  boolean accepts(String value);

  /**
   * The token of a value.
   *
   * @param value a value inside the policy
   * @return the token, which the policy describes
   * @throws TokenInputException when the value is outside the policy; the message never shows it
   */
  String tokenize(String value);

  /**
   * The tokens of a column of values, the same as one at a time.
   *
   * @param values values inside the policy; left as they are
   * @param tokens is cleared and given the tokens in the order of the values; another column than
   *     the first
   * @throws TokenInputException when a value is outside the policy, with its row; there are no
   *     tokens then
   */
  void tokenize(PackedColumn values, PackedColumn tokens);

  /**
   * The value of a token. Format-preserving encryption has no room for a check: a token made under
   * another key or policy may give some other value inside the policy and no error.
   *
   * @param token what {@link #tokenize(String)} returned
   * @param scope must allow this policy
   * @return the value
   * @throws DetokenizationDeniedException when the scope does not allow it
   * @throws TokenKeyException when the policy's tokens cannot be turned back
   * @throws TokenInputException when the token is outside the policy, or is seen not to be one of
   *     this key; the message never shows it
   */
  String detokenize(String token, DetokenizationScope scope);

  /**
   * The values of a column of tokens, the same as one at a time.
   *
   * @param tokens what {@link #tokenize} returned; left as they are
   * @param values is cleared and given the values in the order of the tokens; another column than
   *     the first
   * @param scope must allow this policy
   * @throws DetokenizationDeniedException when the scope does not allow it
   * @throws TokenKeyException when the policy's tokens cannot be turned back
   * @throws TokenInputException as for one token, with its row; there are no values then
   */
  void detokenize(PackedColumn tokens, PackedColumn values, DetokenizationScope scope);
}
