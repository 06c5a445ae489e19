package io.strongroom.benchmarks.storage;

import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** This library's writer. */
final class StrongroomWriteContender implements WriteContender {
  private static final ParquetSchema SCHEMA = ParquetSchema.parse(Transaction.AVRO);
  private static final long ROW_GROUP_BYTES = 64L << 20;

  private final String name;
  private final WriteTask task;
  private final List<Transaction> rows;
  private final @Nullable EncodedRows encoded;
  private final ParquetFiles files;
  private final @Nullable ExecutorService helpers;

  StrongroomWriteContender(
      String name,
      WriteTask task,
      ParquetLayout layout,
      int zstdLevel,
      int cores,
      List<Transaction> rows,
      @Nullable EncodedRows encoded) {
    this.name = name;
    this.task = task;
    this.rows = rows;
    this.encoded = encoded;
    ParquetFiles one =
        new ParquetFiles(layout, Codec.valueOf(task.codec()), zstdLevel, ROW_GROUP_BYTES);
    this.helpers = cores == 1 ? null : Executors.newFixedThreadPool(cores - 1);
    this.files = helpers == null ? one : one.parallel(cores, helpers);
  }

  /** A new file from which others load the rows. */
  static Path uncompressed(List<Transaction> rows) throws IOException {
    Path file = Files.createTempFile("rows", ".parquet");
    new StrongroomWriteContender(
            "loader", WriteTask.UNCOMPRESSED, ParquetLayout.STANDARD, 1, 1, rows, null)
        .write(file);
    return file;
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean encrypts() {
    return task.encrypted();
  }

  @Override
  public void write(Path file) throws IOException {
    ParquetFileKeys keys =
        task.encrypted() ? ParquetFileKeys.of(WriteContenders.key(), "benchmark") : null;
    try (OutputStream sink = Files.newOutputStream(file);
        ParquetRowWriter out = files.write(sink, SCHEMA, keys)) {
      if (task.fromBytes() && encoded != null) {
        writeEncoded(out, encoded);
      } else {
        writeObjects(out);
      }
      out.finish();
    }
  }

  private void writeObjects(ParquetRowWriter out) {
    for (Transaction row : rows) {
      out.setString(0, row.transactionId());
      out.setString(1, row.account());
      out.setLong(2, row.customerId());
      out.setDecimal(3, row.amount());
      out.setString(4, row.currency());
      out.setTimestamp(5, row.at());
      out.setString(6, row.country());
      String category = row.merchantCategory();
      if (category != null) {
        out.setString(7, category);
      }
      String description = row.description();
      if (description != null) {
        out.setString(8, description);
      }
      out.endRow();
    }
  }

  private static void writeEncoded(ParquetRowWriter out, EncodedRows from) {
    for (int row = 0; row < from.count(); row++) {
      text(out, 0, from, row, EncodedRows.TRANSACTION_ID);
      text(out, 1, from, row, EncodedRows.ACCOUNT);
      out.setLong(2, from.customerIds[row]);
      out.setUnscaled(3, from.cents[row]);
      text(out, 4, from, row, EncodedRows.CURRENCY);
      out.setTimestampMicros(5, from.micros[row]);
      text(out, 6, from, row, EncodedRows.COUNTRY);
      text(out, 7, from, row, EncodedRows.MERCHANT_CATEGORY);
      text(out, 8, from, row, EncodedRows.DESCRIPTION);
      out.endRow();
    }
  }

  private static void text(ParquetRowWriter out, int column, EncodedRows from, int row, int text) {
    int length = from.length(row, text);
    if (length >= 0) {
      out.setUtf8(column, from.bytes, from.start(row, text), length);
    }
  }
}
