package io.strongroom.storage.parquet;

import io.strongroom.storage.parquet.ColumnVector.Shape;
import io.strongroom.storage.parquet.RowFilter.Order;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ties a filter to the columns of a file, and its values to their types. */
final class FilterBinding {
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  private final FileLabel file;
  private final Function<String, ColumnSlot> slots;
  private final int capacity;

  /** Ties to slots by the name of their column. */
  FilterBinding(FileLabel file, Function<String, ColumnSlot> slots, int capacity) {
    this.file = file;
    this.slots = slots;
    this.capacity = capacity;
  }

  /**
   * Ties a filter.
   *
   * @throws ParquetFileException FILTER_REFUSED when a value is of another type than its column
   */
  BoundFilter bind(RowFilter filter) {
    if (filter instanceof RowFilter.Junction junction) {
      List<BoundFilter> parts = new ArrayList<>();
      for (RowFilter part : junction.parts()) {
        parts.add(bind(part));
      }
      return new BoundFilter.Junction(junction.all(), parts, capacity);
    }
    if (filter instanceof RowFilter.Presence presence) {
      return new BoundFilter.Leaf(
          slots.apply(presence.column()), new ValueCondition.Presence(presence.present()));
    }
    if (filter instanceof RowFilter.Comparison comparison) {
      ColumnSlot slot = slots.apply(comparison.column());
      return new BoundFilter.Leaf(slot, comparison(slot, comparison.order(), comparison.value()));
    }
    RowFilter.Membership membership = (RowFilter.Membership) filter;
    ColumnSlot slot = slots.apply(membership.column());
    return new BoundFilter.Leaf(slot, membership(slot, membership.within(), membership.values()));
  }

  private ParquetFileException refused(ColumnSlot slot) {
    return file.failure(
        ParquetErrorCode.FILTER_REFUSED,
        "the filter compares column '"
            + slot.column.name()
            + "', a "
            + slot.column.kind()
            + ", with a value of another type",
        null);
  }

  private ValueCondition comparison(ColumnSlot slot, Order order, Object value) {
    if (slot.column.kind().bytes()) {
      return new ValueCondition.Texts(order, bytes(slot, value));
    }
    if (slot.column.kind() == ColumnKind.DECIMAL) {
      return decimal(slot, order, decimal(slot, value));
    }
    if (slot.vector.shape == Shape.DOUBLES) {
      return new ValueCondition.Doubles(order, real(slot, value));
    }
    return longs(order, whole(slot, value));
  }

  private static ValueCondition longs(Order order, long value) {
    return switch (order) {
      case EQUAL -> new ValueCondition.Longs(value, value);
      case DIFFERENT -> new ValueCondition.LongSet(new long[] {value}, false);
      case LESS ->
          value == Long.MIN_VALUE
              ? new ValueCondition.Constant(false)
              : new ValueCondition.Longs(Long.MIN_VALUE, value - 1);
      case AT_MOST -> new ValueCondition.Longs(Long.MIN_VALUE, value);
      case GREATER ->
          value == Long.MAX_VALUE
              ? new ValueCondition.Constant(false)
              : new ValueCondition.Longs(value + 1, Long.MAX_VALUE);
      case AT_LEAST -> new ValueCondition.Longs(value, Long.MAX_VALUE);
    };
  }

  /**
   * A decimal of more decimals than its column lies between two values that the column can have.
   */
  private static ValueCondition decimal(ColumnSlot slot, Order order, BigDecimal value) {
    BigDecimal floor = value.setScale(slot.column.scale(), RoundingMode.FLOOR);
    BigInteger digits = floor.unscaledValue();
    boolean exact = floor.compareTo(value) == 0;
    if (!exact && (order == Order.EQUAL || order == Order.DIFFERENT)) {
      return new ValueCondition.Constant(order == Order.DIFFERENT);
    }
    Order nearest = order;
    if (!exact) {
      nearest = order == Order.LESS || order == Order.AT_MOST ? Order.AT_MOST : Order.GREATER;
    }
    if (slot.vector.shape == Shape.RANGES) {
      return new ValueCondition.Digits(nearest, List.of(digits));
    }
    if (digits.compareTo(MOST) > 0 || digits.compareTo(LEAST) < 0) {
      boolean beyond = digits.signum() > 0;
      return new ValueCondition.Constant(
          switch (nearest) {
            case EQUAL -> false;
            case DIFFERENT -> true;
            case LESS, AT_MOST -> beyond;
            case GREATER, AT_LEAST -> !beyond;
          });
    }
    return longs(nearest, digits.longValue());
  }

