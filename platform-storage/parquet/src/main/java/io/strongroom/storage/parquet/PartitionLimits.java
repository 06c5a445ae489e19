package io.strongroom.storage.parquet;

/**
 * What a {@link PartitionedParquetWriter} may use, and how large its files become.
 *
 * @param openFiles how many files may be open at a time, 1 to 1,000; beyond it the one that was
 *     longest without a row is ended
 * @param memoryBytes what all open files may hold in memory together, from 4 MiB; beyond it row
 *     groups are written early, the largest first, and then files are ended
 * @param fileBytes a file is ended when it is expected to have so many bytes, from 64 KiB
 * @param fileRows a file is ended when it has so many rows, from 1
 */
public record PartitionLimits(int openFiles, long memoryBytes, long fileBytes, long fileRows) {
  private static final int MAX_OPEN_FILES = 1_000;
  private static final long MIN_MEMORY = 4L * 1024 * 1024;
  private static final long MIN_FILE = 64L * 1024;
  private static final PartitionLimits USUAL =
      new PartitionLimits(16, 128L * 1024 * 1024, 256L * 1024 * 1024, Long.MAX_VALUE);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the one that was left
   */
  public PartitionLimits {
    if (openFiles < 1 || openFiles > MAX_OPEN_FILES) {
      throw new IllegalArgumentException(openFiles + " open files are not 1 to " + MAX_OPEN_FILES);
    }
    if (memoryBytes < MIN_MEMORY) {
      throw new IllegalArgumentException(memoryBytes + " bytes of memory are less than 4 MiB");
    }
    if (fileBytes < MIN_FILE) {
      throw new IllegalArgumentException("files of " + fileBytes + " bytes are less than 64 KiB");
    }
    if (fileRows < 1) {
      throw new IllegalArgumentException("files of " + fileRows + " rows are less than 1");
    }
  }

  /** 16 open files, 128 MiB of memory, files of 256 MiB and any number of rows. */
  public static PartitionLimits usual() {
    return USUAL;
  }

  /** The same with another number of open files. */
  public PartitionLimits withOpenFiles(int files) {
    return new PartitionLimits(files, memoryBytes, fileBytes, fileRows);
  }

  /** The same with another amount of memory. */
  public PartitionLimits withMemoryBytes(long bytes) {
    return new PartitionLimits(openFiles, bytes, fileBytes, fileRows);
  }

  /** The same with files of another size. */
  public PartitionLimits withFileBytes(long bytes) {
    return new PartitionLimits(openFiles, memoryBytes, bytes, fileRows);
  }

  /** The same with another number of rows a file. */
  public PartitionLimits withFileRows(long rows) {
    return new PartitionLimits(openFiles, memoryBytes, fileBytes, rows);
  }
}
