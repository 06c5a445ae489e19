package io.strongroom.crypto.subject;

import java.time.Instant;
import java.util.Set;

/**
 * The persons that were erased until a moment, for work that asks about many: ingestion, replay,
 * backfill and rebuilds leave their rows out. Who was erased later is not in it: take it anew for
 * each run.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class SubjectTombstones {
  private final Instant takenAt;
  private final Set<SubjectPseudonym> erased;

  SubjectTombstones(Instant takenAt, Set<SubjectPseudonym> erased) {
    this.takenAt = takenAt;
    this.erased = Set.copyOf(erased);
  }

  /**
   * Whether a person was erased.
   *
   * @param subject the person, from {@link SubjectKeys#pseudonym}
   * @return true when there is a tombstone
   */
  public boolean contains(SubjectPseudonym subject) {
    return erased.contains(subject);
  }

  /**
   * When this was read.
   *
   * @return the time before the first tombstone was read
   */
  public Instant takenAt() {
    return takenAt;
  }

  /**
   * How many there are.
   *
   * @return 0 or more
   */
  public int size() {
    return erased.size();
  }

  @Override
  public String toString() {
    return "SubjectTombstones[" + erased.size() + " until " + takenAt + "]";
  }
}
