package io.strongroom.examples.lake.dataset;

import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.StagedFile;
import io.strongroom.pipeline.StagedUpload;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileFacts;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Parquet file that a run writes into a dataset, in the layout of one page a column chunk that
 * DuckDB reads, encrypted under the run's key unless the dataset is ENGINE_READABLE.
 *
 * <p>For one thread. Closed without {@link #finish()}, nothing of the file remains.
 */
public final class DatasetFileWriter implements AutoCloseable {
  static final ParquetLayout LAYOUT = ParquetLayout.SINGLE_PAGE;

  private final StagedUpload upload;
  private final ParquetRowWriter rows;

  private DatasetFileWriter(StagedUpload upload, ParquetRowWriter rows) {
    this.upload = upload;
    this.rows = rows;
  }

  /**
   * Starts a file.
   *
   * @param context the attempt that writes
   * @param dataset one of the pipeline's datasets
   * @param partition partition column to value
   * @param name the file's name before the attempt is put into it
   * @param schema the columns
   * @return the writer; the caller closes it
   */
  public static DatasetFileWriter open(
      PartitionContext context,
      DatasetSpec dataset,
      Map<String, String> partition,
      String name,
      ParquetSchema schema) {
    StagedUpload upload = context.upload(dataset.ref(), partition, name);
    try {
      return new DatasetFileWriter(
          upload,
          new ParquetRowWriter(
              upload.stream(), schema, keys(context, dataset), LAYOUT, Codec.ZSTD));
    } catch (RuntimeException failed) {
      upload.close();
      throw failed;
    }
  }

  private static @Nullable ParquetFileKeys keys(PartitionContext context, DatasetSpec dataset) {
    if (dataset.protection() == Protection.ENGINE_READABLE) {
      return null;
    }
    return ParquetFileKeys.of(context.run().keys(), dataset.ref());
  }

  /**
   * Where the rows go.
   *
   * @return the writer; closed with this
   */
  public ParquetRowWriter rows() {
    return rows;
  }

  /**
   * Ends the file and stores it.
   *
   * @return the file, not visible to anybody yet
   */
  public StagedFile finish() {
    ParquetFileFacts facts = rows.finish();
    return upload.finish(facts.rows(), Optional.of(facts.footerSha256()));
  }

  @Override
  public void close() {
    rows.close();
    upload.close();
  }
}
