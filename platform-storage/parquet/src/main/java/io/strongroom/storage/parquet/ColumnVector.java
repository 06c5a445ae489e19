package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column in the rows of one batch.
 *
 * <p>What kind of column it is says where its values are: {@code boolean} (0 or 1), {@code int},
 * {@code long}, {@code date} (days since 1970-01-01), times and timestamps (in their unit) and
 * {@code decimal} of at most 18 digits (without its point) in {@link #longs}; {@code float} and
 * {@code double} in {@link #doubles}; {@code string} and {@code enum} (UTF-8, not checked), {@code
 * bytes}, {@code fixed}, {@code uuid} (16 bytes) and longer {@code decimal}s in {@link #bytes} at
 * {@link #offset}; records, lists and maps in {@link #getObject}. The place of a null holds
 * anything.
 *
 * <p>For one thread. Belongs to the reader: the arrays are not copies, must not be changed, and
 * hold other values after the reader's next step.
 */
public final class ColumnVector {
  /** Where the values are. */
  enum Shape {
    LONGS,
    DOUBLES,
    RANGES,
    OBJECTS
  }

  private static final double[] NO_DOUBLES = new double[0];
  private static final byte[] NO_BYTES = new byte[0];
  private static final int[] NO_INTS = new int[0];
  private static final @Nullable Object[] NO_OBJECTS = new Object[0];

  final Shape shape;
  final long[] longs;
  final double[] doubles;
  final int[] offsets;
  final int[] lengths;
  private final @Nullable Object[] objects;
  byte[] data = NO_BYTES;
  @Nullable ColumnVector dictionary;
  private final SchemaColumn column;
  private final FileLabel file;
  private final boolean[] nulls;
  private int[] ids = NO_INTS;
  private byte[] own = NO_BYTES;
  private @Nullable String @Nullable [] texts;
  private final IdentityHashMap<ValueCondition, byte[]> verdicts = new IdentityHashMap<>(2);
  private String what = "";
  private boolean hasNulls;
  private int rows;

  ColumnVector(FileLabel file, SchemaColumn column, Shape shape, int capacity) {
    this.file = file;
    this.column = column;
    this.shape = shape;
    // Conversions between shapes pass through the others.
    boolean ranges = shape == Shape.RANGES || column.kind() == ColumnKind.DECIMAL;
    boolean bytes = ranges || column.kind() == ColumnKind.TIMESTAMP_MICROS;
    this.longs = new long[capacity];
    this.doubles = shape == Shape.DOUBLES ? new double[capacity] : NO_DOUBLES;
    this.offsets = bytes ? new int[capacity] : NO_INTS;
    this.lengths = bytes ? new int[capacity] : NO_INTS;
    this.objects = shape == Shape.OBJECTS ? new Object[capacity] : NO_OBJECTS;
    this.nulls = new boolean[capacity];
  }

  /** Puts the value of a row. */
  void hash(int row, int at, RowHasher into) {
    if (nulls[row]) {
      into.putNull();
    } else if (shape == Shape.LONGS) {
      into.putNumber(at, longs[row]);
    } else if (shape == Shape.DOUBLES) {
      into.putNumber(at, Double.doubleToRawLongBits(doubles[row]));
    } else {
      into.putBytes(at, data, offsets[row], lengths[row]);
    }
  }

  /** How many rows the batch has. */
  public int rows() {
    return rows;
  }

  /** Whether any of the rows has no value. */
  public boolean hasNulls() {
    return hasNulls;
  }

  /** Whether a row has no value. */
  public boolean isNull(int row) {
    return nulls[Objects.checkIndex(row, rows)];
  }

  /**
   * The numbers by row.
   *
   * @throws IllegalStateException when the column is of a kind that is not here
   */
  public long[] longs() {
    require(Shape.LONGS);
    return longs;
  }

  /**
   * The floating-point numbers by row.
   *
   * @throws IllegalStateException when the column is of a kind that is not here
   */
  public double[] doubles() {
    require(Shape.DOUBLES);
    return doubles;
  }

  /**
   * The bytes in which the values of all rows lie, somewhere.
   *
   * @throws IllegalStateException when the column is of a kind that is not here
   */
  public byte[] bytes() {
    require(Shape.RANGES);
    return data;
  }

  /** Where the value of a row begins in {@link #bytes}. */
  public int offset(int row) {
    require(Shape.RANGES);
    return offsets[Objects.checkIndex(row, rows)];
  }

  /** How many bytes the value of a row has. */
  public int length(int row) {
    require(Shape.RANGES);
    return lengths[Objects.checkIndex(row, rows)];
  }

  /**
   * The text of a row; the texts of a dictionary are made once.
   *
   * @throws IllegalStateException when the column is no {@code string} or {@code enum}, or null in
   *     this row
   * @throws ParquetFileException when the file's bytes are not UTF-8
   */
  public String getString(int row) {
    requireValue(row, column.kind() == ColumnKind.ENUM ? ColumnKind.ENUM : ColumnKind.STRING);
    try {
      return dictionary == null
          ? Utf8.decode(data, offsets[row], lengths[row])
          : dictionary.text(ids[row]);
    } catch (CharacterCodingException failed) {
      throw file.malformed(what + " holds what is not UTF-8", failed);
    }
  }

  /** A text of this vector as a dictionary. */
  private String text(int id) throws CharacterCodingException {
    @Nullable String[] known = texts;
    if (known == null) {
      known = new String[rows];
      texts = known;
    }
    String text = known[id];
    if (text == null) {
      text = Utf8.decode(data, offsets[id], lengths[id]);
      known[id] = text;
    }
    return text;
  }

  /**
   * The {@code decimal} of a row, with the scale of the column.
   *
   * @throws IllegalStateException when the column is no {@code decimal} or null in this row
   * @throws ParquetFileException when the file's bytes are no number
   */
  public BigDecimal getDecimal(int row) {
    requireValue(row, ColumnKind.DECIMAL);
    if (shape == Shape.LONGS) {
      return BigDecimal.valueOf(longs[row], column.scale());
    }
    if (lengths[row] == 0) {
      throw file.malformed(what + " holds what is no number");
    }
    return new BigDecimal(new BigInteger(data, offsets[row], lengths[row]), column.scale());
  }

  /**
   * The {@code date} of a row.
   *
   * @throws IllegalStateException when the column is no {@code date} or null in this row
   */
  public LocalDate getDate(int row) {
    requireValue(row, ColumnKind.DATE);
    return LocalDate.ofEpochDay(longs[row]);
  }

  /**
   * A copy of the bytes of a row.
   *
   * @throws IllegalStateException when the column is no {@code bytes} or {@code fixed} or null in
   *     this row
   */
  public byte[] getBytes(int row) {
    requireValue(row, column.kind() == ColumnKind.FIXED ? ColumnKind.FIXED : ColumnKind.BYTES);
    return copy(row);
  }

  /** A copy of the bytes of a row, whatever they are. */
  byte[] copy(int row) {
    return Arrays.copyOfRange(data, offsets[row], offsets[row] + lengths[row]);
  }

  /**
   * The {@code uuid} of a row.
   *
   * @throws IllegalStateException when the column is no {@code uuid} or null in this row
   */
  public UUID getUuid(int row) {
    requireValue(row, ColumnKind.UUID);
    int at = offsets[row];
    return new UUID(
        Long.reverseBytes(LittleEndian.int64(data, at)),
        Long.reverseBytes(LittleEndian.int64(data, at + Long.BYTES)));
  }

  /**
   * The time of day of a row.
   *
   * @throws IllegalStateException when the column is no {@code time} or null in this row
   * @throws ParquetFileException when the file's number is none within a day
   */
  public LocalTime getTime(int row) {
    requireValue(row, column.kind().time(), "time");
    if (!Ticks.ofDay(column.kind(), longs[row])) {
      throw file.malformed(what + " holds a time that is not within a day");
    }
    return Ticks.time(column.kind(), longs[row]);
  }

  /**
   * The point in time of a row.
   *
   * @throws IllegalStateException when the column is no {@code timestamp} or null in this row
   */
  public Instant getTimestamp(int row) {
    requireValue(row, column.kind().timestamp(), "timestamp");
    return Ticks.instant(column.kind(), longs[row]);
  }

  /**
   * The date and time of a row.
   *
   * @throws IllegalStateException when the column is no {@code local-timestamp} or null in this row
   */
  public LocalDateTime getLocalTimestamp(int row) {
    requireValue(row, column.kind().local(), "local timestamp");
    return Ticks.dateTime(column.kind(), longs[row]);
  }

  /**
   * The value of a nested column: a record of Avro, a {@code List} or a {@code Map}, in the form
   * that whoever opened the file asked for.
   *
   * @throws IllegalStateException when the column is not nested or null in this row
   */
  public Object getObject(int row) {
    requireValue(row, ColumnKind.NESTED);
    return Objects.requireNonNull(objects[row]);
  }

  /** The number of a time or timestamp of a row, in its unit. */
  long ticks(int row) {
    requireValue(row, column.kind().ticks(), "time or timestamp");
    return longs[row];
  }

  long number(int row, ColumnKind kind) {
    requireValue(row, kind);
    return longs[row];
  }

  double real(int row, ColumnKind kind) {
    requireValue(row, kind);
    return doubles[row];
  }

  private void requireValue(int row, ColumnKind kind) {
    if (column.kind() != kind) {
      throw otherKind(kind.name());
    }
    requireValue(row);
  }

  private void requireValue(int row, boolean kind, String asked) {
    if (!kind) {
      throw otherKind(asked);
    }
    requireValue(row);
  }

  private IllegalStateException otherKind(String asked) {
    return new IllegalStateException(
        "column '" + column.name() + "' is a " + column.kind() + ", not a " + asked);
  }

  private void requireValue(int row) {
    if (isNull(row)) {
      throw new IllegalStateException("column '" + column.name() + "' is null in this row");
    }
  }

  private void require(Shape wanted) {
    if (shape != wanted) {
      throw new IllegalStateException(
          "a " + column.kind() + " as column '" + column.name() + "' is kept elsewhere");
    }
  }

  SchemaColumn column() {
    return column;
  }

  /** Begins a row group. */
  void begin(String where) {
    what = where;
    dictionary = null;
  }

  /** Says how much of the vector is filled. */
  void filled(int count) {
    rows = count;
  }

  boolean[] nulls() {
    return nulls;
  }

  /** What a test said about the entries of this vector as a dictionary: yes 1, no 2. */
  byte[] verdicts(ValueCondition test) {
    return verdicts.computeIfAbsent(test, unknown -> new byte[rows]);
  }

  /** Room for ids of a dictionary. */
  int[] ids() {
    if (ids.length == 0) {
      ids = new int[longs.length];
    }
    return ids;
  }

  /** Room for values that stand nowhere as they are, with what is in it already. */
  byte[] own(long size) {
    if (size > own.length) {
      if (size > ReaderLimits.PAGE) {
        throw new DamagedPageException("texts of " + size + " bytes");
      }
      own = Arrays.copyOf(own, (int) Math.max(4096, Math.min(2 * size, ReaderLimits.PAGE)));
    }
    return own;
  }

  /** Moves the values apart, so that nulls come between them. */
  void spread(int count, int present) {
    hasNulls = present < count;
    if (!hasNulls || present == 0) {
      return;
    }
    boolean withIds = dictionary != null;
    int from = present;
    for (int row = count - 1; row >= from; row--) {
      if (nulls[row]) {
        continue;
      }
      from--;
      move(from, row, withIds);
    }
  }

  /** Puts the object of a row where it belongs. */
  void object(int row, @Nullable Object value) {
    objects[row] = value;
    nulls[row] = value == null;
  }

  /** Says how many rows have their objects. */
  void objects(int count) {
    rows = count;
    hasNulls = false;
    for (int row = 0; row < count; row++) {
      hasNulls |= nulls[row];
    }
  }

  private void move(int from, int to, boolean withIds) {
    switch (shape) {
      case OBJECTS -> objects[to] = objects[from];
      case LONGS -> longs[to] = longs[from];
      case DOUBLES -> doubles[to] = doubles[from];
      case RANGES -> {
        offsets[to] = offsets[from];
        lengths[to] = lengths[from];
        if (withIds) {
          ids[to] = ids[from];
        }
      }
    }
  }

  /** Keeps some rows only. */
  void keep(int[] selected, int count) {
    boolean withIds = dictionary != null;
    boolean some = false;
    for (int row = 0; row < count; row++) {
      int from = selected[row];
      nulls[row] = nulls[from];
      some |= nulls[row];
      if (from != row) {
        move(from, row, withIds);
      }
    }
    hasNulls = some;
    rows = count;
  }

  /** Says that no row of so many has no value. */
  void withoutNulls(int count) {
    if (hasNulls) {
      Arrays.fill(nulls, false);
    }
    hasNulls = false;
    rows = count;
  }

  /** Says that every row of so many has no value. */
  void onlyNulls(int count) {
    Arrays.fill(nulls, 0, count, true);
    hasNulls = true;
    rows = count;
  }

  @Override
  public String toString() {
    return "ColumnVector[" + column.name() + ", " + rows + " rows]";
  }
}
