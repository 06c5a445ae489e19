package io.strongroom.storage.schema;

import java.util.Locale;

/** How sensitive what a field says is, whatever form it stands in; from the least on. */
public enum Classification {
  /** Anybody may know it. */
  PUBLIC,
  /** For the organisation: technical values, codes. */
  INTERNAL,
  /** For those who work with it: amounts, balances, business secrets. */
  SENSITIVE,
  /** It says something about a person, or leads to one. */
  PERSONAL,
  /** Whoever knows it can act as somebody else: passwords, keys, card verification codes. */
  SECRET;

  /** The name used in documents: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a classification by its id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Classification of(String id) {
    for (Classification one : values()) {
      if (one.id().equals(id)) {
        return one;
      }
    }
    throw new IllegalArgumentException("no classification is called '" + id + "'");
  }
}
