package io.strongroom.storage.parquet;

import java.util.List;

/** The objects of a nested column within one row group, in the order of their rows. */
final class NestedStream implements BatchColumn {
  /** So few rows are put together at once, because each may be large. */
  private static final int ROWS = 256;

  private final FileLabel file;
  private final ColumnVector vector;
  private final Assembler root;
  private final List<LeafCursor> cursors;
  private long row;

  NestedStream(FileLabel file, ColumnVector vector, Assembler root, List<LeafCursor> cursors) {
    this.file = file;
    this.vector = vector;
    this.root = root;
    this.cursors = List.copyOf(cursors);
  }

  /** Begins with a row group. */
  NestedStream open(FileFooter footer, int group) {
    for (LeafCursor cursor : cursors) {
      cursor.open(footer.chunk(group, cursor.leaf()));
    }
    row = 0;
    return this;
  }

  @Override
  public long pageEnd(long wanted) {
    return wanted + ROWS;
  }

  @Override
  public void read(long first, int count) {
    while (row < first) {
      for (LeafCursor cursor : cursors) {
        begin(cursor);
        do {
          cursor.take();
        } while (cursor.hasEntry() && cursor.repetition() > 0);
      }
      row++;
    }
    for (int index = 0; index < count; index++) {
      cursors.forEach(this::begin);
      Object value = root.next();
      if (value == null && !vector.column().nullable()) {
        throw file.failure(
            ParquetErrorCode.SCHEMA_MISMATCH,
            "column '" + vector.column().name() + "' holds null, but is read as required",
            null);
      }
      vector.object(index, value);
      row++;
    }
    vector.objects(count);
  }

  private void begin(LeafCursor cursor) {
    if (!cursor.hasEntry() || cursor.repetition() > 0) {
      throw file.malformed(
          "the rows of column '" + vector.column().name() + "' do not begin where they should");
    }
  }
}
