package io.strongroom.crypto.subject;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Stands for a person: HMAC-SHA-256 of the person's id under the lookup key. Without that key it
 * tells nothing; with it and the id, anybody can make it again. May be stored beside sealed fields.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record SubjectPseudonym(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the text has another form
   */
  public SubjectPseudonym {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("a pseudonym has 64 lower-case hexadecimal digits");
    }
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(value);
  }

  /** Without the value: it stands for a person, and logs are kept by others. */
  @Override
  public String toString() {
    return "SubjectPseudonym[redacted]";
  }
}
