package io.strongroom.storage.model;

/** A rule of the protocol that can be taken away, to see whether that is noticed. */
enum Rule {
  /** A promotion that stands in the history since the run's base is not done again. */
  HISTORY,
  /** The intent stands in the log before anything is published. */
  INTENT,
  /** The digest is part of a publication's name. */
  DIGEST_IN_NAME,
  /** The manifest is created and never replaced. */
  MANIFEST_IF_ABSENT,
  /** The pointer moves only from where it was seen. */
  POINTER_IF_MATCH,
  /** Runs that touched the same partition meanwhile hold a promotion. */
  PARTITION_CONFLICT
}
