package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of one Parquet file in batches of rows, in the order in which they were
 * written. Only the columns that are asked for are fetched; a file may hold more, and may hold as
 * required what is read as nullable, as {@code int} or {@code float} what is read as {@code long}
 * or {@code double}.
 *
 * <p>A batch is a few thousand rows, fewer where a page ends. Every size that the file states is
 * compared with the file and with a limit before anything is allocated for it: 16 MiB for the
 * footer, 1 MiB for a page header, 64 MiB for a dictionary, 256 MiB for a page. Memory is bounded
 * by one page and one dictionary a column. The parts of an encrypted file are used only after their
 * tags verified, the pages of others after their checksums, where they have some.
 *
 * <p>For one thread. The source belongs to the caller, the batch to the reader. Whatever fails,
 * fails as {@link ParquetFileException} or as what the source throws, and ends the reading.
 */
public final class ParquetBatchReader implements AutoCloseable {
  private enum State {
    BEFORE_BATCH,
    ON_BATCH,
    AT_END,
    FAILED,
    CLOSED
  }

  /** Rows of a batch at most. */
  static final int BATCH_ROWS = 2048;

  private final List<ColumnSlot> slots = new ArrayList<>();
  private final FileFooter footer;
  private final ColumnStream[] streams;
  private State state = State.BEFORE_BATCH;
  private int group = -1;
  private long row;
  private long groupRows;
  private int batchRows;

  ParquetBatchReader(
      FileLabel file,
      RangedSource source,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    List<SchemaColumn> columns = projection.schemaColumns();
    this.streams = new ColumnStream[columns.size()];
    this.footer = FileFooter.read(source, file, keys, expectedFooterSha256);
    for (SchemaColumn column : columns) {
      slots.add(slot(file, source, column));
    }
  }

  private ColumnSlot slot(FileLabel file, RangedSource source, SchemaColumn column) {
    FileFooter.Leaf leaf = footer.leaf(column.name());
    PrimitiveType type = leaf == null ? null : FileTypes.decodable(leaf.element(), column);
    StoredForm form = type == null ? null : StoredForm.of(type, StoredForm.shape(column, type));
    if (leaf == null || type == null || form == null) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "it has no column '" + column.name() + "' of type " + column.kind(),
          null);
    }
    return new ColumnSlot(file, source, column, type, leaf, form, BATCH_ROWS);
  }

  /** How many rows the file holds. */
  public long fileRows() {
    return footer.rows();
  }

  /**
   * Goes to the next batch.
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
    while (row == groupRows) {
      group++;
      if (group == footer.groups()) {
        state = State.AT_END;
        batchRows = 0;
        return false;
      }
      openGroup();
    }
    long end = Math.min(groupRows, row + BATCH_ROWS);
    for (ColumnStream stream : streams) {
      end = Math.min(end, stream.pageEnd(row));
    }
    batchRows = (int) (end - row);
    for (ColumnStream stream : streams) {
      stream.read(row, batchRows);
    }
    row = end;
    state = State.ON_BATCH;
    return true;
  }

  private void openGroup() {
    row = 0;
    groupRows = footer.rows(group);
    if (groupRows > 0) {
      for (int index = 0; index < streams.length; index++) {
        ColumnSlot slot = slots.get(index);
        streams[index] = new ColumnStream(slot, footer.chunk(group, slot.leaf));
      }
    }
  }

  /** How many rows the batch has; 0 when there is none. */
  public int rows() {
    return batchRows;
  }

  /**
   * A column of the batch.
   *
   * @param column its position in the projection, 0 for the first; the same object for every batch
   * @throws IllegalStateException when there is no current batch
   */
  public ColumnVector column(int column) {
    if (state != State.ON_BATCH) {
      throw new IllegalStateException("the Parquet reader is " + state + ", not on a batch");
    }
    return slots.get(column).vector;
  }

  /** Ends the reading; the source stays open. */
  @Override
  public void close() {
    state = State.CLOSED;
    batchRows = 0;
  }
}
