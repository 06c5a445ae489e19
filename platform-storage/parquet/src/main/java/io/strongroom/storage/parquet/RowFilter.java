package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Which rows of a file are read: comparisons of columns with values, joined by and, or and not.
 *
 * <pre>{@code
 * RowFilter.column("country").equalTo("DE").and(RowFilter.column("amount").atLeast(limit))
 * }</pre>
 *
 * <p>As in SQL a comparison with a null is neither true nor false, so that neither it nor its
 * negation takes the row; ask for {@link Column#isNull} instead. Texts are ordered by their UTF-8
 * bytes, which is the order of their code points, and so are bytes and UUIDs, a byte being 0 to
 * 255. A {@code float} or {@code double} that is no number is different from every value, and
 * neither smaller nor larger.
 *
 * <p>A value has the type of its column: {@link Boolean}; {@link Integer} or {@link Long} for
 * {@code int} and {@code long}; {@link Float} or {@link Double} for {@code float} and {@code
 * double}, compared as {@code double}; {@link CharSequence}, also for an {@code enum}, which takes
 * a Java enum too; {@code byte[]} or {@link ByteBuffer}; {@link UUID}, also for a {@code fixed};
 * {@link BigDecimal} of any scale; {@link LocalDate}; {@link LocalTime}, {@link Instant} or {@link
 * LocalDateTime}, or a {@link Long} in the unit of the column; what they have below that unit is
 * cut off. Another is refused by the reader that is given the filter.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface RowFilter
    permits RowFilter.Comparison, RowFilter.Membership, RowFilter.Presence, RowFilter.Junction {

  /** Begins a comparison of a column. */
  static Column column(String name) {
    return new Column(Objects.requireNonNull(name, "name"));
  }

  /** The rows that both take. */
  default RowFilter and(RowFilter other) {
    return new Junction(true, List.of(this, other));
  }

  /** The rows that at least one takes. */
  default RowFilter or(RowFilter other) {
    return new Junction(false, List.of(this, other));
  }

  /** The rows that this does not take, without those of which it cannot be said. */
  RowFilter not();

  /** A column whose values are compared. */
  final class Column {
    private final String name;

    private Column(String name) {
      this.name = name;
    }

    private RowFilter compared(Order order, Object value) {
      return new Comparison(name, order, Objects.requireNonNull(value, "value"));
    }

    /** Is the same as a value. */
    public RowFilter equalTo(Object value) {
      return compared(Order.EQUAL, value);
    }

    /** Is another than a value. */
    public RowFilter differentFrom(Object value) {
      return compared(Order.DIFFERENT, value);
    }

    /** Is smaller than a value. */
    public RowFilter lessThan(Object value) {
      return compared(Order.LESS, value);
    }

    /** Is smaller than a value or the same. */
    public RowFilter atMost(Object value) {
      return compared(Order.AT_MOST, value);
    }

    /** Is larger than a value. */
    public RowFilter greaterThan(Object value) {
      return compared(Order.GREATER, value);
    }

    /** Is larger than a value or the same. */
    public RowFilter atLeast(Object value) {
      return compared(Order.AT_LEAST, value);
    }

    /** Is one of some values; of none it never is. */
    public RowFilter in(Collection<?> values) {
      return new Membership(name, true, List.copyOf(values));
    }

    /** Is one of some values; of none it never is. */
    public RowFilter in(Object... values) {
      return in(Arrays.asList(values));
    }

    /** Has no value. */
    public RowFilter isNull() {
      return new Presence(name, false);
    }

    /** Has a value. */
    public RowFilter isPresent() {
      return new Presence(name, true);
    }
  }

  /** How a value stands to another. */
  enum Order {
    /** The same. */
    EQUAL,
    /** Another. */
    DIFFERENT,
    /** Smaller. */
    LESS,
    /** Smaller or the same. */
    AT_MOST,
    /** Larger. */
    GREATER,
    /** Larger or the same. */
    AT_LEAST;

    Order opposite() {
      return switch (this) {
        case EQUAL -> DIFFERENT;
        case DIFFERENT -> EQUAL;
        case LESS -> AT_LEAST;
        case AT_MOST -> GREATER;
        case GREATER -> AT_MOST;
        case AT_LEAST -> LESS;
      };
    }

    /**
     * Whether a value stands so to another.
     *
     * @param compared the value with the other, as of a {@link java.util.Comparator}
     */
    boolean holds(int compared) {
      return switch (this) {
        case EQUAL -> compared == 0;
        case DIFFERENT -> compared != 0;
        case LESS -> compared < 0;
        case AT_MOST -> compared <= 0;
        case GREATER -> compared > 0;
        case AT_LEAST -> compared >= 0;
      };
    }

    /**
     * Whether one of several values may stand so to another.
     *
     * @param least the lower bound of the values with the other, as of a {@link
     *     java.util.Comparator}
     * @param most their upper bound with the other
     */
    boolean mayHold(int least, int most) {
      return switch (this) {
        case EQUAL -> least <= 0 && most >= 0;
        case DIFFERENT -> true;
        case LESS, AT_MOST -> holds(least);
        case GREATER, AT_LEAST -> holds(most);
      };
    }
  }

  /** A column compared with a value. */
  record Comparison(String column, Order order, Object value) implements RowFilter {
    @Override
    public RowFilter not() {
      return new Comparison(column, order.opposite(), value);
    }

    @Override
    public String toString() {
      return column + " " + order + " a value";
    }
  }

  /** A column compared with several values. */
  record Membership(String column, boolean within, List<?> values) implements RowFilter {
    @Override
    public RowFilter not() {
      return new Membership(column, !within, values);
    }

    @Override
    public String toString() {
      return column + (within ? " in " : " not in ") + values.size() + " values";
    }
  }

  /** Whether a column has a value. */
  record Presence(String column, boolean present) implements RowFilter {
    @Override
    public RowFilter not() {
      return new Presence(column, !present);
    }
  }

  /** Several filters, of which all or at least one must hold. */
  record Junction(boolean all, List<RowFilter> parts) implements RowFilter {
    @Override
    public RowFilter not() {
      List<RowFilter> negated = new ArrayList<>();
      parts.forEach(part -> negated.add(part.not()));
      return new Junction(!all, List.copyOf(negated));
    }
  }
}
