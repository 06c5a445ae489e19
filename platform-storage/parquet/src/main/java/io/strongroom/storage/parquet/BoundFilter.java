package io.strongroom.storage.parquet;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** A filter whose columns are those of a file. */
sealed interface BoundFilter {

  /** Whether the rows of a group may be taken, given an answer for each column; true in doubt. */
  boolean may(Predicate<Leaf> answer);

  /** The rows that may be taken, given an answer for each column. */
  RowRanges ranges(Function<Leaf, RowRanges> answer);

  /** Says of each row of a batch whether it is taken. */
  void test(int rows, boolean[] into);

  /** A test of one column. */
  record Leaf(ColumnSlot slot, ValueCondition test) implements BoundFilter {
    @Override
    public boolean may(Predicate<Leaf> answer) {
      return answer.test(this);
    }

    @Override
    public RowRanges ranges(Function<Leaf, RowRanges> answer) {
      return answer.apply(this);
    }

    @Override
    public void test(int rows, boolean[] into) {
      test.test(slot.vector, rows, into);
    }
  }

  /** Several tests, of which all or at least one must hold. */
  final class Junction implements BoundFilter {
    private final boolean all;
    private final List<BoundFilter> parts;
    private final boolean[] own;

    Junction(boolean all, List<BoundFilter> parts, int capacity) {
      this.all = all;
      this.parts = List.copyOf(parts);
      this.own = new boolean[capacity];
    }

    @Override
    public boolean may(Predicate<Leaf> answer) {
      return all
          ? parts.stream().allMatch(part -> part.may(answer))
          : parts.stream().anyMatch(part -> part.may(answer));
    }

    @Override
    public RowRanges ranges(Function<Leaf, RowRanges> answer) {
      RowRanges joined = parts.get(0).ranges(answer);
      for (BoundFilter part : parts.subList(1, parts.size())) {
        RowRanges ranges = part.ranges(answer);
        joined = all ? joined.and(ranges) : joined.or(ranges);
      }
      return joined;
    }

    @Override
    public void test(int rows, boolean[] into) {
      Arrays.fill(into, 0, rows, all);
      for (BoundFilter part : parts) {
        part.test(rows, own);
        for (int row = 0; row < rows; row++) {
          into[row] = all ? into[row] && own[row] : into[row] || own[row];
        }
      }
    }
  }
}
