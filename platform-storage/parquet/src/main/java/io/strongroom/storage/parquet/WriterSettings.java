package io.strongroom.storage.parquet;

/**
 * How a file is written.
 *
 * @param rowsPerGroup a row group is closed when it has so many rows
 * @param bytesPerGroup or when its data has about so many bytes before compression
 */
record WriterSettings(
    ParquetLayout layout, Codec codec, int zstdLevel, int rowsPerGroup, long bytesPerGroup) {
  static final int DEFAULT_ZSTD_LEVEL = 1;
  static final int MAX_ZSTD_LEVEL = 19;
  static final long DEFAULT_BYTES_PER_GROUP = 64L * 1024 * 1024;
  static final long MIN_BYTES_PER_GROUP = 1024L * 1024;
  static final long MAX_BYTES_PER_GROUP = 128L * 1024 * 1024;

  static WriterSettings of(ParquetLayout layout, Codec codec) {
    return new WriterSettings(
        layout, codec, DEFAULT_ZSTD_LEVEL, layout.rowsPerGroup(), DEFAULT_BYTES_PER_GROUP);
  }
}
