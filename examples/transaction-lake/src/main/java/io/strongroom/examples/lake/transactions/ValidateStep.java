package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import io.strongroom.examples.lake.dataset.DatasetFiles;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.source.SourceColumn;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.examples.lake.source.SourceRow;
import io.strongroom.examples.lake.source.SourceRows;
import io.strongroom.pipeline.Destination;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.PartitionOutcome;
import io.strongroom.pipeline.Rejections;
import io.strongroom.pipeline.RowTally;
import io.strongroom.pipeline.RunContext;
import io.strongroom.pipeline.StagedFile;
import io.strongroom.pipeline.Step;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the file back from bronze and sends each row to silver, quarantine or condemned.
 *
 * <p>Rows are judged in the order of the file, so among duplicates the lowest row wins.
 */
final class ValidateStep implements Step {
  static final String NAME = "validate";

  private static final int ROWS_BETWEEN_CHECKS = 5_000;

  private final SourceFile source;
  private final TransactionSettings settings;

  ValidateStep(SourceFile source, TransactionSettings settings) {
    this.source = source;
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> partitions(RunContext run) {
    return List.of(ReceiveStep.FILE);
  }

  @Override
  public PartitionOutcome run(PartitionContext context) {
    RunContext run = context.run();
    run.progress().step("validating " + source.rows() + " rows");
    StagedFile bronze = bronze(run);
    RowTally tally = new RowTally();
    List<StagedFile> files = new ArrayList<>();
    try (DatasetFiles published = new DatasetFiles(run.store(), run::keysOf);
        InputStream stored =
            run.openEnveloped(run.keys(), LakeDatasets.BRONZE.ref(), bronze.file().path());
        RejectedRowWriter quarantine =
            new RejectedRowWriter(context, LakeDatasets.QUARANTINE, source.sha256());
        RejectedRowWriter condemned =
            new RejectedRowWriter(context, LakeDatasets.CONDEMNED, source.sha256());
        SilverWriter silver = new SilverWriter(context, source.sha256(), settings.customers())) {
      KnownTransactions known = new KnownTransactions(context, published);
      RowJudge judge = new RowJudge(settings, known);
      SourceRows rows = SourceRows.open(stored, settings.limits());
      for (SourceRow row = rows.next(); row != null; row = rows.next()) {
        TransactionRow transaction = judge.read(row);
        Rejections rejections = judge.judge(transaction);
        tally.count(rejections);
        if (rejections.isEmpty()) {
          silver.write(transaction);
        } else if (rejections.destination() == Destination.CONDEMNED) {
          condemned.write(transaction, rejections);
        } else {
          quarantine.write(transaction, rejections);
        }
        if (tally.input() % ROWS_BETWEEN_CHECKS == 0) {
          context.check(tally);
        }
      }
      context.check(tally);
      files.addAll(quarantine.finish());
      files.addAll(condemned.finish());
      files.addAll(silver.finish());
    } catch (IOException failed) {
      throw new LakeException(
          LakeErrorCode.BRONZE_UNREADABLE, bronze.file().path() + " cannot be read back", failed);
    }
    checkNothingIsLost(tally, files);
    return PartitionOutcome.of(files, tally);
  }

  /** What the step before stored: one file in its one partition. */
  private static StagedFile bronze(RunContext run) {
    return run.outcomes(ReceiveStep.NAME).values().stream()
        .flatMap(outcome -> outcome.files().stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("step receive stored no file"));
  }

  private void checkNothingIsLost(RowTally tally, List<StagedFile> files) {
    long written = files.stream().mapToLong(file -> file.file().rows()).sum();
    if (tally.input() != source.rows() || written != tally.input()) {
      throw new LakeException(
          LakeErrorCode.ROWS_LOST,
          source.name()
              + " has "
              + source.rows()
              + " rows, "
              + tally.input()
              + " were judged and "
              + written
              + " written");
    }
  }

  /** Reads and judges the rows of one file in their order. */
  private static final class RowJudge {
    private final TransactionSettings settings;
    private final KnownTransactions known;
    private final TransactionRules rules;
    private final RowHash hash;

    RowJudge(TransactionSettings settings, KnownTransactions known) {
      this.settings = settings;
      this.known = known;
      this.rules =
          new TransactionRules(
              settings.currencies(),
              settings.timestamps(),
              settings.customers()::accepts,
              known::failedBefore);
      this.hash = settings.newRowHash();
    }

    TransactionRow read(SourceRow row) {
      return TransactionRow.of(row, hash.of(row), settings.timestamps());
    }

    Rejections judge(TransactionRow row) {
      Rejections rejections = rules.judge(row, 0);
      if (!rejections.isEmpty()) {
        return rejections;
      }
      long day = Days.of(row.timestampMicros().getAsLong());
      return known.add(row.text(SourceColumn.TRANSACTION_ID), day)
          ? rejections
          : rejections.and(Reasons.DUPLICATE_TRANSACTION, SourceColumn.TRANSACTION_ID.header());
    }
  }
}