  private ValueCondition membership(ColumnSlot slot, boolean within, List<?> values) {
    if (slot.column.kind().bytes()) {
      return new ValueCondition.TextSet(
          values.stream().map(value -> bytes(slot, value)).toList(), within);
    }
    if (slot.column.kind() == ColumnKind.DECIMAL) {
      return decimals(slot, within, values);
    }
    if (slot.vector.shape == Shape.DOUBLES) {
      return new ValueCondition.DoubleSet(
          values.stream().mapToDouble(value -> real(slot, value)).toArray(), within);
    }
    return new ValueCondition.LongSet(
        values.stream().mapToLong(value -> whole(slot, value)).toArray(), within);
  }

  private ValueCondition decimals(ColumnSlot slot, boolean within, List<?> values) {
    List<BigInteger> digits = new ArrayList<>();
    for (Object value : values) {
      BigInteger exact = exact(decimal(slot, value), slot.column.scale());
      if (exact != null) {
        digits.add(exact);
      }
    }
    if (digits.isEmpty()) {
      return new ValueCondition.Constant(!within);
    }
    if (slot.vector.shape == Shape.RANGES) {
      return new ValueCondition.Digits(within ? Order.EQUAL : Order.DIFFERENT, digits);
    }
    return new ValueCondition.LongSet(
        digits.stream()
            .filter(value -> value.bitLength() < Long.SIZE)
            .mapToLong(BigInteger::longValue)
            .toArray(),
        within);
  }

  private static @Nullable BigInteger exact(BigDecimal value, int scale) {
    BigDecimal floor = value.setScale(scale, RoundingMode.FLOOR);
    return floor.compareTo(value) == 0 ? floor.unscaledValue() : null;
  }

  private byte[] bytes(ColumnSlot slot, Object value) {
    return switch (slot.column.kind()) {
      case BYTES, FIXED -> {
        if (value instanceof UUID uuid && slot.column.kind() == ColumnKind.FIXED) {
          yield UuidText.bytes(uuid);
        }
        if (value instanceof ByteBuffer buffer) {
          byte[] bytes = new byte[buffer.remaining()];
          buffer.duplicate().get(bytes);
          yield bytes;
        }
        if (value instanceof byte[] bytes) {
          yield bytes.clone();
        }
        throw refused(slot);
      }
      case UUID -> {
        if (value instanceof UUID uuid) {
          yield UuidText.bytes(uuid);
        }
        throw refused(slot);
      }
      default -> text(slot, value instanceof Enum<?> symbol ? symbol.name() : value);
    };
  }

  private byte[] text(ColumnSlot slot, Object value) {
    if (!(value instanceof CharSequence text)) {
      throw refused(slot);
    }
    byte[] bytes = new byte[Utf8.bound(text.length())];
    int length = Utf8.encode(text, bytes, 0);
    if (length < 0) {
      throw refused(slot);
    }
    return Arrays.copyOf(bytes, length);
  }

  private BigDecimal decimal(ColumnSlot slot, Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    throw refused(slot);
  }

  private double real(ColumnSlot slot, Object value) {
    if (value instanceof Double || value instanceof Float) {
      return ((Number) value).doubleValue();
    }
    throw refused(slot);
  }

  private long whole(ColumnSlot slot, Object value) {
    ColumnKind kind = slot.column.kind();
    try {
      return switch (kind) {
        case BOOLEAN -> ((Boolean) value) ? 1 : 0;
        case INT, LONG -> value instanceof Integer number ? number : (Long) value;
        case DATE -> ((LocalDate) value).toEpochDay();
        case TIME_MILLIS, TIME_MICROS ->
            value instanceof LocalTime time ? Ticks.of(kind, time) : (Long) value;
        case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
            value instanceof Instant time ? Ticks.of(kind, time) : (Long) value;
        case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS, LOCAL_TIMESTAMP_NANOS ->
            value instanceof LocalDateTime time ? Ticks.of(kind, time) : (Long) value;
        case FLOAT, DOUBLE, STRING, ENUM, BYTES, FIXED, UUID, DECIMAL, NESTED ->
            throw refused(slot);
      };
    } catch (ClassCastException | ArithmeticException | DateTimeException otherwise) {
      throw refused(slot);
    }
  }
}
