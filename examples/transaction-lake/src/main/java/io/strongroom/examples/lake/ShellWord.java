package io.strongroom.examples.lake;

import java.util.regex.Pattern;

/** Writes a word so that a person can copy it into a shell. */
final class ShellWord {
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private ShellWord() {}

  /** The text of an object, in single quotes where a shell would take it apart. */
  static String of(Object word) {
    String text = word.toString();
    return HARMLESS.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
