package io.strongroom.examples.lake.balances;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import io.strongroom.examples.lake.dataset.DatasetFileWriter;
import io.strongroom.examples.lake.dataset.DatasetFiles;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.PartitionOutcome;
import io.strongroom.pipeline.RunContext;
import io.strongroom.pipeline.Step;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;

/** Sums the published transactions up to the balance of each account at each month's end. */
final class BalancesStep implements Step {
  private static final String NAME = "balances";
  private static final String ALL = "all";
  private static final int ROWS_BETWEEN_CHECKS = 10_000;

  private final YearMonth asOf;
  private final DatasetSpec gold;

  BalancesStep(YearMonth asOf, DatasetSpec gold) {
    this.asOf = asOf;
    this.gold = gold;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> partitions(RunContext run) {
    return List.of(ALL);
  }

  @Override
  public PartitionOutcome run(PartitionContext context) {
    MonthEndBalances balances = new MonthEndBalances();
    PublishedState transactions = context.run().published(LakeDatasets.TRANSACTIONS);
    checkPinned(context, transactions);
    context.run().progress().step("balances of all months up to " + asOf);
    try (DatasetFiles files = new DatasetFiles(context.run().store(), context.run()::keysOf)) {
      long rows = 0;
      for (LiveFile file : transactions.liveFiles(LakeDatasets.SILVER.ref())) {
        rows = add(context, files, file, balances, rows);
      }
    }
    try (DatasetFileWriter file =
        DatasetFileWriter.open(
            context,
            gold,
            Map.of("as_of_month", asOf.toString()),
            "part-00000.parquet",
            LakeSchemas.gold(gold))) {
      balances.forEach(asOf, balance -> write(balance, file.rows()));
      return PartitionOutcome.of(List.of(file.finish()));
    }
  }

  /** Between the request for the run and now somebody may have published. */
  private static void checkPinned(PartitionContext context, PublishedState transactions) {
    String silver = LakeDatasets.SILVER.ref().path();
    String pinned = context.run().inputs().get(0).sha256();
    boolean same =
        transactions
            .head()
            .map(publication -> pinned.equals(publication.generations().get(silver)))
            .orElse(false);
    if (!same) {
      throw new LakeException(
          LakeErrorCode.SILVER_CHANGED,
          "dataset " + silver + " is not the generation that the run was asked for");
    }
  }

  private static long add(
      PartitionContext context,
      DatasetFiles files,
      LiveFile file,
      MonthEndBalances balances,
      long rowsBefore) {
    ParquetSchema columns = LakeSchemas.SILVER_MOVEMENT;
    int account = columns.index("account_id");
    int amount = columns.index("amount");
    int currency = columns.index("currency");
    int time = columns.index("tx_date");
    long done = rowsBefore;
    try (ParquetRowReader rows = files.open(file, columns)) {
      while (rows.next()) {
        balances.add(
            rows.getString(account),
            rows.getString(currency),
            rows.getTimestampMicros(time),
            rows.getDecimal(amount));
        done++;
        if (done % ROWS_BETWEEN_CHECKS == 0) {
          context.check();
          context.run().progress().rows(done);
        }
      }
    }
    return done;
  }

  private static void write(Balance balance, ParquetRowWriter out) {
    ParquetSchema columns = LakeSchemas.GOLD;
    out.setString(columns.index("account_id"), balance.account());
    out.setString(columns.index("currency"), balance.currency());
    out.setString(columns.index("month"), balance.month().toString());
    balance
        .balance()
        .ifPresentOrElse(
            value -> out.setDecimal(columns.index("balance"), value),
            () -> out.setNull(columns.index("balance")));
    out.setString(columns.index("as_of_month"), balance.asOfMonth().toString());
    out.endRow();
  }
}
