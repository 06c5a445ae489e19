package io.strongroom.crypto.subject;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Name of a record in a {@link SubjectKeyStore}.
 *
 * @param kind what it holds
 * @param id 64 lower-case hexadecimal digits
 */
public record SubjectRecord(Kind kind, String id) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** The one record of its kind. */
  static final SubjectRecord LOOKUP = new SubjectRecord(Kind.LOOKUP, "0".repeat(64));

  /** What a record holds. */
  public enum Kind {
    /** The wrapped lookup key, once in a store. */
    LOOKUP,
    /** The wrapped keys of a person, a version each. */
    KEY,
    /** Holds, releases and the tombstone of a person, a version each. */
    STATUS,
    /** The signed receipt of an erasure. */
    RECEIPT;

    /** The kind in names of files and objects: its name in lower case. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static SubjectRecord of(Kind kind, SubjectPseudonym subject) {
    return new SubjectRecord(kind, subject.value());
  }

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the id has another form
   */
  public SubjectRecord {
    if (!FORM.matcher(id).matches()) {
      throw new IllegalArgumentException("a record's id has 64 lower-case hexadecimal digits");
    }
  }
}
