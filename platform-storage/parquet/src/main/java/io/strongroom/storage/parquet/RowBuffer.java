package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The row being put together and the rows before it that wait to be encoded. Values go straight
 * into the columns' buffers; a row that is refused is taken out of them again.
 */
final class RowBuffer implements ValueTarget {
  /** The largest text, in bytes of UTF-8. */
  static final int MAX_TEXT_BYTES = 16 * 1024 * 1024;

  /** So many bytes in one column are encoded before the batch is full. */
  private static final int STAGED_BYTES = 1024 * 1024;

  private static final int MAX_EXACT_BITS = 50;
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int digits = 1; digits < POWERS.length; digits++) {
      POWERS[digits] = 10 * POWERS[digits - 1];
    }
  }

  private final List<SchemaColumn> columns;
  private final ColumnKind[] kinds;
  private final @Nullable ColumnBuffer[] buffers;
  private final @Nullable NestedBuffer[] nested;
  private final boolean hasNested;
  private final NumberBuffer[] numbers;
  private final TextBuffer[] texts;
  private final int[] precisions;
  private final int[] scales;

  /** A bit a column: the required ones, those set in this row, and in each row of the batch. */
  private final long[] required;

  private final long[] current;
  private final long[][] masks;
  private final @Nullable RowHasher hasher;
  private final int[] places;
  private int staged;
  private long row;
  private boolean pressed;

  RowBuffer(ParquetSchema schema, WriterSettings settings, BufferPool pool, Consumer<Page> closed) {
    List<SchemaColumn> columns = schema.schemaColumns();
    int count = columns.size();
    this.columns = columns;
    this.kinds = new ColumnKind[count];
    this.buffers = new ColumnBuffer[count];
    this.nested = new NestedBuffer[count];
    this.numbers = new NumberBuffer[count];
    this.texts = new TextBuffer[count];
    this.precisions = new int[count];
    this.scales = new int[count];
    int words = (count + Long.SIZE - 1) / Long.SIZE;
    this.required = new long[words];
    this.current = new long[words];
    this.masks = new long[words][WriterSettings.BATCH];
    this.hasher = settings.contentDigest() ? new RowHasher(columns) : null;
    this.places = new int[count];
    int leaf = 0;
    for (int index = 0; index < count; index++) {
      SchemaColumn column = columns.get(index);
      kinds[index] = column.kind();
      if (column.kind() == ColumnKind.DECIMAL) {
        precisions[index] = column.precision();
        scales[index] = column.scale();
      }
      if (!column.nullable()) {
        required[index >>> 6] |= 1L << index;
      }
      if (column.kind() == ColumnKind.NESTED) {
        Schema type = schema.avro().getFields().get(index).schema();
        NestedBuffer buffer = new NestedBuffer(column, type, leaf, settings, pool, closed);
        nested[index] = buffer;
        leaf += buffer.leaves();
        continue;
      }
      PrimitiveTypeName stored = column.type().getPrimitiveTypeName();
      if (stored == PrimitiveTypeName.BINARY || stored == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
        texts[index] = new TextBuffer(column, leaf, settings, pool, closed);
        buffers[index] = texts[index];
      } else {
        numbers[index] = new NumberBuffer(column, leaf, settings, pool, closed);
        buffers[index] = numbers[index];
      }
      leaf++;
    }
    this.hasNested = Arrays.stream(kinds).anyMatch(kind -> kind == ColumnKind.NESTED);
  }

  @Override
  public ColumnKind kind(int column) {
    return kinds[column];
  }

  @Override
  public int scale(int column) {
    return scales[column];
  }

  @Override
  public void setNumber(int column, ColumnKind kind, long value) {
    if (kinds[column] != kind) {
      throw otherKind(column, kind);
    }
    set(column, value);
  }

  private void set(int column, long value) {
    numbers[column].set(staged, value);
    current[column >>> 6] |= 1L << column;
  }

  @Override
  public void setNull(int column) {
    if (!columns.get(column).nullable()) {
      throw refused(column, "null, but the column is required");
    }
    rewind(column);
    current[column >>> 6] &= ~(1L << column);
  }

  @Override
  public void setText(int column, CharSequence text) {
    if (kinds[column] != ColumnKind.STRING) {
      requireSymbol(column, text);
    }
    int chars = text.length();
    if (chars > MAX_TEXT_BYTES) {
      throw refused(column, "a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
    TextBuffer buffer = texts[column];
    int at = buffer.open(row, Utf8.bound(chars));
    int length = Utf8.encode(text, buffer.target(), at);
    if (length < 0) {
      throw refused(column, "a text with half a surrogate pair");
    }
    if (length > MAX_TEXT_BYTES) {
      throw refused(column, "a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
    close(column, buffer, length);
  }

  @Override
  public void setUtf8(int column, byte[] from, int offset, int length) {
    if (kinds[column] != ColumnKind.STRING) {
      requireSymbol(column, new String(from, offset, length, StandardCharsets.UTF_8));
    }
    if (length > MAX_TEXT_BYTES) {
      throw refused(column, "a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
    TextBuffer buffer = texts[column];
    int at = buffer.open(row, length);
    if (!Utf8.copy(from, offset, length, buffer.target(), at)) {
      throw refused(column, "bytes that are not UTF-8");
    }
    close(column, buffer, length);
  }

  /** Only an enum is a text too, if it is one of its own. */
  private void requireSymbol(int column, CharSequence text) {
    if (kinds[column] != ColumnKind.ENUM) {
      throw otherKind(column, ColumnKind.STRING);
    }
    if (!columns.get(column).symbols().contains(text.toString())) {
      throw refused(column, "a text that is none of its symbols");
    }
  }

  @Override
  public void setBytes(int column, byte[] from, int offset, int length) {
    ColumnKind kind = kinds[column];
    if (kind == ColumnKind.FIXED || kind == ColumnKind.UUID) {
      int fixed = columns.get(column).type().getTypeLength();
      if (length != fixed) {
        throw refused(column, length + " bytes, but the column has " + fixed);
      }
    } else if (kind != ColumnKind.BYTES) {
      throw otherKind(column, ColumnKind.BYTES);
    }
    if (length > MAX_TEXT_BYTES) {
      throw refused(column, "more than " + MAX_TEXT_BYTES + " bytes");
    }
    TextBuffer buffer = texts[column];
    int at = buffer.open(row, length);
    System.arraycopy(from, offset, buffer.target(), at, length);
    close(column, buffer, length);
  }

  @Override
  public void setUuid(int column, long high, long low) {
    TextBuffer buffer = texts[column];
    int at = buffer.open(row, UuidText.BYTES);
    byte[] into = buffer.target();
    LittleEndian.putLong(into, at, Long.reverseBytes(high));
    LittleEndian.putLong(into, at + Long.BYTES, Long.reverseBytes(low));
    close(column, buffer, UuidText.BYTES);
  }

  private void close(int column, TextBuffer buffer, int length) {
    buffer.close(length);
    current[column >>> 6] |= 1L << column;
    if (buffer.stagedBytes() > STAGED_BYTES) {
      pressed = true;
    }
  }

  void setUnscaled(int column, long unscaled) {
    if (kinds[column] != ColumnKind.DECIMAL) {
      throw otherKind(column, ColumnKind.DECIMAL);
    }
    if (numbers[column] == null) {
      setPadded(column, BigInteger.valueOf(unscaled));
      return;
    }
    long limit = POWERS[precisions[column]];
    if (unscaled >= limit || unscaled <= -limit) {
      throw refused(column, "more digits than its " + precisions[column]);
    }
    set(column, unscaled);
  }

  @Override
  public void setDecimal(int column, BigDecimal value) {
    if (kinds[column] != ColumnKind.DECIMAL) {
      throw otherKind(column, ColumnKind.DECIMAL);
    }
    int scale = scales[column];
    if (value.scale() == scale && numbers[column] != null) {
      // Exact below 50 bits: two roundings of 53 bits each are off by less than a quarter of a
      // unit.
      double scaled = Math.rint(value.doubleValue() * POWERS[scale]);
      long limit = Math.min(POWERS[precisions[column]], 1L << MAX_EXACT_BITS);
      if (scaled < limit && scaled > -limit) {
        set(column, (long) scaled);
        return;
      }
    }
    // Before the scale is changed: a value such as 1E+1000000 must not be written out in digits.
    if ((long) value.precision() - value.scale() > precisions[column] - scale
        && value.signum() != 0) {
      throw refused(column, "more digits before the decimal point than it has");
    }
    BigDecimal exact;
    try {
      exact = value.signum() == 0 ? BigDecimal.ZERO : value.setScale(scale);
    } catch (ArithmeticException rounding) {
      throw refused(column, "more decimals than its " + scale);
    }
    if (numbers[column] != null) {
      set(column, exact.unscaledValue().longValueExact());
    } else {
      setPadded(column, exact.unscaledValue());
    }
  }

  private void setPadded(int column, BigInteger unscaled) {
    byte[] digits = unscaled.toByteArray();
    TextBuffer buffer = texts[column];
    int length = columns.get(column).type().getTypeLength();
    int at = buffer.open(row, length);
    byte[] into = buffer.target();
    Arrays.fill(into, at, at + length, (byte) (unscaled.signum() < 0 ? -1 : 0));
    System.arraycopy(digits, 0, into, at + length - digits.length, digits.length);
    close(column, buffer, length);
  }

  private ParquetFileException otherKind(int column, ColumnKind given) {
    return otherKind(column, given.name());
  }

  @Override
  public ParquetFileException otherKind(int column, String given) {
    return refused(column, "a " + given + ", but the column is a " + kinds[column]);
  }

  /** Forgets the whole row, so that no part of it can end up in the next. */
  @Override
  public ParquetFileException refused(int column, String what) {
    clear();
    return new ParquetFileException(
        ParquetErrorCode.VALUE_REFUSED,
        "column '" + columns.get(column).name() + "' was given " + what);
  }

  void clear() {
    Arrays.fill(current, 0);
    for (int column = 0; column < buffers.length; column++) {
      rewind(column);
    }
  }

  private void rewind(int column) {
    ColumnBuffer flat = buffers[column];
    NestedBuffer parts = nested[column];
    if (flat != null) {
      flat.rewind(row);
    } else if (parts != null) {
      parts.rewind(row);
    }
  }

  @Override
  public void setNested(int column, Object value) {
    NestedBuffer parts = nested[column];
    if (parts == null) {
      throw otherKind(column, ColumnKind.NESTED);
    }
    try {
      parts.set(row, value);
    } catch (RuntimeException refused) {
      clear();
      throw refused;
    }
    current[column >>> 6] |= 1L << column;
    if (parts.staged() > STAGED_BYTES) {
      pressed = true;
    }
  }

  /** Lets records of Java classes be values of nested columns. */
  void access(ComponentAccess access) {
    for (NestedBuffer parts : nested) {
      if (parts != null) {
        parts.access(access);
      }
    }
  }

  private void endNested() {
    for (int column = 0; column < nested.length; column++) {
      NestedBuffer parts = nested[column];
      if (parts != null) {
        parts.endRow((masks[column >>> 6][staged] & 1L << column) != 0);
      }
    }
  }

  /**
   * Adds the row to the batch, or refuses it.
   *
   * @return how many rows wait to be encoded; {@link Integer#MAX_VALUE} when they are large
   */
  int add() {
    for (int word = 0; word < current.length; word++) {
      long missing = required[word] & ~current[word];
      if (missing != 0) {
        int column = word * Long.SIZE + Long.numberOfTrailingZeros(missing);
        clear();
        throw new ParquetFileException(
            ParquetErrorCode.ROW_INCOMPLETE,
            "column '" + columns.get(column).name() + "' has no value in this row");
      }
      masks[word][staged] = current[word];
      current[word] = 0;
    }
    if (hasNested) {
      endNested();
    }
    staged++;
    row++;
    return pressed ? Integer.MAX_VALUE : staged;
  }

  /**
   * Encodes the rows that wait.
   *
   * @return about how many bytes of pages the row group has now
   */
  long encode() {
    int rows = staged;
    staged = 0;
    pressed = false;
    if (hasher != null) {
      hash(hasher, rows);
    }
    long bytes = 0;
    long all = -1;
    for (int column = 0; column < buffers.length; column++) {
      long[] mask = masks[column >>> 6];
      if ((column & 63) == 0) {
        all = -1;
        for (int index = 0; index < rows; index++) {
          all &= mask[index];
        }
      }
      long bit = 1L << column;
      ColumnBuffer flat = buffers[column];
      NestedBuffer parts = nested[column];
      if (flat != null) {
        flat.take(rows, mask, bit, (all & bit) != 0);
        bytes += flat.chunkBytes();
      } else if (parts != null) {
        parts.take(rows);
        bytes += parts.chunkBytes();
      }
    }
    return bytes;
  }

  /** Hashes the rows that wait, before their columns are encoded. */
  private void hash(RowHasher into, int waiting) {
    for (int column = 0; column < places.length; column++) {
      places[column] = texts[column] == null ? 0 : texts[column].stagedStart();
    }
    for (int index = 0; index < waiting; index++) {
      for (int column : into.order()) {
        if ((masks[column >>> 6][index] & 1L << column) == 0) {
          into.putNull();
        } else if (texts[column] == null) {
          long value = numbers[column].staged(index);
          into.putNumber(
              column,
              kinds[column] == ColumnKind.FLOAT
                  ? Double.doubleToRawLongBits(Float.intBitsToFloat((int) value))
                  : value);
        } else {
          TextBuffer buffer = texts[column];
          int at = places[column];
          into.putBytes(column, buffer.out().bytes(), buffer.content(at), buffer.length(at));
          places[column] = buffer.next(at);
        }
      }
      into.endRow();
    }
  }

  /** The digest of the rows that were encoded, where it was asked for. */
  Optional<ContentDigest> contentDigest() {
    return Optional.ofNullable(hasher).map(RowHasher::digest);
  }

  /** Ends the row group and gives the pages of its leaves away. */
  List<List<Page>> closeChunks() {
    List<List<Page>> chunks = new ArrayList<>();
    for (int column = 0; column < buffers.length; column++) {
      ColumnBuffer flat = buffers[column];
      NestedBuffer parts = nested[column];
      if (flat != null) {
        chunks.add(flat.closeChunk());
      } else if (parts != null) {
        chunks.addAll(parts.closeChunks());
      }
    }
    return chunks;
  }

  /** How many bytes of memory the columns hold besides buffers of the pool. */
  long memory() {
    long bytes = 0;
    for (int column = 0; column < buffers.length; column++) {
      ColumnBuffer flat = buffers[column];
      NestedBuffer parts = nested[column];
      if (flat != null) {
        bytes += flat.arrayBytes();
      } else if (parts != null) {
        bytes += parts.memory();
      }
    }
    return bytes;
  }

  /** Gives up the room that the values so far needed; when the row group was closed. */
  void shrink() {
    for (ColumnBuffer flat : buffers) {
      if (flat != null) {
        flat.shrink();
      }
    }
  }

  /** Adds the values of a column to a bloom filter too. */
  void addTo(int column, ColumnBloomFilter filter) {
    Objects.requireNonNull(buffers[column]).addTo(filter);
  }

  /** Gives all buffers back. */
  void release() {
    for (int column = 0; column < buffers.length; column++) {
      ColumnBuffer flat = buffers[column];
      NestedBuffer parts = nested[column];
      if (flat != null) {
        flat.release();
      } else if (parts != null) {
        parts.release();
      }
    }
  }
}
