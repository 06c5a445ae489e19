package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * International bank account numbers (ISO 13616) become tokens with the same country and length
 * whose check digits are wrong, unless asked otherwise. Spaces stay where they are.
 *
 * <p>Taken are capitals and digits, of a country that the registry of IBANs lists, with the
 * country's length and right check digits, so a token is never taken for an IBAN and tokenized
 * again. The country is preserved and part of the tweak; everything behind the check digits is
 * encrypted by FF1 over digits and capitals, whether or not the country allows letters there. The
 * check digits of a token are the right ones for it plus one (2 after 98), so that mod-97 refuses
 * it and a token with a typing error is refused here.
 *
 * @param name name of the policy; part of the token
 * @param checkDigits what the token's check digits say; part of the token
 * @param keyVersion version of the key, from 1; part of the token
 */
public record IbanPolicy(String name, CheckDigits checkDigits, int keyVersion)
    implements TokenPolicy {

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when the name or
   *     version is not one; the message names the component
   */
  public IbanPolicy {
    PolicyRule.nameAndVersion(name, keyVersion);
  }

  /** A policy whose tokens have wrong check digits. */
  public IbanPolicy(String name, int keyVersion) {
    this(name, CheckDigits.INVALID, keyVersion);
  }

  @Override
  public String kind() {
    return "iban";
  }

  @Override
  public boolean reversible() {
    return true;
  }
}
