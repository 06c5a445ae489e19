package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * Any text of 1 to 65,536 bytes of UTF-8 becomes a token by AES-SIV (RFC 5297) with two AES-256
 * keys, written in base64url: reversible, and unlike tokens of FF1 authenticated, so a token of
 * another key, policy or field is refused. Equal texts have equal tokens, which makes them keys to
 * join by. A token shows the length of its text.
 *
 * @param name name of the policy; part of the token
 * @param keyVersion version of the key, from 1; part of the token
 */
public record JoinKeyPolicy(String name, int keyVersion) implements TokenPolicy {

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when the name or
   *     version is not one; the message names the component
   */
  public JoinKeyPolicy {
    PolicyRule.nameAndVersion(name, keyVersion);
  }

  @Override
  public String kind() {
    return "aes-siv";
  }

  @Override
  public boolean reversible() {
    return true;
  }
}
