package io.strongroom.crypto;

import java.util.regex.Pattern;

/**
 * The name of a key in a {@link KeyService}: a local name, an alias or an ARN.
 *
 * @param value 1 to 512 visible ASCII characters other than {@code #}
 */
public record KeyId(String value) {
  private static final Pattern FORM = Pattern.compile("[!-~&&[^#]]{1,512}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the text has another form
   */
  public KeyId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a key id has 1 to 512 visible ASCII characters other than '#'");
    }
  }
}
