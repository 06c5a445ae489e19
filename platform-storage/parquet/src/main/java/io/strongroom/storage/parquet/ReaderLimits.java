package io.strongroom.storage.parquet;

/** What a reader allocates at most for one thing that a file states the size of, in bytes. */
final class ReaderLimits {
  /** Values of one leaf of a nested column in one row. */
  static final int ROW_ENTRIES = 4 * 1024 * 1024;

  static final int FOOTER = 16 * 1024 * 1024;
  static final int PAGE_HEADER = 1024 * 1024;
  static final int DICTIONARY = 64 * 1024 * 1024;
  static final int INDEX = 16 * 1024 * 1024;
  static final int BLOOM_FILTER = 128 * 1024 * 1024;
  static final int PAGE = 256 * 1024 * 1024;

  private ReaderLimits() {}
}
