package io.strongroom.pipeline;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the rows of one attempt, so that every row is valid, quarantined or condemned. For one
 * thread.
 */
public final class RowTally {
  private long valid;
  private long quarantined;
  private long condemned;
  private final SortedMap<String, Long> reasons = new TreeMap<>();

  /** An empty tally. */
  public RowTally() {}

  /**
   * Counts one row.
   *
   * @param rejections empty for an accepted row
   */
  public void count(Rejections rejections) {
    if (rejections.isEmpty()) {
      valid++;
      return;
    }
    if (rejections.destination() == Destination.CONDEMNED) {
      condemned++;
    } else {
      quarantined++;
    }
    reasons.merge(rejections.primary().code(), 1L, Long::sum);
  }

  /** Rows counted. */
  public long input() {
    return valid + quarantined + condemned;
  }

  /** Rows accepted. */
  public long valid() {
    return valid;
  }

  /** Rows that wait. */
  public long quarantined() {
    return quarantined;
  }

  /** Rows that get no further attempt. */
  public long condemned() {
    return condemned;
  }

  /** A copy of the counts by code of the primary reason. */
  public SortedMap<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }
}
