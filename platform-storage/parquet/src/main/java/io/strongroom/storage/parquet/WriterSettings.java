package io.strongroom.storage.parquet;

/**
 * How a file is written.
 *
 * @param rowsPerGroup a row group is closed when it has so many rows
 * @param bytesPerGroup or when its data has about so many bytes before compression
 * @param deltas whether pages of integers may be DELTA_BINARY_PACKED
 * @param contentDigest whether the digest of the rows is computed
 */
record WriterSettings(
    ParquetLayout layout,
    Codec codec,
    int zstdLevel,
    int rowsPerGroup,
    long bytesPerGroup,
    boolean deltas,
    boolean contentDigest) {
  static final int DEFAULT_ZSTD_LEVEL = 1;
  static final int MAX_ZSTD_LEVEL = 19;
  static final long DEFAULT_BYTES_PER_GROUP = 64L * 1024 * 1024;
  static final long MIN_BYTES_PER_GROUP = 1024L * 1024;
  static final long MAX_BYTES_PER_GROUP = 128L * 1024 * 1024;

  /** Rows that are encoded at once: few enough to stay in the processor's caches. */
  static final int BATCH = 1_000;

  private static final int PAGE_BYTES = 1024 * 1024;
  private static final int PAGE_ROWS = 20 * BATCH;

  WriterSettings(
      ParquetLayout layout, Codec codec, int zstdLevel, int rowsPerGroup, long bytesPerGroup) {
    this(layout, codec, zstdLevel, rowsPerGroup, bytesPerGroup, true, false);
  }

  WriterSettings withContentDigest() {
    return new WriterSettings(layout, codec, zstdLevel, rowsPerGroup, bytesPerGroup, deltas, true);
  }

  static WriterSettings of(ParquetLayout layout, Codec codec) {
    return new WriterSettings(
        layout, codec, DEFAULT_ZSTD_LEVEL, layout.rowsPerGroup(), DEFAULT_BYTES_PER_GROUP);
  }

  /** A page is closed when it has so many rows. */
  int rowsPerPage() {
    return layout == ParquetLayout.SINGLE_PAGE ? rowsPerGroup : PAGE_ROWS;
  }

  /** Or when it has about so many bytes before compression. */
  long bytesPerPage() {
    return layout == ParquetLayout.SINGLE_PAGE ? Long.MAX_VALUE : PAGE_BYTES;
  }
}
