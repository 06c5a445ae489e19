package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * Which values a tokenizer takes and what it leaves as it is.
 *
 * @param name name of the policy, 1 to 64 characters of {@code a-z 0-9 . _ -}; part of what the
 *     token depends on
 * @param alphabet the characters that are replaced, each once, 2 to 65536 of them, no surrogates;
 *     their order is part of what the token depends on
 * @param kept characters that stay where they are and are not encrypted, such as spaces or dashes;
 *     none of the alphabet, no surrogates; may be empty
 * @param minLength least number of characters of the alphabet in a value; the number of possible
 *     values of that length must be at least 1,000,000 (SP 800-38G revision 1)
 * @param maxLength greatest number of characters of the alphabet in a value, at most 1024; a value
 *     holds at most as many kept characters again
 * @param keyVersion version of the key, from 1; a new version gives new tokens
 */
public record TokenPolicy(
    String name, String alphabet, String kept, int minLength, int maxLength, int keyVersion) {

  /** The ten digits, {@code 0} to {@code 9}. */
  public static final String DIGITS = "0123456789";

  /** The ten digits and the letters {@code A} to {@code Z}, as in an IBAN. */
  public static final String DIGITS_AND_CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** The greatest {@code maxLength} that a policy may have. */
  static final int LENGTH_LIMIT = 1024;

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when a limit above
   *     is not kept; the message names the component
   */
  public TokenPolicy {
    if (name.isEmpty() || name.length() > 64 || !name.chars().allMatch(TokenPolicy::inName)) {
      throw invalid("name", "must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
    }
    if (alphabet.length() < Ff1.MIN_RADIX || alphabet.length() > Ff1.MAX_RADIX) {
      throw invalid("alphabet", "of policy " + name + " must have 2 to 65536 characters");
    }
    if (alphabet.chars().distinct().count() != alphabet.length()) {
      throw invalid("alphabet", "of policy " + name + " holds a character twice");
    }
    if ((alphabet + kept).chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      throw invalid(
          "alphabet", "and kept characters of policy " + name + " must not be surrogates");
    }
    String replaced = alphabet;
    if (kept.chars().anyMatch(c -> replaced.indexOf(c) >= 0)) {
      throw invalid("kept", "of policy " + name + " holds a character of the alphabet");
    }
    int least = Ff1.minLength(alphabet.length());
    if (minLength < least) {
      throw invalid("minLength", "of policy " + name + " must be at least " + least);
    }
    if (maxLength < minLength || maxLength > LENGTH_LIMIT) {
      throw invalid("maxLength", "of policy " + name + " must be minLength to " + LENGTH_LIMIT);
    }
    if (keyVersion < 1) {
      throw invalid("keyVersion", "of policy " + name + " must be at least 1");
    }
  }

  private static boolean inName(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  private static TokenKeyException invalid(String component, String problem) {
    return new TokenKeyException(
        CryptoErrorCode.TOKEN_POLICY_INVALID, "token policy: " + component + " " + problem);
  }
}
