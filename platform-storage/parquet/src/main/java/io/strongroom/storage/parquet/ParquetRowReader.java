package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one Parquet file, one at a time, in the order in which they were written: what
 * {@link ParquetBatchReader} reads in batches, with its guarantees and limits.
 *
 * <p>For one thread. The source belongs to the caller. Whatever fails, fails as {@link
 * ParquetFileException} or as what the source throws, and ends the reading.
 */
public final class ParquetRowReader implements AutoCloseable {
  private enum State {
    BEFORE_ROW,
    ON_ROW,
    AT_END,
    FAILED,
    CLOSED
  }

  private final ParquetBatchReader batches;
  private State state = State.BEFORE_ROW;
  private int row;
  private int batchRows;

  /**
   * Opens a file; reads its footer.
   *
   * @param source the file
   * @param projection the columns to read
   * @param keys the key of the file; null reads a file that is not encrypted, and with keys only an
   *     encrypted file is read
   * @param expectedFooterSha256 the digest that the manifest holds, compared before the footer is
   *     used; null trusts the footer as it is
   * @throws ParquetFileException when the file is not such a file, not under this key, or has not
   *     these columns
   */
  public ParquetRowReader(
      RangedSource source,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this(
        new FileLabel("Parquet file of " + source.length() + " bytes"),
        source,
        projection,
        null,
        keys,
        expectedFooterSha256);
  }

  /**
   * Opens a file under a name.
   *
   * @param name what messages call the file, such as its path
   * @param source the file
   * @param projection the columns to read
   * @param keys as above
   * @param expectedFooterSha256 as above
   * @throws ParquetFileException as above
   */
  public ParquetRowReader(
      String name,
      RangedSource source,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this(
        new FileLabel("Parquet file '" + name + "'"),
        source,
        projection,
        null,
        keys,
        expectedFooterSha256);
  }

  /**
   * Opens a file for some of its rows.
   *
   * @param name as above
   * @param source as above
   * @param projection the columns to read
   * @param filter takes the rows; its columns need not be read. Null takes all
   * @param keys as above
   * @param expectedFooterSha256 as above
   * @throws ParquetFileException as above, or {@link ParquetErrorCode#FILTER_REFUSED}
   */
  public ParquetRowReader(
      String name,
      RangedSource source,
      ParquetSchema projection,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this(
        new FileLabel("Parquet file '" + name + "'"),
        source,
        projection,
        filter,
        keys,
        expectedFooterSha256);
  }

  private ParquetRowReader(
      FileLabel file,
      RangedSource source,
      ParquetSchema projection,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this.batches =
        new ParquetBatchReader(file, source, projection, filter, keys, expectedFooterSha256);
  }

  /** How many rows the file holds. */
  public long rows() {
    return batches.fileRows();
  }

  /**
   * Goes to the next row.
   *
   * @return false after the last one
   * @throws ParquetFileException when the file is damaged there; the reading ends
   */
  public boolean next() {
    if (state == State.ON_ROW && row + 1 < batchRows) {
      row++;
      return true;
    }
    if (state == State.FAILED || state == State.CLOSED) {
      throw new IllegalStateException("the Parquet reader is " + state);
    }
    if (state == State.AT_END) {
      return false;
    }
    state = State.FAILED;
    if (!batches.next()) {
      state = State.AT_END;
      return false;
    }
    batchRows = batches.rows();
    row = 0;
    state = State.ON_ROW;
    return true;
  }

  private ColumnVector column(int column) {
    if (state != State.ON_ROW) {
      throw new IllegalStateException("the Parquet reader is " + state + ", not on a row");
    }
    return batches.column(column);
  }

  /**
   * Whether the row has no value in a column.
   *
   * @throws IllegalStateException when there is no current row
   */
  public boolean isNull(int column) {
    return column(column).isNull(row);
  }

  /**
   * A {@code long} of the row.
   *
   * @throws IllegalStateException when the column is of another type or null, or there is no
   *     current row; the same of all getters
   */
  public long getLong(int column) {
    return column(column).number(row, ColumnKind.LONG);
  }

  /** An {@code int} of the row. */
  public int getInt(int column) {
    return (int) column(column).number(row, ColumnKind.INT);
  }

  /** A {@code boolean} of the row. */
  public boolean getBoolean(int column) {
    return column(column).number(row, ColumnKind.BOOLEAN) != 0;
  }

  /** A {@code double} of the row. */
  public double getDouble(int column) {
    return column(column).real(row, ColumnKind.DOUBLE);
  }

  /** A {@code float} of the row. */
  public float getFloat(int column) {
    return (float) column(column).real(row, ColumnKind.FLOAT);
  }

  /**
   * A {@code string} or {@code enum} of the row.
   *
   * @throws ParquetFileException when the file's bytes are not UTF-8
   */
  public String getString(int column) {
    return column(column).getString(row);
  }

  /** A {@code decimal} of the row, with the scale of the column. */
  public BigDecimal getDecimal(int column) {
    return column(column).getDecimal(row);
  }

  /**
   * A {@code timestamp-micros} of the row.
   *
   * @return microseconds since 1970-01-01T00:00:00Z
   */
  public long getTimestampMicros(int column) {
    return column(column).number(row, ColumnKind.TIMESTAMP_MICROS);
  }

  /** A {@code timestamp} of the row, of any unit. */
  public Instant getTimestamp(int column) {
    return column(column).getTimestamp(row);
  }

  /** A {@code local-timestamp} of the row, of any unit. */
  public LocalDateTime getLocalTimestamp(int column) {
    return column(column).getLocalTimestamp(row);
  }

  /**
   * A {@code time} of the row, of any unit.
   *
   * @throws ParquetFileException when the file's number is none within a day
   */
  public LocalTime getTime(int column) {
    return column(column).getTime(row);
  }

  /**
   * The number that is stored for a time or timestamp of the row.
   *
   * @return milliseconds, microseconds or nanoseconds, as the column's type says
   */
  public long getTicks(int column) {
    return column(column).ticks(row);
  }

  /** A copy of a {@code bytes} or {@code fixed} of the row. */
  public byte[] getBytes(int column) {
    return column(column).getBytes(row);
  }

  /** A record, list or map of the row, as {@link ColumnVector#getObject} gives it. */
  public Object getObject(int column) {
    return column(column).getObject(row);
  }

  /** A {@code uuid} of the row. */
  public UUID getUuid(int column) {
    return column(column).getUuid(row);
  }

  /** A {@code date} of the row. */
  public LocalDate getDate(int column) {
    return column(column).getDate(row);
  }

  /** Ends the reading; the source stays open. */
  @Override
  public void close() {
    state = State.CLOSED;
    batches.close();
  }
}
