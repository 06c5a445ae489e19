package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** The row being put together: nothing of it reaches the columns before all of it is right. */
final class RowBuffer {
  /** The largest text, in bytes of UTF-8. */
  static final int MAX_TEXT_BYTES = 16 * 1024 * 1024;

  private static final byte UNSET = 0;
  private static final byte NULL = 1;
  private static final byte SET = 2;

  private final List<SchemaColumn> columns;
  private final byte[] states;
  private final long[] numbers;
  private final byte[][] texts;
  private final int[] lengths;

  RowBuffer(List<SchemaColumn> columns) {
    this.columns = columns;
    this.states = new byte[columns.size()];
    this.numbers = new long[columns.size()];
    this.texts = new byte[columns.size()][0];
    this.lengths = new int[columns.size()];
  }

  void setNumber(int column, ColumnKind kind, long value) {
    begin(column, kind);
    numbers[column] = value;
    states[column] = SET;
  }

  void setNull(int column) {
    SchemaColumn declared = columns.get(column);
    if (!declared.nullable()) {
      throw refused(declared, "null, but the column is required");
    }
    states[column] = NULL;
  }

  void setText(int column, CharSequence text) {
    SchemaColumn declared = begin(column, ColumnKind.STRING);
    if (text.length() > MAX_TEXT_BYTES) {
      throw refused(declared, "a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
    int bound = Utf8.bound(text);
    if (texts[column].length < bound) {
      texts[column] = new byte[Math.max(bound, 64)];
    }
    int length = Utf8.encode(text, texts[column]);
    if (length < 0) {
      throw refused(declared, "a text with half a surrogate pair");
    }
    if (length > MAX_TEXT_BYTES) {
      throw refused(declared, "a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
    lengths[column] = length;
    states[column] = SET;
  }

  void setDecimal(int column, BigDecimal value) {
    SchemaColumn declared = begin(column, ColumnKind.DECIMAL);
    // Before the scale is changed: a value such as 1E+1000000 must not be written out in digits.
    if ((long) value.precision() - value.scale() > declared.precision() - declared.scale()
        && value.signum() != 0) {
      throw refused(declared, "more digits before the decimal point than it has");
    }
    BigDecimal scaled;
    try {
      scaled = value.signum() == 0 ? BigDecimal.ZERO : value.setScale(declared.scale());
    } catch (ArithmeticException rounding) {
      throw refused(declared, "more decimals than its " + declared.scale());
    }
    BigInteger unscaled = scaled.unscaledValue();
    if (declared.type().getTypeLength() == 0) {
      numbers[column] = unscaled.longValueExact();
    } else {
      byte[] digits = unscaled.toByteArray();
      byte[] padded = new byte[declared.type().getTypeLength()];
      Arrays.fill(padded, (byte) (unscaled.signum() < 0 ? -1 : 0));
      System.arraycopy(digits, 0, padded, padded.length - digits.length, digits.length);
      texts[column] = padded;
      lengths[column] = padded.length;
    }
    states[column] = SET;
  }

  /** Checks that this kind of value belongs into the column. */
  private SchemaColumn begin(int column, ColumnKind kind) {
    SchemaColumn declared = columns.get(column);
    if (declared.kind() != kind) {
      throw refused(declared, "a " + kind + ", but the column is a " + declared.kind());
    }
    return declared;
  }

  /** Forgets the whole row, so that no part of it can end up in the next. */
  private ParquetFileException refused(SchemaColumn column, String what) {
    clear();
    return new ParquetFileException(
        ParquetErrorCode.VALUE_REFUSED, "column '" + column.name() + "' was given " + what);
  }

  void clear() {
    Arrays.fill(states, UNSET);
  }

  /** Checks that the row is whole. */
  void check() {
    for (int column = 0; column < states.length; column++) {
      if (states[column] == UNSET && !columns.get(column).nullable()) {
        clear();
        throw new ParquetFileException(
            ParquetErrorCode.ROW_INCOMPLETE,
            "column '" + columns.get(column).name() + "' has no value in this row");
      }
    }
  }

  /**
   * Gives the row to the columns and starts the next.
   *
   * @return about how many bytes the row takes
   */
  long writeTo(ColumnWriter[] writers) {
    long bytes = 0;
    for (int column = 0; column < states.length; column++) {
      SchemaColumn declared = columns.get(column);
      int level = declared.nullable() ? 1 : 0;
      if (states[column] != SET) {
        writers[column].writeNull(0, 0);
        bytes++;
      } else {
        write(writers[column], column, declared, level);
        bytes += declared.kind().plainBytes();
        if (declared.kind() == ColumnKind.STRING) {
          bytes += lengths[column];
        }
      }
      states[column] = UNSET;
    }
    return bytes;
  }

  private void write(ColumnWriter writer, int column, SchemaColumn declared, int level) {
    switch (declared.kind()) {
      case BOOLEAN -> writer.write(numbers[column] != 0, 0, level);
      case INT, DATE -> writer.write((int) numbers[column], 0, level);
      case LONG, TIMESTAMP_MICROS -> writer.write(numbers[column], 0, level);
      case DOUBLE -> writer.write(Double.longBitsToDouble(numbers[column]), 0, level);
      case STRING -> writer.write(text(column), 0, level);
      case DECIMAL -> {
        if (declared.type().getTypeLength() == 0) {
          writer.write(numbers[column], 0, level);
        } else {
          writer.write(text(column), 0, level);
        }
      }
    }
  }

  private Binary text(int column) {
    return Binary.fromReusedByteArray(texts[column], 0, lengths[column]);
  }
}
