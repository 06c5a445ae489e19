package io.strongroom.examples.lake.transactions;

import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.dataset.DatasetFileWriter;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.examples.lake.source.SourceColumn;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.StagedFile;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes valid transactions, with the customer number replaced by its token, into one file a month.
 *
 * <p>At most {@value #MOST_OPEN_FILES} files are open at a time; when a further month comes, the
 * one unused for longest is ended and may be continued in another file. For one thread.
 */
final class SilverWriter implements AutoCloseable {
  private static final int MOST_OPEN_FILES = 24;
  private static final int MOST_TOKENS_KEPT = 100_000;
  private static final ParquetSchema SCHEMA = LakeSchemas.SILVER;
  private static final int ID = SCHEMA.index("id");
  private static final int TRANSACTION = SCHEMA.index("transaction_id");
  private static final int ACCOUNT = SCHEMA.index("account_id");
  private static final int AMOUNT = SCHEMA.index("amount");
  private static final int CURRENCY = SCHEMA.index("currency");
  private static final int TIME = SCHEMA.index("tx_date");
  private static final int HASH = SCHEMA.index("row_hash");
  private static final int FILE = SCHEMA.index("source_file_id");
  private static final int ROW = SCHEMA.index("source_row_number");
  private static final int ATTEMPTS = SCHEMA.index("attempt_count");
  private static final int INGESTED = SCHEMA.index("ingestion_timestamp");
  private static final int FIRST_RUN = SCHEMA.index("first_run_id");

  private final PartitionContext context;
  private final String sourceFileId;
  private final Tokenizer customers;
  private final long ingested;
  private final Map<String, String> tokens = new HashMap<>();
  private final Map<YearMonth, DatasetFileWriter> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<YearMonth, Integer> parts = new HashMap<>();
  private final List<StagedFile> finished = new ArrayList<>();

  SilverWriter(PartitionContext context, String sourceFileId, Tokenizer customers) {
    this.context = context;
    this.sourceFileId = sourceFileId;
    this.customers = customers;
    this.ingested = Micros.of(context.run().request().requestedAt());
  }

  /** Writes a row that every rule accepted. */
  void write(TransactionRow row) {
    long micros = row.timestampMicros().getAsLong();
    BigDecimal amount = Objects.requireNonNull(row.amount(), "amount");
    ParquetRowWriter out = file(YearMonth.from(LocalDate.ofEpochDay(Days.of(micros)))).rows();
    out.setLong(ID, row.number().getAsLong());
    out.setString(TRANSACTION, row.text(SourceColumn.TRANSACTION_ID));
    out.setString(ACCOUNT, token(row.text(SourceColumn.CUSTOMER_ID)));
    out.setDecimal(AMOUNT, amount.setScale(FieldFormats.AMOUNT_SCALE));
    out.setString(CURRENCY, row.text(SourceColumn.CURRENCY));
    out.setTimestampMicros(TIME, micros);
    out.setString(HASH, row.hash());
    out.setString(FILE, sourceFileId);
    out.setLong(ROW, row.source().number());
    out.setInt(ATTEMPTS, 0);
    out.setTimestampMicros(INGESTED, ingested);
    out.setString(FIRST_RUN, context.run().request().runId().value());
    out.endRow();
  }

  /** Ends all files. */
  List<StagedFile> finish() {
    for (DatasetFileWriter file : open.values()) {
      finished.add(file.finish());
      file.close();
    }
    open.clear();
    return List.copyOf(finished);
  }

  @Override
  public void close() {
    open.values().forEach(DatasetFileWriter::close);
    open.clear();
  }

  private DatasetFileWriter file(YearMonth month) {
    DatasetFileWriter known = open.get(month);
    if (known != null) {
      return known;
    }
    if (open.size() == MOST_OPEN_FILES) {
      Iterator<DatasetFileWriter> longestUnused = open.values().iterator();
      try (DatasetFileWriter file = longestUnused.next()) {
        finished.add(file.finish());
      }
      longestUnused.remove();
    }
    int part = parts.merge(month, 1, Integer::sum) - 1;
    DatasetFileWriter begun =
        DatasetFileWriter.open(
            context,
            LakeDatasets.SILVER,
            KnownTransactions.partition(month),
            String.format(Locale.ROOT, "part-%05d.parquet", part),
            SCHEMA);
    open.put(month, begun);
    return begun;
  }

  /** A customer comes often; encrypting its number once is enough. */
  private String token(String customer) {
    String known = tokens.get(customer);
    if (known != null) {
      return known;
    }
    if (tokens.size() == MOST_TOKENS_KEPT) {
      tokens.clear();
    }
    String token = customers.tokenize(customer);
    tokens.put(customer, token);
    return token;
  }
}
