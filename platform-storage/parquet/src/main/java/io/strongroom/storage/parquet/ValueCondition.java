package io.strongroom.storage.parquet;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Whether a value of one column is wanted: exactly by row, and as far as bounds tell. */
abstract class ValueCondition {

  /** Whether a row without a value is wanted. */
  boolean takesNull() {
    return false;
  }

  /** Whether the value of a row is wanted; the row has one. */
  abstract boolean takes(ColumnVector values, int row);

  /** Whether any value within bounds may be wanted; true in doubt. */
  abstract boolean mayTake(Bounds bounds);

  /** Whether any value of a bloom filter may be wanted; true in doubt. */
  boolean mayTake(BlockSplitBloomFilter filter, PrimitiveTypeName stored) {
    return true;
  }

  /** Whether a bloom filter can tell anything. */
  boolean asksBloomFilter() {
    return false;
  }

  /** Says of each row whether it is wanted. */
  final void test(ColumnVector values, int rows, boolean[] into) {
    boolean nulls = values.hasNulls();
    ColumnVector dictionary = values.dictionary;
    if (dictionary != null) {
      byte[] known = dictionary.verdicts(this);
      int[] ids = values.ids();
      for (int row = 0; row < rows; row++) {
        boolean none = nulls && values.isNull(row);
        into[row] = none ? takesNull() : verdict(known, dictionary, ids[row]);
      }
      return;
    }
    for (int row = 0; row < rows; row++) {
      boolean none = nulls && values.isNull(row);
      into[row] = none ? takesNull() : takes(values, row);
    }
  }

  private boolean verdict(byte[] known, ColumnVector dictionary, int id) {
    if (known[id] == 0) {
      known[id] = (byte) (takes(dictionary, id) ? 1 : 2);
    }
    return known[id] == 1;
  }

  /** Takes rows that have a value, or those that have none. */
  static final class Presence extends ValueCondition {
    private final boolean present;

    Presence(boolean present) {
      this.present = present;
    }

    @Override
    boolean takesNull() {
      return !present;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      return present;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      return present ? !bounds.onlyNulls() : bounds.mayHaveNulls();
    }
  }

  /** Takes whole numbers from one to another. */
  static final class Longs extends ValueCondition {
    private final long from;
    private final long to;

    Longs(long from, long to) {
      this.from = from;
      this.to = to;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      long value = values.longs[row];
      return value >= from && value <= to;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      return !bounds.onlyNulls()
          && (!bounds.hasLongs()
              || (from <= to && bounds.minLong() <= to && bounds.maxLong() >= from));
    }

    @Override
    boolean asksBloomFilter() {
      return from == to;
    }

    @Override
    boolean mayTake(BlockSplitBloomFilter filter, PrimitiveTypeName stored) {
      return from != to || mayHold(filter, stored, from);
    }
  }

  private static boolean mayHold(
      BlockSplitBloomFilter filter, PrimitiveTypeName stored, long value) {
    return switch (stored) {
      case INT32 -> value == (int) value && filter.findHash(filter.hash((int) value));
      case INT64 -> filter.findHash(filter.hash(value));
      case BOOLEAN, FLOAT, DOUBLE, INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> true;
    };
  }

  /** Takes some whole numbers, or all but those. */
  static final class LongSet extends ValueCondition {
    private final long[] sorted;
    private final boolean within;

    LongSet(long[] values, boolean within) {
      this.sorted = values.clone();
      Arrays.sort(sorted);
      this.within = within;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      boolean found = Arrays.binarySearch(sorted, values.longs[row]) >= 0;
      return found == within;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      if (!bounds.hasLongs()) {
        return true;
      }
      int least = Arrays.binarySearch(sorted, bounds.minLong());
      if (!within) {
        return least < 0 || bounds.minLong() != bounds.maxLong();
      }
      int next = least >= 0 ? least : -least - 1;
      return next < sorted.length && sorted[next] <= bounds.maxLong();
    }

    @Override
    boolean asksBloomFilter() {
      return within;
    }

