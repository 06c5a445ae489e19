package io.strongroom.storage.schema;

/** What a change of a schema means for files and readers; from the least on. */
public enum Verdict {
  /** Nothing changed. */
  IDENTICAL,
  /** Old files are read under the new schema, and new files under the old one. */
  ADDITIVE,
  /** Old files are read under the new schema; a reader under the old one may not read new files. */
  WIDENING,
  /** Old and new files cannot be read together, or would be read otherwise than before. */
  BREAKING;

  /** The worse of two. */
  Verdict or(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
