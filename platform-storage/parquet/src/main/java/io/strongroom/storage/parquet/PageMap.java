package io.strongroom.storage.parquet;

import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;

/** Where the pages of a column chunk are, and with which rows they begin. */
final class PageMap {
  private static final int TOGETHER = 4 * 1024 * 1024;

  private final long[] offsets;
  private final int[] sizes;
  private final long[] firstRows;
  private final long rows;

  private PageMap(long[] offsets, int[] sizes, long[] firstRows, long rows) {
    this.offsets = offsets;
    this.sizes = sizes;
    this.firstRows = firstRows;
    this.rows = rows;
  }

  /**
   * Checks what an offset index says.
   *
   * @throws ParquetFileException when the pages lie outside their chunk or are out of order
   */
  static PageMap of(FileLabel file, FileFooter.Chunk chunk, OffsetIndex index) {
    List<PageLocation> locations = index.getPage_locations();
    if (locations == null || locations.isEmpty()) {
      throw file.malformed("the page index of " + chunk.what() + " has no pages");
    }
    int pages = locations.size();
    long[] offsets = new long[pages];
    int[] sizes = new int[pages];
    long[] firstRows = new long[pages];
    long free = chunk.first();
    long row = -1;
    for (int page = 0; page < pages; page++) {
      PageLocation location = locations.get(page);
      offsets[page] = location.getOffset();
      sizes[page] = location.getCompressed_page_size();
      firstRows[page] = location.getFirst_row_index();
      if (offsets[page] < free
          || sizes[page] <= 0
          || sizes[page] > chunk.end() - offsets[page]
          || firstRows[page] <= row
          || firstRows[page] >= chunk.rows()
          || (page == 0 && firstRows[page] != 0)) {
        throw file.malformed("the page index of " + chunk.what() + " does not fit its pages");
      }
      free = offsets[page] + sizes[page];
      row = firstRows[page];
    }
    return new PageMap(offsets, sizes, firstRows, chunk.rows());
  }

  int pages() {
    return offsets.length;
  }

  /** The page that holds a row. */
  int page(long row) {
    int found = Arrays.binarySearch(firstRows, row);
    return found >= 0 ? found : -found - 2;
  }

  long firstRow(int page) {
    return firstRows[page];
  }

  /** The row after the last one of a page. */
  long end(int page) {
    return page + 1 < firstRows.length ? firstRows[page + 1] : rows;
  }

  long offset(int page) {
    return offsets[page];
  }

  /** The bytes of a page and of those behind it that are needed too and lie beside it. */
  long stretch(int page, RowRanges needed) {
    long length = sizes[page];
    for (int next = page + 1; next < offsets.length; next++) {
      if (offsets[next] != offsets[page] + length
          || length + sizes[next] > TOGETHER
          || !needed.touches(firstRow(next), end(next))) {
        break;
      }
      length += sizes[next];
    }
    return length;
  }
}
