package io.strongroom.storage.parquet;

/** How rows are cut into row groups and pages. */
public enum ParquetLayout {
  /**
   * Row groups of at most 120,000 rows, one data page a column chunk. DuckDB reads encrypted files
   * of this layout only.
   */
  SINGLE_PAGE(120_000),
  /**
   * Row groups of at most 1,000,000 rows, pages of at most 20,000 rows and about 1 MiB. Readers
   * that use the page index skip more.
   */
  STANDARD(1_000_000);

  private final int rowsPerGroup;

  ParquetLayout(int rowsPerGroup) {
    this.rowsPerGroup = rowsPerGroup;
  }

  int rowsPerGroup() {
    return rowsPerGroup;
  }
}
