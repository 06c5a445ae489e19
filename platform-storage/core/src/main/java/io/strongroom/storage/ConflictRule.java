package io.strongroom.storage;

/** When two runs that were built on the same publication may not both be published. */
public enum ConflictRule {
  /** They always may. */
  NONE,
  /** Not when they wrote the same partition. */
  PARTITION
}
