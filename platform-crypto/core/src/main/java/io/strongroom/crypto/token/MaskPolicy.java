package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * A text is covered by a character, except for its end. Needs no key, cannot be turned back, and
 * many texts have the same mask: for eyes, not for joins.
 *
 * <p>The end is shown only of texts with more than twice as many characters as are to be shown; of
 * shorter ones nothing is. Characters are Unicode code points.
 *
 * @param name name of the policy
 * @param keepLast how many characters are shown at the end, 0 to 64
 * @param length length of every mask in characters, more than {@code keepLast} and at most 1024, so
 *     that it does not tell the text's length; 0 for as long as the text
 * @param cover the covering character, no surrogate
 * @param keyVersion version of the policy, from 1
 */
public record MaskPolicy(String name, int keepLast, int length, char cover, int keyVersion)
    implements TokenPolicy {

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when a limit above
   *     is not kept; the message names the component
   */
  public MaskPolicy {
    PolicyRule.nameAndVersion(name, keyVersion);
    PolicyRule.require(
        keepLast >= 0 && keepLast <= 64, "keepLast", "of policy " + name + " must be 0 to 64");
    PolicyRule.require(
        length == 0 || (length > keepLast && length <= 1024),
        "length",
        "of policy " + name + " must be 0, or more than keepLast and at most 1024");
    PolicyRule.require(
        !Character.isSurrogate(cover), "cover", "of policy " + name + " must not be a surrogate");
  }

  /** A policy whose masks all have the same length, covered by {@code *}. */
  public static MaskPolicy ofLength(String name, int keepLast, int length, int keyVersion) {
    return new MaskPolicy(name, keepLast, length, '*', keyVersion);
  }

  @Override
  public String kind() {
    return "mask";
  }

  @Override
  public boolean reversible() {
    return false;
  }
}
