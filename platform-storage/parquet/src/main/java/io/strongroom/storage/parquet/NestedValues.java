package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Takes the values of the leaves of one nested column, as {@link RowBuffer} takes flat ones. */
final class NestedValues implements ValueTarget {
  private final List<LeafStage> leaves;
  private final Runnable forget;
  private long staged;

  /**
   * A target.
   *
   * @param forget forgets the row when a value is refused
   */
  NestedValues(List<LeafStage> leaves, Runnable forget) {
    this.leaves = leaves;
    this.forget = forget;
  }

  /** About how many bytes were given since the last call. */
  long staged() {
    long bytes = staged;
    staged = 0;
    return bytes;
  }

  private SchemaColumn column(int leaf) {
    return leaves.get(leaf).column;
  }

  @Override
  public ColumnKind kind(int leaf) {
    return column(leaf).kind();
  }

  @Override
  public int scale(int leaf) {
    return column(leaf).scale();
  }

  @Override
  public void setNumber(int leaf, ColumnKind kind, long value) {
    if (kind(leaf) != kind) {
      throw otherKind(leaf, kind.name());
    }
    leaves.get(leaf).add(value);
    staged += Long.BYTES;
  }

  private void add(int leaf, byte[] bytes) {
    if (bytes.length > RowBuffer.MAX_TEXT_BYTES) {
      throw refused(leaf, "more than " + RowBuffer.MAX_TEXT_BYTES + " bytes");
    }
    leaves.get(leaf).add(bytes);
    staged += bytes.length + Long.BYTES;
  }

  @Override
  public void setText(int leaf, CharSequence text) {
    if (text.length() > RowBuffer.MAX_TEXT_BYTES) {
      throw refused(leaf, "a text of more than " + RowBuffer.MAX_TEXT_BYTES + " bytes");
    }
    byte[] room = new byte[Utf8.bound(text.length())];
    int length = Utf8.encode(text, room, 0);
    if (length < 0) {
      throw refused(leaf, "a text with half a surrogate pair");
    }
    setSymbolOrText(leaf, Arrays.copyOf(room, length));
  }

  @Override
  public void setUtf8(int leaf, byte[] from, int offset, int length) {
    byte[] padded = Arrays.copyOfRange(from, offset, offset + length + Long.BYTES);
    if (!Utf8.valid(padded, 0, length)) {
      throw refused(leaf, "bytes that are not UTF-8");
    }
    setSymbolOrText(leaf, Arrays.copyOf(padded, length));
  }

  private void setSymbolOrText(int leaf, byte[] utf8) {
    if (kind(leaf) == ColumnKind.ENUM
        && !column(leaf).symbols().contains(new String(utf8, StandardCharsets.UTF_8))) {
      throw refused(leaf, "a text that is none of its symbols");
    }
    add(leaf, utf8);
  }

  @Override
  public void setBytes(int leaf, byte[] from, int offset, int length) {
    ColumnKind kind = kind(leaf);
    if (kind == ColumnKind.FIXED || kind == ColumnKind.UUID) {
      int fixed = column(leaf).type().getTypeLength();
      if (length != fixed) {
        throw refused(leaf, length + " bytes, but the column has " + fixed);
      }
    }
    add(leaf, Arrays.copyOfRange(from, offset, offset + length));
  }

  @Override
  public void setUuid(int leaf, long high, long low) {
    add(leaf, ByteBuffer.allocate(UuidText.BYTES).putLong(high).putLong(low).array());
  }

  @Override
  public void setDecimal(int leaf, BigDecimal value) {
    SchemaColumn column = column(leaf);
    BigInteger unscaled;
    try {
      unscaled = Decimals.unscaled(value, column.precision(), column.scale());
    } catch (ArithmeticException tooLong) {
      throw refused(leaf, "more digits than the column has");
    }
    switch (column.type().getPrimitiveTypeName()) {
      case INT64 -> setNumber(leaf, ColumnKind.DECIMAL, unscaled.longValueExact());
      default -> add(leaf, Decimals.padded(unscaled, column.type().getTypeLength()));
    }
  }

  @Override
  public void setNull(int leaf) {
    throw refused(leaf, "null, but it is required");
  }

  @Override
  public void setNested(int leaf, Object value) {
    throw refused(leaf, "a " + value.getClass().getName() + ", but it is a " + kind(leaf));
  }

  @Override
  public ParquetFileException refused(int leaf, String what) {
    forget.run();
    return new ParquetFileException(
        ParquetErrorCode.VALUE_REFUSED, "column '" + column(leaf).name() + "' was given " + what);
  }

  @Override
  public ParquetFileException otherKind(int leaf, String given) {
    return refused(leaf, "a " + given + ", but the column is a " + kind(leaf));
  }
}
