package io.strongroom.pipeline;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunStore;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Plans the steps of a claimed run and runs their partitions on a bounded number of threads. */
final class StepExecution {
  private static final Pattern PARTITION_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final byte[] ENCRYPTED_PARQUET = {'P', 'A', 'R', 'E'};
  private static final byte[] ENCRYPTED_MESSAGE = {0x02, 0x04, 0x78};

  private final RunServices services;
  private final RunStore runs;
  private final RunContext context;
  private final RunControl control;
  private final RunRecord record;
  private final RunLog log;
  private final RunId run;

  StepExecution(
      RunServices services,
      RunStore runs,
      RunContext context,
      RunControl control,
      RunRecord record,
      RunLog log) {
    this.services = services;
    this.runs = runs;
    this.context = context;
    this.control = control;
    this.record = record;
    this.log = log;
    this.run = context.request().runId();
  }

  /** Asks every step for its partitions, stores the plan and returns it, step by step. */
  Map<String, List<String>> plan() {
    List<JsonObject> steps = new ArrayList<>();
    for (Step step : context.pipeline().steps()) {
      List<String> partitions = guarded(step, () -> List.copyOf(step.partitions(context)));
      Set<String> seen = new HashSet<>();
      for (String partition : partitions) {
        if (!PARTITION_NAME.matcher(partition).matches() || !seen.add(partition)) {
          throw invalid(
              step.name(), "the name of a partition is no name or stands twice: see Step");
        }
      }
      steps.add(
          JsonObject.builder()
              .put("name", step.name())
              .putStrings("partitions", partitions)
              .build());
    }
    JsonObject stored =
        runs.plan(
            run,
            JsonObject.builder()
                .putObjects(
                    "inputs", context.inputs().stream().map(input -> input.toJson()).toList())
                .putObjects("steps", steps)
                .build());
    Map<String, List<String>> plan = new LinkedHashMap<>();
    stored
        .objects("steps")
        .forEach(step -> plan.put(step.string("name"), step.strings("partitions")));
    return plan;
  }

