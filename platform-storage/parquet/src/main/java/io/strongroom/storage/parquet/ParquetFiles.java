package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import io.strongroom.storage.ObjectSource;
import io.strongroom.storage.ObjectStore;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Opens writers of one shape, and readers.
 *
 * <p>Immutable and thread-safe; what it opens is for one thread and belongs to the caller.
 */
public final class ParquetFiles {
  private static final long BUFFERS_KEPT = 96L * 1024 * 1024;

  private final WriterSettings settings;
  private final Workers workers;
  private final BufferPool pool = new BufferPool(BUFFERS_KEPT);

  /** Writers with the usual settings: row groups of 64 MiB, level 1 of Zstandard. */
  public ParquetFiles(ParquetLayout layout, Codec codec) {
    this(WriterSettings.of(layout, codec), Workers.NONE);
  }

  private ParquetFiles(WriterSettings settings, Workers workers) {
    this.settings = settings;
    this.workers = workers;
  }

  /**
   * Writers with other settings.
   *
   * @param layout how rows are cut into groups and pages
   * @param codec how pages are compressed
   * @param zstdLevel level of {@link Codec#ZSTD}, 1 to 19; column chunks of which a sample says
   *     that it makes them no shorter than level 1 are left at level 1
   * @param rowGroupBytes data of a row group before compression, 1 to 128 MiB; a writer holds about
   *     as much
   * @throws IllegalArgumentException outside these ranges
   */
  public ParquetFiles(ParquetLayout layout, Codec codec, int zstdLevel, long rowGroupBytes) {
    this(checked(layout, codec, zstdLevel, rowGroupBytes), Workers.NONE);
  }

  private static WriterSettings checked(
      ParquetLayout layout, Codec codec, int zstdLevel, long rowGroupBytes) {
    if (zstdLevel < 1 || zstdLevel > WriterSettings.MAX_ZSTD_LEVEL) {
      throw new IllegalArgumentException("Zstandard level " + zstdLevel + " is not 1 to 19");
    }
    if (rowGroupBytes < WriterSettings.MIN_BYTES_PER_GROUP
        || rowGroupBytes > WriterSettings.MAX_BYTES_PER_GROUP) {
      throw new IllegalArgumentException(
          "a row group of " + rowGroupBytes + " bytes is not 1 to 128 MiB");
    }
    return new WriterSettings(layout, codec, zstdLevel, layout.rowsPerGroup(), rowGroupBytes);
  }

  /**
   * The same writers with the help of other threads, which compress, encrypt, hash and store one
   * row group while the caller fills the next. The file is the same, byte for byte where it is in
   * the clear; a writer then holds up to two row groups, and its stream is written by whichever
   * thread is free, by one at a time.
   *
   * @param threads that may work for one writer, the caller's own included; 1 to 256
   * @param executor of the others; not shut down by this. The work never waits for an executor that
   *     is busy: the caller's thread does it then
   * @throws IllegalArgumentException for another number of threads
   */
  public ParquetFiles parallel(int threads, Executor executor) {
    return new ParquetFiles(settings, new Workers(threads, executor));
  }

  /** A writer whose buffers come from another pool. */
  ParquetRowWriter write(
      OutputStream sink, ParquetSchema schema, @Nullable ParquetFileKeys keys, BufferPool buffers) {
    return new ParquetRowWriter(sink, schema, keys, settings, buffers, workers);
  }

  /**
   * The same writers, which also compute the {@link ContentDigest} of their rows. It is work of the
   * caller's thread for each row.
   */
  public ParquetFiles withContentDigest() {
    return new ParquetFiles(settings.withContentDigest(), workers);
  }

  /**
   * The content digest of a file, computed from all of its rows.
   *
   * @param columns all columns of the file, in any order; of some of them it is the digest of rows
   *     that have no others
   * @throws ParquetFileException when the file cannot be read as {@link #batches} reads it
   */
  public ContentDigest contentDigest(
      String name,
      RangedSource source,
      ParquetSchema columns,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    RowHasher hasher = new RowHasher(columns.schemaColumns());
    try (ParquetBatchReader in = batches(name, source, columns, null, keys, expectedFooterSha256)) {
      while (in.next()) {
        for (int row = 0; row < in.rows(); row++) {
          for (int column : hasher.order()) {
            in.column(column).hash(row, column, hasher);
          }
          hasher.endRow();
        }
      }
    }
    return hasher.digest();
  }

  /** Starts a file, as {@link ParquetRowWriter#ParquetRowWriter} does. */
  public ParquetRowWriter write(
      OutputStream sink, ParquetSchema schema, @Nullable ParquetFileKeys keys) {
    return new ParquetRowWriter(sink, schema, keys, settings, pool, workers);
  }

  /**
   * Opens a file, as {@link ParquetRowReader#ParquetRowReader(String, RangedSource, ParquetSchema,
   * ParquetFileKeys, String)} does. Any file is read, whatever the settings of writers are.
   */
  public ParquetRowReader read(
      String name,
      RangedSource source,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    return new ParquetRowReader(name, source, projection, keys, expectedFooterSha256);
  }

  /**
   * Opens a file that is an object of a store and never replaced; it is named by its key.
   *
   * @throws io.strongroom.storage.StorageException OBJECT_MISSING when there is no such object
   */
  public ParquetRowReader read(
      ObjectStore store,
      String key,
      ParquetSchema projection,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    return read(key, ObjectSource.of(store, key), projection, keys, expectedFooterSha256);
  }

  /**
   * Opens a file for some of its rows; any file is read, whatever the settings of writers are.
   *
   * @param filter takes the rows; its columns need not be projected. Null takes all
   */
  public ParquetRowReader read(
      String name,
      RangedSource source,
      ParquetSchema projection,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    return new ParquetRowReader(name, source, projection, filter, keys, expectedFooterSha256);
  }

  /**
   * Opens a file for reading in batches of columns.
   *
   * @param filter takes the rows; its columns need not be projected. Null takes all
   * @throws ParquetFileException when the file is not such a file, not under this key, or has not
   *     these columns
   */
  public ParquetBatchReader batches(
      String name,
      RangedSource source,
      ParquetSchema projection,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    return new ParquetBatchReader(
        new FileLabel("Parquet file '" + name + "'"),
        source,
        projection,
        filter,
        keys,
        expectedFooterSha256);
  }
}
