package io.strongroom.audit;

import java.util.Optional;

/**
 * The kinds of objects that a log consists of, so that rules of a store, such as Object Lock or a
 * lifecycle, can be made for each of them.
 */
public enum LogObjectKind {
  /** A full hash tile; written once, for ever. */
  TILE,
  /** A full bundle of entries; written once, and never deleted but by pruning. */
  BUNDLE,
  /** A hash tile at the end of the tree; deleted when the tree has outgrown it. */
  PARTIAL_TILE,
  /** A bundle of entries at the end of the tree; deleted when the tree has outgrown it. */
  PARTIAL_BUNDLE,
  /** The signed checkpoint; replaced at every publication. */
  CHECKPOINT,
  /** What names the end of the log; replaced by every append. */
  HEAD,
  /** Entries of one append; deleted once they stand in full bundles. */
  JOURNAL,
  /** A submitted event that waits for its index. */
  SUBMISSION,
  /** The note which index a submitted event has got. */
  SETTLEMENT,
  /** What tells readers where the act of pruning stands; replaced by the next one. */
  PRUNED_MARK;

  /**
   * The kind of an object.
   *
   * @param prefix what the keys of the log's objects start with: empty, or ending with a slash
   * @param key the object's key
   * @return empty when it is none of the log's
   */
  public static Optional<LogObjectKind> of(String prefix, String key) {
    return key.startsWith(prefix) ? of(key.substring(prefix.length())) : Optional.empty();
  }

  private static Optional<LogObjectKind> of(String name) {
    if (name.equals(LogObjects.CHECKPOINT)) {
      return Optional.of(CHECKPOINT);
    }
    if (name.equals(Head.NAME)) {
      return Optional.of(HEAD);
    }
    if (name.equals(PrunedMark.NAME)) {
      return Optional.of(PRUNED_MARK);
    }
    if (JournalObject.sizeOf(name).isPresent()) {
      return Optional.of(JOURNAL);
    }
    if (Inbox.isIn(Inbox.FOLDER, name)) {
      return Optional.of(SUBMISSION);
    }
    if (Inbox.isIn(Inbox.SETTLED, name)) {
      return Optional.of(SETTLEMENT);
    }
    return TilePath.parse(name).map(LogObjectKind::of);
  }

  private static LogObjectKind of(TilePath path) {
    if (path.isBundle()) {
      return path.isFull() ? BUNDLE : PARTIAL_BUNDLE;
    }
    return path.isFull() ? TILE : PARTIAL_TILE;
  }

  /** Whether an object of this kind is neither replaced nor deleted in the course of appending. */
  public boolean isPermanent() {
    return this == TILE || this == BUNDLE;
  }
}