  /** Runs every step; returns the outcomes by step and partition. */
  Map<String, SortedMap<String, PartitionOutcome>> run(Map<String, List<String>> plan) {
    int widest = plan.values().stream().mapToInt(List::size).max().orElse(0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(services.config().threads(), widest)),
            task -> new Thread(task, "strongroom-" + run.value()));
    try {
      Map<String, SortedMap<String, PartitionOutcome>> outcomes = new LinkedHashMap<>();
      for (Step step : context.pipeline().steps()) {
        services.progress().step("step " + step.name());
        SortedMap<String, PartitionOutcome> done =
            runStep(step, plan.getOrDefault(step.name(), List.of()), threads);
        context.finished(step.name(), done);
        outcomes.put(step.name(), done);
        record.stepFinished(step.name(), done.size(), Totals.of(Map.of(step.name(), done)));
        log.log(
            RunEvent.STEP_FINISHED,
            "run",
            run.value(),
            "step",
            step.name(),
            "partitions",
            done.size());
      }
      return outcomes;
    } finally {
      threads.shutdown();
    }
  }

  private SortedMap<String, PartitionOutcome> runStep(
      Step step, List<String> partitions, ExecutorService threads) {
    CompletionService<Map.Entry<String, PartitionOutcome>> running =
        new ExecutorCompletionService<>(threads);
    for (int i = 0; i < partitions.size(); i++) {
      int ordinal = i;
      running.submit(
          () ->
              Map.entry(partitions.get(ordinal), attempts(step, partitions.get(ordinal), ordinal)));
    }
    SortedMap<String, PartitionOutcome> outcomes = new TreeMap<>();
    Throwable failure = null;
    boolean interrupted = false;
    for (int left = partitions.size(); left > 0; ) {
      try {
        Future<Map.Entry<String, PartitionOutcome>> next = running.take();
        left--;
        outcomes.put(next.get().getKey(), next.get().getValue());
      } catch (ExecutionException e) {
        // The first failure is the cause; the others mostly say that they were cancelled by it.
        failure = failure == null || e.getCause() instanceof Error ? e.getCause() : failure;
        control.cancel();
      } catch (InterruptedException e) {
        // Files may be half written: wait for the threads, which stop at their next check.
        interrupted = true;
        control.cancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow(failure);
    if (interrupted) {
      throw new PipelineException(
          PipelineErrorCode.RUN_CANCELLED, "run " + run.value() + " was interrupted");
    }
    return outcomes;
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure != null) {
      throw new IllegalStateException("a partition threw a checked exception", failure);
    }
  }

  private PartitionOutcome attempts(Step step, String partition, int ordinal) {
    Duration delay = services.config().retryDelay();
    for (int attempt = 1; ; attempt++) {
      control.check();
      try {
        return attempt(step, partition, ordinal);
      } catch (PlatformException e) {
        if (e.category() != ErrorCategory.TRANSIENT
            || e.code() == PipelineErrorCode.RUN_CANCELLED
            || e.code() == PipelineErrorCode.LEASE_LOST
            || attempt >= services.config().attempts()) {
          throw e;
        }
        log.log(
            RunEvent.PARTITION_RETRIED,
            "run",
            run.value(),
            "step",
            step.name(),
            "partition",
            partition,
            "attempt",
            attempt,
            "code",
            e.code().id());
      }
      control.pause(delay);
      delay = delay.multipliedBy(2);
    }
  }

  private PartitionOutcome attempt(Step step, String partition, int ordinal) {
    byte[] name = new byte[8];
    services.random().nextBytes(name);
    PartitionContext attempt =
        new PartitionContext(
            context, control, step.name(), partition, ordinal, HexFormat.of().formatHex(name));
    PartitionOutcome mine = guarded(step, () -> step.run(attempt));
    checkOutcome(step, mine);
    byte[] bytes = mine.toJson().canonicalBytes();
    JsonObject standing =
        runs.outcome(run, step.name(), partition, JsonValue.parseCanonicalObject(bytes));
    PartitionOutcome outcome = PartitionOutcome.fromJson(standing);
    control.rejected(step.name(), partition, outcome.reasons());
    log.log(
        RunEvent.PARTITION_FINISHED,
        "run",
        run.value(),
        "step",
        step.name(),
        "partition",
        partition,
        "attempt",
        attempt.attempt());
    return outcome;
  }

  private void checkOutcome(Step step, PartitionOutcome outcome) {
    if (outcome.input() < 0
        || outcome.valid() < 0
        || outcome.quarantined() < 0
        || outcome.condemned() < 0
        || outcome.reasons().values().stream().anyMatch(count -> count < 0)) {
      throw invalid(step.name(), "a count is negative");
    }
    if (!outcome.reasons().keySet().stream().allMatch(RejectReason::isCode)) {
      throw invalid(step.name(), "the code of a reason is no code: see RejectReason");
    }
    for (StagedFile staged : outcome.files()) {
      Optional<DatasetSpec> spec = context.pipeline().dataset(staged.dataset());
      String path = staged.file().path();
      if (spec.isEmpty()) {
        throw invalid(
            step.name(), "dataset " + staged.dataset().path() + " is not one of the pipeline's");
      }
      if (!DataPaths.belongs(path, spec.get(), run)) {
        throw invalid(step.name(), "file " + path + " does not lie where this run writes");
      }
      Optional<ObjectInfo> stored = services.store().head(path);
      if (stored.isEmpty() || stored.get().size() != staged.file().bytes()) {
        throw invalid(step.name(), "file " + path + " is missing or of another size");
      }
      if (spec.get().protection() == Protection.SEALED && !sealed(staged.file())) {
        throw new PipelineException(
            PipelineErrorCode.FILE_NOT_SEALED, "step '" + step.name() + "': file " + path);
      }
    }
  }

  private boolean sealed(DataFile file) {
    byte[] start = services.store().range(file.path(), 0, ENCRYPTED_PARQUET.length);
    return startsWith(start, ENCRYPTED_PARQUET) || startsWith(start, ENCRYPTED_MESSAGE);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /** Keeps the category of a platform error that a step wrapped, and hides foreign messages. */
  private static <T> T guarded(Step step, Supplier<T> call) {
    try {
      return call.get();
    } catch (PlatformException e) {
      throw e;
    } catch (RuntimeException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof PlatformException known) {
          throw known;
        }
      }
      throw new PipelineException(
          e instanceof UncheckedIOException
              ? PipelineErrorCode.STEP_IO_FAILED
              : PipelineErrorCode.STEP_FAILED,
          "step '" + step.name() + "' threw " + e.getClass().getName(),
          new CauseWithoutMessage(e));
    }
  }

  private static PipelineException invalid(String step, String why) {
    return new PipelineException(PipelineErrorCode.OUTCOME_INVALID, "step '" + step + "': " + why);
  }
}
