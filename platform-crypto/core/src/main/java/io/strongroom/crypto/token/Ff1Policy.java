package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * Values over an alphabet become tokens of the same length over the same alphabet, by
 * format-preserving encryption: FF1 of NIST SP 800-38G revision 1 with AES-256. The first and last
 * characters of the alphabet can be preserved: they are not hidden, but every choice of them has
 * tokens of its own, because they are part of the tweak.
 *
 * @param name name of the policy; part of the token
 * @param alphabet the characters that are replaced, each once, 2 to 65536 of them, no surrogates;
 *     they and their order are part of the token
 * @param kept characters that stay where they are and are not looked at, such as spaces or dashes;
 *     none of the alphabet, no surrogates; may be empty
 * @param keepFirst how many characters of the alphabet are preserved at the beginning, 0 to 64;
 *     part of the token
 * @param keepLast how many are preserved at the end, 0 to 64; part of the token
 * @param minLength least number of characters of the alphabet in a value; those that are not
 *     preserved must have at least 1,000,000 possible values (SP 800-38G revision 1)
 * @param maxLength greatest number of characters of the alphabet in a value, at most 1024; a value
 *     holds at most as many kept characters again
 * @param keyVersion version of the key, from 1; part of the token
 */
public record Ff1Policy(
    String name,
    String alphabet,
    String kept,
    int keepFirst,
    int keepLast,
    int minLength,
    int maxLength,
    int keyVersion)
    implements TokenPolicy {

  /** The greatest {@code maxLength} that a policy may have. */
  static final int LENGTH_LIMIT = 1024;

  private static final int PRESERVED_LIMIT = 64;

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when a limit above
   *     is not kept; the message names the component
   */
  public Ff1Policy {
    PolicyRule.nameAndVersion(name, keyVersion);
    PolicyRule.require(
        alphabet.length() >= Ff1.MIN_RADIX && alphabet.length() <= Ff1.MAX_RADIX,
        "alphabet",
        "of policy " + name + " must have 2 to 65536 characters");
    PolicyRule.require(
        alphabet.chars().distinct().count() == alphabet.length(),
        "alphabet",
        "of policy " + name + " holds a character twice");
    PolicyRule.require(
        (alphabet + kept).chars().noneMatch(c -> Character.isSurrogate((char) c)),
        "alphabet",
        "and kept characters of policy " + name + " must not be surrogates");
    String replaced = alphabet;
    PolicyRule.require(
        kept.chars().noneMatch(c -> replaced.indexOf(c) >= 0),
        "kept",
        "of policy " + name + " holds a character of the alphabet");
    PolicyRule.require(
        keepFirst >= 0 && keepFirst <= PRESERVED_LIMIT,
        "keepFirst",
        "of policy " + name + " must be 0 to " + PRESERVED_LIMIT);
    PolicyRule.require(
        keepLast >= 0 && keepLast <= PRESERVED_LIMIT,
        "keepLast",
        "of policy " + name + " must be 0 to " + PRESERVED_LIMIT);
    int least = Ff1.minLength(alphabet.length()) + keepFirst + keepLast;
    PolicyRule.require(
        minLength >= least, "minLength", "of policy " + name + " must be at least " + least);
    PolicyRule.require(
        maxLength >= minLength && maxLength <= LENGTH_LIMIT,
        "maxLength",
        "of policy " + name + " must be minLength to " + LENGTH_LIMIT);
  }

  /** A policy that preserves nothing. */
  public Ff1Policy(
      String name, String alphabet, String kept, int minLength, int maxLength, int keyVersion) {
    this(name, alphabet, kept, 0, 0, minLength, maxLength, keyVersion);
  }

  @Override
  public String kind() {
    return "ff1";
  }

  @Override
  public boolean reversible() {
    return true;
  }
}
