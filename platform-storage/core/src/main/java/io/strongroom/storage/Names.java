package io.strongroom.storage;

import java.util.regex.Pattern;

/** The form of a name that becomes a segment of keys. */
final class Names {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private Names() {}

  static void require(String what, String name) {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what + " '" + name + "' is not of the form [a-z0-9][a-z0-9_-]{0,62}");
    }
  }
}
