package io.strongroom.storage;

/** What a new run of a dataset does to what the runs before it wrote. */
public enum DatasetMode {
  /** The newest run is the whole dataset. */
  SNAPSHOT,
  /** A run replaces the partitions that it writes. */
  PARTITION_REPLACE,
  /** A run adds to what is there. */
  APPEND
}
