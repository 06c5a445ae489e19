package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.Checkpoint;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.examples.lake.balances.Balance;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.source.CurrencyTable;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.examples.lake.transactions.Reasons;
import io.strongroom.pipeline.Destination;
import io.strongroom.pipeline.RejectReason;
import io.strongroom.pipeline.RunResult;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.Manifest;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The text at the end of a run. Holds tokens, counts and names, no customer's value. */
final class Report {
  private final PrintStream out;
  private final LakeFolder folder;
  private final Injector injector;
  private final UnaryOperator<String> call;

  Report(PrintStream out, LakeFolder folder, Injector injector, UnaryOperator<String> call) {
    this.out = out;
    this.folder = folder;
    this.injector = injector;
    this.call = call;
  }

  /** What was published, or is since earlier. */
  void published(SourceFile source, RunResult result, int limit) {
    Manifest manifest = manifest(result);
    out.println();
    if (result instanceof RunResult.AlreadyLive live) {
      out.println("Nothing to do: this file is published by run " + live.run() + ".");
    } else if (result instanceof RunResult.Completed completed && completed.recovered()) {
      out.println("Run " + result.run() + ", left by an earlier process, is published.");
    } else {
      out.println("Run " + result.run() + " is published.");
    }
    manifest.supersedes().ifPresent(old -> out.println("It supersedes run " + old + "."));
    out.println();
    counts(source, manifest);
    balances(limit);
    places();
    out.println("What to try next");
    next(source);
  }

  /**
   * Goes on only with a run that is published.
   *
   * @throws LakeException BREAKER_OPEN, after the counts were printed, or RUN_HELD
   */
  void requirePublished(PipelineRef pipeline, RunResult result) {
    if (result instanceof RunResult.BreakerOpen open) {
      out.println();
      out.println("Run " + open.run() + " was stopped; nothing of it is visible.");
      open.reasons().forEach((code, count) -> line("  " + code, count));
      out.println();
      out.println("Correct the file, or raise the limit with a setting such as");
      out.println("  --set pipeline.gates.errors-of-one-code=1000");
      out.println("  --set pipeline.gates.quarantine-stop-basis-points=2000");
      throw new LakeException(
          LakeErrorCode.BREAKER_OPEN, "run " + open.run() + " of " + pipeline + ": " + open.why());
    }
    if (result instanceof RunResult.Held held) {
      throw new LakeException(
          LakeErrorCode.RUN_HELD, "run " + held.run() + " of " + pipeline + ": " + held.why());
    }
  }

  private Manifest manifest(RunResult result) {
    if (result instanceof RunResult.Completed completed) {
      return completed.manifest();
    }
    PublishedState state =
        injector.getInstance(PublishedLake.class).read(LakeDatasets.TRANSACTIONS);
    return state.liveRuns(LakeDatasets.BRONZE.ref()).stream()
        .filter(manifest -> manifest.run().equals(result.run()))
        .findFirst()
        .orElseThrow(
            () ->
                new LakeException(
                    LakeErrorCode.NOTHING_PUBLISHED,
                    "run " + result.run() + " was replaced a moment ago"));
  }

  private void counts(SourceFile source, Manifest manifest) {
    JsonObject totals = manifest.metrics().object("totals");
    JsonObject reasons = totals.object("reasons");
    line("Rows in " + source.name(), totals.integer("input"));
    line("  valid, in silver", totals.integer("valid"));
    line("  quarantined", totals.integer("quarantined"));
    reasons(reasons, Destination.QUARANTINE);
    line("  condemned", totals.integer("condemned"));
    reasons(reasons, Destination.CONDEMNED);
    out.println();
  }

  private void reasons(JsonObject reasons, Destination destination) {
    for (RejectReason reason : Reasons.IN_ORDER) {
      if (reason.goesTo() == destination && reasons.has(reason.code())) {
        line("    " + reason.code(), reasons.integer(reason.code()));
      }
    }
  }

  private void line(String label, long count) {
    out.printf(Locale.ROOT, "%-34s %,12d%n", label, count);
  }

  private void balances(int limit) {
    PublishedState state = injector.getInstance(PublishedLake.class).read(LakeDatasets.BALANCES);
    List<Balance> balances =
        injector
            .getInstance(PublishedBalances.class)
            .read(state, balance -> balance.month().equals(balance.asOfMonth()));
    String month = balances.isEmpty() ? "" : " of " + balances.get(0).month();
    out.println("Month-end balances" + month + ", by account token");
    table(out, balances, limit, token -> token);
    out.println();
  }

  private void places() {
    Checkpoint checkpoint = injector.getInstance(AuditLog.class).checkpoint();
    out.println("The lake        " + folder.root().toAbsolutePath().normalize());
    out.println("  data          store/bronze, store/silver, store/quarantine, store/gold");
    out.println("  keys          keys/ (back it up: nothing can be read without it)");
    out.println("  configuration lake.properties");
    out.println("Audit log       " + checkpoint.origin());
    out.println("  entries       " + checkpoint.size());
    out.println("  root          " + Base64.getEncoder().encodeToString(checkpoint.root()));
    out.println();
  }

  private void next(SourceFile source) {
    String file = ShellWord.of(source.path());
    next(file, "once more: nothing happens, and it says so");
    next("YOUR.csv", "adds your file beside this one");
    next("verify", "checks every object that is published, and the audit log");
    next("balances --limit 0", "all balances of all months");
    next("reveal --reason TEXT", "the same by customer number; who and why is audited");
    next(file + " --again --reason TEXT", "makes a run that supersedes this one");
  }

  private void next(String words, String effect) {
    out.println(call.apply(words));
    out.println("    " + effect);
  }

  /** Prints balances, one a line, amounts with the decimals of their currency. */
  static void table(
      PrintStream out, List<Balance> balances, int limit, UnaryOperator<String> account) {
    CurrencyTable currencies = CurrencyTable.iso4217();
    for (Balance balance : balances.subList(0, Math.min(limit, balances.size()))) {
      String amount =
          balance
              .balance()
              .map(value -> plain(value, currencies.decimals(balance.currency()).orElse(3)))
              .orElse("-");
      out.printf(
          Locale.ROOT,
          "  %-24s %s  %s %18s%n",
          account.apply(balance.account()),
          balance.currency(),
          balance.month(),
          amount);
    }
    if (balances.size() > limit) {
      out.println("  ... and " + (balances.size() - limit) + " more: balances --limit 0");
    }
  }

  /** Amounts never have more decimals than their currency, so that nothing is rounded here. */
  private static String plain(BigDecimal value, int decimals) {
    return value.setScale(decimals).toPlainString();
  }
}
