package io.strongroom.storage.schema;

import java.util.Locale;

/** In what form the values of a field stand in the records, before any file is encrypted. */
public enum FieldForm {
  /** As they are. */
  CLEAR,
  /** Tokens in their place. */
  TOKENIZED,
  /** Cut or blotted out for good. */
  MASKED,
  /** Encrypted one by one, under a key of their own. */
  SEALED;

  /** The name used in documents: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a form by its id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static FieldForm of(String id) {
    for (FieldForm one : values()) {
      if (one.id().equals(id)) {
        return one;
      }
    }
    throw new IllegalArgumentException("no form of a field is called '" + id + "'");
  }
}
