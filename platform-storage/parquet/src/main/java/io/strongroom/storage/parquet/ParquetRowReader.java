package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one Parquet file in the order in which they were written. Only the columns that
 * are asked for are fetched; a file may hold more, and may hold as required what is read as
 * nullable.
 *
 * <p>Every size that the file states is compared with the file and with a limit before anything is
 * allocated for it: 16 MiB for the footer, 1 MiB for a page header, 64 MiB for a dictionary, 256
 * MiB for a page. Memory is bounded by one page and one dictionary a column. The parts of an
 * encrypted file are used only after their tags verified, the pages of others after their
 * checksums, where they have some.
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

  private final FileLabel file;
  private final RangedSource source;
  private final List<SchemaColumn> columns;
  private final List<PrimitiveType> types = new ArrayList<>();
  private final List<FileFooter.Leaf> leaves = new ArrayList<>();
  private final FileFooter footer;
  private final ColumnCursor[] cursors;
  private State state = State.BEFORE_ROW;
  private int group = -1;
  private long rowsLeft;

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
        keys,
        expectedFooterSha256);
  }

  private ParquetRowReader(
      FileLabel file,
      RangedSource source,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this.file = file;
    this.source = source;
    this.columns = projection.schemaColumns();
    this.cursors = new ColumnCursor[columns.size()];
    this.footer = FileFooter.read(source, file, keys, expectedFooterSha256);
    for (SchemaColumn column : columns) {
      FileFooter.Leaf leaf = footer.leaf(column.name());
      PrimitiveType type = leaf == null ? null : FileTypes.decodable(leaf.element(), column);
      if (leaf == null || type == null) {
        throw file.failure(
            ParquetErrorCode.SCHEMA_MISMATCH,
            "it has no column '" + column.name() + "' of type " + column.kind(),
            null);
      }
      leaves.add(leaf);
      types.add(type);
    }
  }

  /** How many rows the file holds. */
  public long rows() {
    return footer.rows();
  }

  /**
   * Goes to the next row.
   *
   * @return false after the last one
   * @throws ParquetFileException when the file is damaged there; the reading ends
   */
  public boolean next() {
    if (state == State.FAILED || state == State.CLOSED) {
      throw new IllegalStateException("the Parquet reader is " + state);
    }
    if (state == State.AT_END) {
      return false;
    }
    state = State.FAILED;
    while (rowsLeft == 0) {
      group++;
      if (group == footer.groups()) {
        state = State.AT_END;
        return false;
      }
      openGroup();
    }
    for (ColumnCursor cursor : cursors) {
      cursor.advance();
    }
    rowsLeft--;
    state = State.ON_ROW;
    return true;
  }

  private void openGroup() {
    rowsLeft = footer.rows(group);
    if (rowsLeft == 0) {
      return;
    }
    for (int index = 0; index < cursors.length; index++) {
      SchemaColumn column = columns.get(index);
      FileFooter.Leaf leaf = leaves.get(index);
      String what = "column '" + column.name() + "' of row group " + group;
      ColumnMetaData meta = footer.chunk(group, leaf);
      ChunkInput in =
          new ChunkInput(source, file, FileFooter.firstByte(meta), meta.getTotal_compressed_size());
      ChunkPages pages =
          new ChunkPages(
              file,
              what,
              in,
              meta,
              types.get(index),
              footer.decryptor(),
              footer.ordinal(group),
              leaf.ordinal());
      cursors[index] = new ColumnCursor(file, what, column, types.get(index), pages);
    }
  }

  /**
   * Whether the row has no value in a column.
   *
   * @throws IllegalStateException when there is no current row
   */
  public boolean isNull(int column) {
    if (state != State.ON_ROW) {
      throw new IllegalStateException("the Parquet reader is " + state + ", not on a row");
    }
    return cursors[column].isNull();
  }

  private ColumnCursor value(int column, ColumnKind kind) {
    SchemaColumn declared = columns.get(column);
    if (declared.kind() != kind) {
      throw new IllegalStateException(
          "column '" + declared.name() + "' is a " + declared.kind() + ", not a " + kind);
    }
    if (isNull(column)) {
      throw new IllegalStateException("column '" + declared.name() + "' is null in this row");
    }
    return cursors[column];
  }

  /**
   * A {@code long} of the row.
   *
   * @throws IllegalStateException when the column is of another type or null, or there is no
   *     current row; the same of all getters
   */
  public long getLong(int column) {
    return value(column, ColumnKind.LONG).number();
  }

  /** An {@code int} of the row. */
  public int getInt(int column) {
    return (int) value(column, ColumnKind.INT).number();
  }

  /** A {@code boolean} of the row. */
  public boolean getBoolean(int column) {
    return value(column, ColumnKind.BOOLEAN).number() != 0;
  }

  /** A {@code double} of the row. */
  public double getDouble(int column) {
    return Double.longBitsToDouble(value(column, ColumnKind.DOUBLE).number());
  }

  /**
   * A {@code string} of the row.
   *
   * @throws ParquetFileException when the file's bytes are not UTF-8
   */
  public String getString(int column) {
    return value(column, ColumnKind.STRING).text();
  }

  /** A {@code decimal} of the row, with the scale of the column. */
  public BigDecimal getDecimal(int column) {
    return value(column, ColumnKind.DECIMAL).decimal();
  }

  /**
   * A {@code timestamp-micros} of the row.
   *
   * @return microseconds since 1970-01-01T00:00:00Z
   */
  public long getTimestampMicros(int column) {
    return value(column, ColumnKind.TIMESTAMP_MICROS).number();
  }

  /** A {@code date} of the row. */
  public LocalDate getDate(int column) {
    return LocalDate.ofEpochDay(value(column, ColumnKind.DATE).number());
  }

  /** Ends the reading; the source stays open. */
  @Override
  public void close() {
    state = State.CLOSED;
  }
}