    @Override
    boolean mayTake(BlockSplitBloomFilter filter, PrimitiveTypeName stored) {
      if (!within) {
        return true;
      }
      for (long value : sorted) {
        if (mayHold(filter, stored, value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Takes floating-point numbers in an order to one. */
  static final class Doubles extends ValueCondition {
    private final RowFilter.Order order;
    private final double value;

    Doubles(RowFilter.Order order, double value) {
      this.order = order;
      this.value = value;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      double own = values.doubles[row];
      return switch (order) {
        case EQUAL -> own == value;
        case DIFFERENT -> own != value;
        case LESS -> own < value;
        case AT_MOST -> own <= value;
        case GREATER -> own > value;
        case AT_LEAST -> own >= value;
      };
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      if (!bounds.hasDoubles()) {
        return true;
      }
      return switch (order) {
        case EQUAL -> bounds.minDouble() <= value && bounds.maxDouble() >= value;
        case DIFFERENT -> true;
        case LESS -> bounds.minDouble() < value;
        case AT_MOST -> bounds.minDouble() <= value;
        case GREATER -> bounds.maxDouble() > value;
        case AT_LEAST -> bounds.maxDouble() >= value;
      };
    }
  }

  /** Takes some floating-point numbers, or all but those. */
  static final class DoubleSet extends ValueCondition {
    private final double[] wanted;
    private final boolean within;

    DoubleSet(double[] values, boolean within) {
      this.wanted = values.clone();
      this.within = within;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      double own = values.doubles[row];
      for (double value : wanted) {
        if (own == value) {
          return within;
        }
      }
      return !within;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      if (!within || !bounds.hasDoubles()) {
        return true;
      }
      for (double value : wanted) {
        if (bounds.minDouble() <= value && bounds.maxDouble() >= value) {
          return true;
        }
      }
      return false;
    }
  }

  /** Takes texts in an order to one. */
  static final class Texts extends ValueCondition {
    private final RowFilter.Order order;
    private final byte[] value;

    Texts(RowFilter.Order order, byte[] value) {
      this.order = order;
      this.value = value;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      int from = values.offsets[row];
      int to = from + values.lengths[row];
      if (order == RowFilter.Order.EQUAL) {
        return Arrays.equals(values.data, from, to, value, 0, value.length);
      }
      return order.holds(Arrays.compareUnsigned(values.data, from, to, value, 0, value.length));
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      // A bound may be cut, so that it is smaller or larger than any value.
      return mayHold(order, value, bounds);
    }

    @Override
    boolean asksBloomFilter() {
      return order == RowFilter.Order.EQUAL;
    }

    @Override
    boolean mayTake(BlockSplitBloomFilter filter, PrimitiveTypeName stored) {
      return order != RowFilter.Order.EQUAL || mayHold(filter, value);
    }
  }

  /** Whether a text within bounds, of which either may be missing, may stand so to a value. */
  private static boolean mayHold(RowFilter.Order order, byte[] value, Bounds bounds) {
    byte[] min = bounds.minBytes();
    byte[] max = bounds.maxBytes();
    return order.mayHold(
        min == null ? -1 : Arrays.compareUnsigned(min, value),
        max == null ? 1 : Arrays.compareUnsigned(max, value));
  }

  private static boolean mayHold(BlockSplitBloomFilter filter, byte[] value) {
    return filter.findHash(filter.hash(Binary.fromConstantByteArray(value)));
  }

  /** Takes some texts, or all but those. */
  static final class TextSet extends ValueCondition {
    private final List<byte[]> wanted;
    private final boolean within;

    TextSet(List<byte[]> values, boolean within) {
      this.wanted = values.stream().sorted(Arrays::compareUnsigned).toList();
      this.within = within;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      int from = values.offsets[row];
      int to = from + values.lengths[row];
      int low = 0;
      int high = wanted.size() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        byte[] value = wanted.get(middle);
        int compared = Arrays.compareUnsigned(values.data, from, to, value, 0, value.length);
        if (compared == 0) {
          return within;
        }
        if (compared < 0) {
          high = middle - 1;
        } else {
          low = middle + 1;
        }
      }
      return !within;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      if (!within) {
        return true;
      }
      for (byte[] value : wanted) {
        if (ValueCondition.mayHold(RowFilter.Order.EQUAL, value, bounds)) {
          return true;
        }
      }
      return false;
    }

    @Override
    boolean asksBloomFilter() {
      return within;
    }

    @Override
    boolean mayTake(BlockSplitBloomFilter filter, PrimitiveTypeName stored) {
      if (!within) {
        return true;
      }
      for (byte[] value : wanted) {
        if (mayHold(filter, value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Takes long decimals, without their point, in an order to some. */
  static final class Digits extends ValueCondition {
    private final RowFilter.Order order;
    private final List<BigInteger> values;

    /**
     * Compares with one value, or for {@code EQUAL} and {@code DIFFERENT} with several.
     *
     * @param values not empty
     */
    Digits(RowFilter.Order order, List<BigInteger> values) {
      this.order = order;
      this.values = List.copyOf(values);
    }

    @Override
    boolean takes(ColumnVector vector, int row) {
      if (vector.lengths[row] == 0) {
        throw new DamagedPageException("a decimal without digits");
      }
      BigInteger own = new BigInteger(vector.data, vector.offsets[row], vector.lengths[row]);
      return switch (order) {
        case EQUAL -> values.contains(own);
        case DIFFERENT -> !values.contains(own);
        case LESS, AT_MOST, GREATER, AT_LEAST -> order.holds(own.compareTo(values.get(0)));
      };
    }

    @Override
    boolean mayTake(Bounds bounds) {
      if (bounds.onlyNulls()) {
        return false;
      }
      byte[] min = bounds.minBytes();
      byte[] max = bounds.maxBytes();
      if (min == null || max == null || min.length == 0 || max.length == 0) {
        return true;
      }
      BigInteger least = new BigInteger(min);
      BigInteger most = new BigInteger(max);
      // Only EQUAL and DIFFERENT have several values, and DIFFERENT may hold for any.
      return values.stream()
          .anyMatch(value -> order.mayHold(least.compareTo(value), most.compareTo(value)));
    }
  }

  /** Takes every value or none, whatever it is. */
  static final class Constant extends ValueCondition {
    private final boolean all;

    Constant(boolean all) {
      this.all = all;
    }

    @Override
    boolean takes(ColumnVector values, int row) {
      return all;
    }

    @Override
    boolean mayTake(Bounds bounds) {
      return all && !bounds.onlyNulls();
    }
  }
}
