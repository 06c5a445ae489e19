package io.strongroom.storage.parquet;

import org.jspecify.annotations.Nullable;

/** The values of one column chunk, some rows at a time. */
final class ColumnStream implements BatchColumn {
  private final ColumnSlot slot;
  private final ColumnVector vector;
  private final FileFooter.Chunk chunk;
  private final ChunkPages pages;
  private @Nullable RunDecoder levels;
  private @Nullable PageValues values;
  private boolean loaded;
  private long row;

  /**
   * Begins with a chunk.
   *
   * @param map where its pages are; null reads them one after the other
   * @param needed the rows that will be asked for
   */
  ColumnStream(ColumnSlot slot, FileFooter.Chunk chunk, @Nullable PageMap map, RowRanges needed) {
    this.slot = slot;
    this.vector = slot.vector;
    this.chunk = chunk;
    this.pages = new ChunkPages(slot, chunk, map, needed);
    vector.begin(chunk.what());
  }

  /**
   * Goes to the page that holds a row of the row group, without loading it.
   *
   * @return the row after the last one of the page
   */
  @Override
  public long pageEnd(long wanted) {
    if (pages.seek(wanted)) {
      loaded = false;
      row = pages.firstRow();
    }
    return pages.nextRow();
  }

  /** Fills the vector with rows that lie in the page where this is. */
  @Override
  public void read(long first, int count) {
    try {
      if (!loaded) {
        pages.load();
        levels = pages.levels();
        values = null;
        loaded = true;
      }
      skip(first - row);
      decode(count);
      row = first + count;
    } catch (DamagedPageException damaged) {
      throw slot.file.malformed(
          pages.name() + " cannot be decoded: " + damaged.getMessage(), damaged);
    } catch (IndexOutOfBoundsException damaged) {
      throw slot.file.malformed(pages.name() + " cannot be decoded", damaged);
    }
  }

  private PageValues values() {
    PageValues known = values;
    if (known == null) {
      known = pages.values();
      values = known;
    }
    return known;
  }

  private void skip(long rows) {
    long left = rows;
    boolean[] nulls = vector.nulls();
    while (left > 0) {
      int some = (int) Math.min(left, nulls.length);
      RunDecoder known = levels;
      int present = known == null ? some : known.readLevels(nulls, some);
      if (present > 0) {
        values().skip(present);
      }
      left -= some;
    }
  }

  private void decode(int count) {
    RunDecoder known = levels;
    int present = count;
    if (known == null) {
      vector.withoutNulls(count);
    } else {
      present = known.readLevels(vector.nulls(), count);
      if (present < count && !slot.column.nullable()) {
        throw slot.file.failure(
            ParquetErrorCode.SCHEMA_MISMATCH,
            chunk.what() + " holds null, but is read as required",
            null);
      }
    }
    vector.dictionary = null;
    if (present > 0) {
      values().read(vector, present);
      if (!pages.inDictionary()) {
        slot.form.convert(vector, present);
      }
    }
    vector.spread(count, present);
    vector.filled(count);
  }
}
