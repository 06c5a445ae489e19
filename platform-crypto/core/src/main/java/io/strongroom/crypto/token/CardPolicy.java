package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * Payment card numbers of 12 to 19 digits become tokens of as many digits whose check digit (Luhn,
 * ISO/IEC 7812-1) is wrong, unless asked otherwise. First and last digits can be preserved; they
 * are part of the tweak. Spaces and dashes stay where they are.
 *
 * <p>Only numbers with a right check digit are taken, so a token is never taken for a number and
 * tokenized again. All digits that are not preserved are encrypted by FF1 and encrypted again until
 * the check digit is wrong (right, with {@link CheckDigits#VALID}): 1.1 (10) times on average. At
 * least six digits must lie between the preserved ones, which are a million possible values for
 * FF1; a right check digit leaves 100,000 of them to be real.
 *
 * @param name name of the policy; part of the token
 * @param keepFirst how many digits are preserved at the beginning, 0 to 8; part of the token
 * @param keepLast how many are preserved at the end, 0 to 4; part of the token
 * @param checkDigit what the token's check digit says; part of the token
 * @param keyVersion version of the key, from 1; part of the token
 */
public record CardPolicy(
    String name, int keepFirst, int keepLast, CheckDigits checkDigit, int keyVersion)
    implements TokenPolicy {

  /** The least number of digits that are not preserved. */
  static final int MIN_HIDDEN = 6;

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when a limit above
   *     is not kept; the message names the component
   */
  public CardPolicy {
    PolicyRule.nameAndVersion(name, keyVersion);
    PolicyRule.require(
        keepFirst >= 0 && keepFirst <= 8, "keepFirst", "of policy " + name + " must be 0 to 8");
    PolicyRule.require(
        keepLast >= 0 && keepLast <= 4, "keepLast", "of policy " + name + " must be 0 to 4");
  }

  /** A policy whose tokens have a wrong check digit. */
  public CardPolicy(String name, int keepFirst, int keepLast, int keyVersion) {
    this(name, keepFirst, keepLast, CheckDigits.INVALID, keyVersion);
  }

  @Override
  public String kind() {
    return "card";
  }

  @Override
  public boolean reversible() {
    return true;
  }
}
