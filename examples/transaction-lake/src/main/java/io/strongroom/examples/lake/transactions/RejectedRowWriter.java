package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.dataset.DatasetFileWriter;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.Rejections;
import io.strongroom.pipeline.RowVerdict;
import io.strongroom.pipeline.StagedFile;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes rejected rows, each with all its reasons and its text exactly as received, into one file
 * that is begun with the first row. For one thread.
 */
final class RejectedRowWriter implements AutoCloseable {
  private static final ParquetSchema SCHEMA = LakeSchemas.REJECTED;
  private static final int FILE = SCHEMA.index("source_file_id");
  private static final int ROW = SCHEMA.index("source_row_number");
  private static final int PRIMARY = SCHEMA.index("primary_reason");
  private static final int REASONS = SCHEMA.index("reasons");
  private static final int DETAILS = SCHEMA.index("reason_details");
  private static final int RAW = SCHEMA.index("raw_text");
  private static final int RAW_ENCODING = SCHEMA.index("raw_encoding");
  private static final int HASH = SCHEMA.index("row_hash");
  private static final int ATTEMPTS = SCHEMA.index("attempt_count");
  private static final int INGESTED = SCHEMA.index("ingestion_timestamp");
  private static final int FIRST_RUN = SCHEMA.index("first_run_id");

  private final PartitionContext context;
  private final DatasetSpec dataset;
  private final String sourceFileId;
  private @Nullable DatasetFileWriter file;

  RejectedRowWriter(PartitionContext context, DatasetSpec dataset, String sourceFileId) {
    this.context = context;
    this.dataset = dataset;
    this.sourceFileId = sourceFileId;
  }

  void write(TransactionRow row, Rejections rejections) {
    DatasetFileWriter open = file;
    if (open == null) {
      open =
          DatasetFileWriter.open(
              context,
              dataset,
              ReceiveStep.ingestDate(context.run().request()),
              "part-00000.parquet",
              SCHEMA);
      file = open;
    }
    ParquetRowWriter out = open.rows();
    out.setString(FILE, sourceFileId);
    out.setLong(ROW, row.source().number());
    out.setString(PRIMARY, rejections.primary().code());
    out.setString(REASONS, String.join(",", new LinkedHashSet<>(rejections.codes())));
    out.setString(DETAILS, details(rejections));
    out.setString(RAW, row.source().rawText());
    out.setString(RAW_ENCODING, row.source().rawEncoding().name());
    out.setString(HASH, row.hash());
    out.setInt(ATTEMPTS, 1);
    out.setTimestampMicros(INGESTED, Micros.of(context.run().request().requestedAt()));
    out.setString(FIRST_RUN, context.run().request().runId().value());
    out.endRow();
  }

  /** The file, or nothing when no row was written. */
  List<StagedFile> finish() {
    return file == null ? List.of() : List.of(file.finish());
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }

  private static String details(Rejections rejections) {
    StringJoiner details = new StringJoiner(",");
    for (RowVerdict.Rejected one : rejections.all()) {
      details.add(
          one.field().isEmpty()
              ? one.reason().code()
              : one.reason().code() + "(" + one.field() + ")");
    }
    return details.toString();
  }
}
