package io.strongroom.storage;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A class of columns that have a key of their own, such as {@code personal}: who may not use that
 * key does not read them, and reads the others all the same.
 *
 * @param name {@code [a-z][a-z0-9-]{0,30}}
 */
public record KeyClass(String name) implements Comparable<KeyClass> {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  /** The class of everything that no other class is named for: footers and most columns. */
  public static final KeyClass DEFAULT = new KeyClass("default");

  /** Checks the form of the name. */
  public KeyClass {
    Objects.requireNonNull(name, "name");
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "key class '" + name + "' is not of the form " + FORM.pattern());
    }
  }

  /** By the name. */
  @Override
  public int compareTo(KeyClass other) {
    return name.compareTo(other.name);
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
