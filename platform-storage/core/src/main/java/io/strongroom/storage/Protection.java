package io.strongroom.storage;

/** How the files of a dataset are protected. */
public enum Protection {
  /** Encrypted by the writer under the run's key. */
  SEALED,
  /** Plain files for query engines; only without personal data in clear. */
  ENGINE_READABLE
}
