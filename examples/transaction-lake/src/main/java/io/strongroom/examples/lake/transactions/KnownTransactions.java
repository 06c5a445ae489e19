package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.dataset.DatasetFiles;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.publication.LiveFile;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run knows to be there already: the transactions in silver and in the rows read so far, and
 * the hashes of the rows in quarantine; both as published when the run began, without the runs that
 * it supersedes.
 *
 * <p>Of silver only the months that the file touches are read. Not for several threads.
 */
final class KnownTransactions {
  private static final int ROWS_BETWEEN_CHECKS = 10_000;

  private final PartitionContext context;
  private final DatasetFiles files;
  private final List<LiveFile> silver;
  private final Set<String> failedBefore = new HashSet<>();
  private final Set<YearMonth> loaded = new HashSet<>();
  private final FingerprintSet transactions = new FingerprintSet();

  KnownTransactions(PartitionContext context, DatasetFiles files) {
    this.context = context;
    this.files = files;
    this.silver = live(LakeDatasets.SILVER.ref());
    loadFailedRows();
  }

  /** Whether a row of this hash is in quarantine. */
  boolean failedBefore(String rowHash) {
    return failedBefore.contains(rowHash);
  }

  /** Adds a transaction; false when one of this id and day is known. */
  boolean add(String transactionId, long epochDay) {
    YearMonth month = YearMonth.from(LocalDate.ofEpochDay(epochDay));
    if (loaded.add(month)) {
      loadTransactions(month);
    }
    return transactions.add(transactionId, epochDay);
  }

  /** The partition of a month. */
  static Map<String, String> partition(YearMonth month) {
    return Map.of(
        "year", Integer.toString(month.getYear()), "month", month.toString().substring(5));
  }

  private List<LiveFile> live(DatasetRef dataset) {
    return context.run().published().liveFiles(dataset).stream()
        .filter(file -> !context.run().superseded().contains(file.manifest().run()))
        .toList();
  }

  private void loadFailedRows() {
    for (LiveFile file : live(LakeDatasets.QUARANTINE.ref())) {
      context.check();
      try (ParquetRowReader rows = files.open(file, LakeSchemas.REJECTED_IDENTITY)) {
        int hash = LakeSchemas.REJECTED_IDENTITY.index("row_hash");
        while (rows.next()) {
          failedBefore.add(rows.getString(hash));
        }
      }
    }
  }

  private void loadTransactions(YearMonth month) {
    int id = LakeSchemas.SILVER_IDENTITY.index("transaction_id");
    int time = LakeSchemas.SILVER_IDENTITY.index("tx_date");
    for (LiveFile file : silver) {
      if (!file.file().partition().equals(partition(month))) {
        continue;
      }
      try (ParquetRowReader rows = files.open(file, LakeSchemas.SILVER_IDENTITY)) {
        for (long row = 0; rows.next(); row++) {
          transactions.add(rows.getString(id), Days.of(rows.getTimestampMicros(time)));
          if (row % ROWS_BETWEEN_CHECKS == 0) {
            context.check();
          }
        }
      }
    }
  }
}
