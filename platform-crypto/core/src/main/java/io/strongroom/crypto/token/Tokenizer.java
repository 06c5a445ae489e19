package io.strongroom.crypto.token;

import io.strongroom.crypto.TokenInputException;

/**
 * Replaces values by tokens and tokens by values, under one policy and one key.
 *
 * <p>Deterministic: equal values give equal tokens, so that tokens can be joined and counted. A
 * token is a pseudonym: who holds the key can turn it back.
 *
 * <p>Implementations are safe for use by several threads at once.
 */
public interface Tokenizer {

  /** The policy that this tokenizer keeps to. */
  TokenPolicy policy();

  /**
   * The token of a value.
   *
   * @param value a value inside the policy
   * @return the token: as long as the value, over the same alphabet, with the kept characters in
   *     the same places
   * @throws TokenInputException when the value is outside the policy; the message never shows it
   */
  String tokenize(String value);

  /**
   * The value of a token. A token made under another key or policy gives some other value inside
   * the policy and no error: format-preserving encryption has no room for a check.
   *
   * @param token what {@link #tokenize} returned
   * @return the value
   * @throws TokenInputException when the token is outside the policy; the message never shows it
   */
  String detokenize(String token);
}
