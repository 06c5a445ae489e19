package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.examples.lake.balances.BalancesPipeline;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.examples.lake.transactions.TransactionsPipeline;
import io.strongroom.pipeline.Pipeline;
import io.strongroom.pipeline.PipelineErrorCode;
import io.strongroom.pipeline.PipelineException;
import io.strongroom.pipeline.PipelineRunner;
import io.strongroom.pipeline.Progress;
import io.strongroom.pipeline.RunResult;
import io.strongroom.pipeline.RunSpec;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.YearMonth;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Takes a file through both pipelines and tells what came of it. */
final class RunCommand {
  private final LakeModules modules;
  private final UnaryOperator<String> call;
  private final PrintStream out;

  /**
   * The command.
   *
   * @param modules what the program is made of
   * @param call makes a command line for a person from words
   * @param out for people
   */
  RunCommand(LakeModules modules, UnaryOperator<String> call, PrintStream out) {
    this.modules = modules;
    this.call = call;
    this.out = out;
  }

  /**
   * Runs both pipelines.
   *
   * @throws LakeException BREAKER_OPEN or RUN_HELD when a run is not published
   */
  void run(CommandLine line, SourceFile source) {
    Progress progress = new ConsoleProgress(out);
    LakeFolder folder = new LakeFolder(line.lake());
    progress.step(source.path() + ": " + source.rows() + " rows, " + source.bytes() + " bytes");
    if (new LakeSetup(folder, new SecureRandom()).complete()) {
      progress.step("new lake in " + folder.root() + ", its keys in " + folder.keys());
    }
    Injector injector = modules.assemble(folder, line.settings(), progress);
    // Closing publishes what the run wrote into the audit log.
    try (ObjectStoreAuditLog audit = injector.getInstance(ObjectStoreAuditLog.class)) {
      run(line, source, folder, injector);
      audit.checkpoint();
    }
  }

  private void run(CommandLine line, SourceFile source, LakeFolder folder, Injector injector) {
    PipelineRunner runner = injector.getInstance(PipelineRunner.class);
    String actor = injector.getInstance(LakeConfig.class).actor();
    Optional<String> again = line.again() ? line.reason() : Optional.empty();
    Report report = new Report(out, folder, injector, call);

    TransactionsPipeline transactions = injector.getInstance(TransactionsPipeline.class);
    RunResult result =
        runner.run(transactions.pipeline(source), transactions.spec(source, actor, again));
    report.requirePublished(LakeDatasets.TRANSACTIONS, result);
    report.requirePublished(LakeDatasets.BALANCES, balances(injector, runner, line, actor, again));
    report.published(source, result, line.limit());
  }

  private static RunResult balances(
      Injector injector,
      PipelineRunner runner,
      CommandLine line,
      String actor,
      Optional<String> again) {
    BalancesPipeline balances = injector.getInstance(BalancesPipeline.class);
    PublishedLake published = injector.getInstance(PublishedLake.class);
    PublishedState transactions = published.read(LakeDatasets.TRANSACTIONS);
    YearMonth asOf =
        line.asOfMonth()
            .or(() -> BalancesPipeline.lastMonth(transactions))
            .orElseThrow(
                () ->
                    new LakeException(
                        LakeErrorCode.NOTHING_PUBLISHED, "silver has no valid transaction"));
    Pipeline pipeline = balances.pipeline(asOf);
    RunSpec spec = balances.spec(transactions, asOf, actor, again);
    try {
      return runner.run(pipeline, spec);
    } catch (PipelineException old) {
      // The same balances were published once and others took their place: they are made anew,
      // unless a person took them back.
      boolean replaced =
          old.code() == PipelineErrorCode.RUN_NO_LONGER_LIVE
              && published
                  .read(LakeDatasets.BALANCES)
                  .head()
                  .filter(head -> head.kind() == Publication.Kind.PROMOTE)
                  .isPresent();
      if (!replaced) {
        throw old;
      }
      return runner.run(pipeline, spec.again("balances as of " + asOf + " are asked for again"));
    }
  }
}
