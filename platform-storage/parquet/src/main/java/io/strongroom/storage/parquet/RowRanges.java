package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.List;

/** Some rows of a row group: ranges in their order that neither touch nor overlap. */
record RowRanges(List<Range> ranges) {
  /** Rows from one on, up to another without it. */
  record Range(long from, long to) {}

  RowRanges {
    ranges = List.copyOf(ranges);
  }

  static RowRanges all(long rows) {
    return new RowRanges(rows == 0 ? List.of() : List.of(new Range(0, rows)));
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether any of the rows lies in a range. */
  boolean touches(long from, long to) {
    for (Range range : ranges) {
      if (range.from < to && from < range.to) {
        return true;
      }
    }
    return false;
  }

  RowRanges and(RowRanges other) {
    List<Range> both = new ArrayList<>();
    int left = 0;
    int right = 0;
    while (left < ranges.size() && right < other.ranges.size()) {
      Range a = ranges.get(left);
      Range b = other.ranges.get(right);
      long from = Math.max(a.from, b.from);
      long to = Math.min(a.to, b.to);
      if (from < to) {
        both.add(new Range(from, to));
      }
      if (a.to < b.to) {
        left++;
      } else {
        right++;
      }
    }
    return new RowRanges(both);
  }

  RowRanges or(RowRanges other) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.addAll(other.ranges);
    sorted.sort((a, b) -> Long.compare(a.from, b.from));
    return joined(sorted);
  }

  /** Joins ranges that are in their order but may touch or overlap. */
  static RowRanges joined(List<Range> sorted) {
    List<Range> joined = new ArrayList<>();
    for (Range range : sorted) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).to >= range.from) {
        joined.set(last, new Range(joined.get(last).from, Math.max(joined.get(last).to, range.to)));
      } else {
        joined.add(range);
      }
    }
    return new RowRanges(joined);
  }
}
