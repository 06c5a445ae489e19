package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long data is kept.
 *
 * @param window how long an older state can still be read and rolled back to; the newest always
 *     can. Zero: only the newest
 * @param keep after how long since it was committed a live run is taken out of a dataset, by
 *     dataset; one that is not here keeps its runs for ever, and so does one in mode {@link
 *     DatasetMode#SNAPSHOT}. Its files go when the window has passed over the last publication that
 *     names them. Unmodifiable
 */
public record RetentionPolicy(Duration window, SortedMap<DatasetRef, Duration> keep) {

  /**
   * Checks the durations and copies the map.
   *
   * @throws IllegalArgumentException when the window is negative or a time to keep not positive
   */
  public RetentionPolicy {
    if (window.isNegative()) {
      throw new IllegalArgumentException("the window is negative");
    }
    for (Duration time : keep.values()) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException("a time to keep is not positive");
      }
    }
    SortedMap<DatasetRef, Duration> copy = new TreeMap<>(Comparator.comparing(DatasetRef::path));
    copy.putAll(keep);
    keep = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * A policy.
   *
   * @param window how long an older state can still be read
   * @param keep how long the runs of a dataset stay live, by dataset
   */
  public static RetentionPolicy of(Duration window, Map<DatasetRef, Duration> keep) {
    SortedMap<DatasetRef, Duration> sorted = new TreeMap<>(Comparator.comparing(DatasetRef::path));
    sorted.putAll(keep);
    return new RetentionPolicy(window, sorted);
  }
}
