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
  PARTITION_CONFLICT,
  /** Whoever lost a round asks again whether the run is approved. */
  APPROVED_AGAIN,
  /** Nothing below the floor that a retirement has raised is restored or promoted from. */
  FLOOR,
  /** The retirement is published before anything is deleted. */
  RETIRED_FIRST,
  /** Whoever retires or deletes asks for legal holds. */
  HOLDS,
  /** A sweep ends a run before it deletes what the run has left. */
  ENDED_FIRST,
  /** Whoever wrote lists of live files looks again whether they are of the newest publication. */
  LOOKED_AGAIN;

  /** How many crashes it takes for its absence to show. */
  int crashesToNotice() {
    return this == HISTORY || this == MANIFEST_IF_ABSENT ? 1 : 0;
  }
}
