package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.CONDEMNED;
import static io.strongroom.pipeline.RowsPipeline.GOLD;
import static io.strongroom.pipeline.RowsPipeline.QUARANTINE;
import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strongroom.audit.AuditIntentLog;
import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class PipelineRunnerTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final TestLake lake = new TestLake(store);
  private final RowsPipeline rows = RowsPipeline.small();

  private RunResult.Completed completed(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Completed.class);
    assertThat(result.exitCode()).isZero();
    return (RunResult.Completed) result;
  }

  private static Pipeline pipelineOf(Step... steps) {
    return RowsPipeline.of(GatePolicy.unlimited(), steps);
  }

  private RunResult runRows() {
    return lake.runner().run(rows.pipeline(), rows.spec());
  }

  private RunResult runRowsAgain(String why) {
    return lake.runner().run(rows.pipeline(), rows.spec().again(why));
  }

  /** Runs these steps under the run key's window and inputs of the rows. */
  private RunResult runSteps(Step... steps) {
    return lake.runner().run(pipelineOf(steps), rows.spec());
  }

  private void nothingIsPublished() {
    assertThat(lake.published(REF).head()).isEmpty();
  }

  private RunId onlyAbortedRun() {
    List<Manifest> manifests =
        store.list("control/payments/rows/runs/", null, 1000).stream()
            .map(ObjectInfo::key)
            .filter(key -> key.endsWith("/manifest.json"))
            .map(key -> new RunId(key.split("/", -1)[4]))
            .map(run -> lake.runs(REF).manifest(run).orElseThrow())
            .toList();
    assertThat(manifests).singleElement().matches(manifest -> !manifest.isCommitted());
    return manifests.get(0).run();
  }

  /** A step with one partition. */
  private static Step step(String name, Function<PartitionContext, PartitionOutcome> work) {
    return step(name, List.of("all"), work);
  }

  private static Step step(
      String name, List<String> partitions, Function<PartitionContext, PartitionOutcome> work) {
    return new Step() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<String> partitions(RunContext run) {
        return partitions;
      }

      @Override
      public PartitionOutcome run(PartitionContext context) {
        return work.apply(context);
      }
    };
  }

  private static final String[] LIFE =
      TestLake.life(RowsPipeline.small().pipeline().steps().size());

  private static StagedFile silver(PartitionContext context, String... lines) {
    return RowsPipeline.write(
        context, SILVER, Map.of("year", "2024", "month", "01"), List.of(lines));
  }

  /** Runs one step that must fail its run with a code, and looks at what the run left. */
  private PipelineException failure(PipelineErrorCode code, Step step) {
    PipelineException thrown = thrown(code, () -> runSteps(step));
    nothingIsPublished();
    onlyAbortedRun();
    assertThat(lake.actions())
        .filteredOn(action -> !action.equals("STEP_FINISHED"))
        .containsExactly("RUN_STARTED", "RUN_ABORTED", "RUN_CLOSED");
    assertThat(lake.entries("RUN_ABORTED").get(0).event().attributes().get("code"))
        .startsWith(code.id());
    return thrown;
  }

  private PipelineException failure(
      PipelineErrorCode code, Function<PartitionContext, PartitionOutcome> work) {
    return failure(code, step("fails", work));
  }

  private static PipelineException thrown(PipelineErrorCode code, ThrowingCallable call) {
    PipelineException thrown = catchThrowableOfType(PipelineException.class, call);
    assertThat(thrown).isNotNull();
    assertThat(thrown.code()).isEqualTo(code);
    return thrown;
  }

  private static PartitionOutcome nothing() {
    return PartitionOutcome.of(List.of());
  }

  private static PartitionOutcome counted(
      long input, long valid, long quarantined, long condemned, Map<String, Long> reasons) {
    return new PartitionOutcome(
        List.of(), input, valid, quarantined, condemned, new TreeMap<>(reasons), new TreeMap<>());
  }

  private static Pipeline snapshot(String name, Step... steps) {
    return new Pipeline(
        new PipelineRef("payments", name),
        "1",
        List.of(
            new DatasetSpec(
                new DatasetRef(Layer.GOLD, "payments", name),
                DatasetMode.SNAPSHOT,
                Protection.SEALED,
                ConflictRule.NONE,
                "v1")),
        List.of(steps),
        GatePolicy.unlimited());
  }

  // What a run publishes.

  @Test
  void everythingThatARunWroteIsPublishedWithItsTotals() {
    RunResult.Completed result = completed(runRows());

    assertThat(result.recovered()).isFalse();
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
    assertThat(lake.lines(REF, QUARANTINE)).containsExactly("3,", "6,sixty");
    assertThat(lake.lines(REF, CONDEMNED)).containsExactly("dup7,70");
    assertThat(lake.lines(REF, GOLD)).containsExactly("4");
    JsonObject totals = result.manifest().metrics().object("totals");
    assertThat(totals.integer("input")).isEqualTo(7);
    assertThat(totals.integer("valid")).isEqualTo(4);
    assertThat(totals.integer("quarantined")).isEqualTo(2);
    assertThat(totals.integer("condemned")).isEqualTo(1);
    assertThat(totals.object("reasons").integer("TYPE_ERROR")).isEqualTo(1);
    assertThat(result.manifest().inputs()).isEqualTo(rows.inputFiles());
    assertThat(result.toJson().string("result")).isEqualTo("completed");
    assertThat(result.toJson().string("publication")).isEqualTo(result.publication().digest());
  }

  @Test
  void auditLogTellsTheLifeOfTheRunInOrderAndVerifies() {
    RunResult.Completed result = completed(runRows());

    assertThat(lake.actions()).containsExactly(LIFE);
    assertThat(lake.audit.entries(0))
        .allSatisfy(
            entry -> {
              assertThat(entry.event().actor()).isEqualTo("tester");
              assertThat(entry.event().resource()).isEqualTo("payments/rows");
              assertThat(entry.event().run()).hasValue(result.run().value());
            });
    assertThat(lake.verifyAudit().clean()).isTrue();
    assertThat(lake.verify(REF)).isEmpty();
  }

  @Test
  void sameKeyAgainDoesNothing() {
    RunId run = runRows().run();
    List<ObjectInfo> before = store.list("", null, 10_000);

    RunResult result = runRows();

    assertThat(result).isEqualTo(new RunResult.AlreadyLive(run));
    assertThat(result.exitCode()).isZero();
    assertThat(result.toJson().string("result")).isEqualTo("already-live");
    assertThat(store.list("", null, 10_000)).isEqualTo(before);
  }

  @Test
  void againWithAReasonSupersedesTheLiveRun() {
    RunId first = runRows().run();
    List<Set<RunId>> superseded = new ArrayList<>();
    Step looks =
        step(
            "looks",
            context -> {
              superseded.add(context.run().superseded());
              assertThat(context.run().published().liveRuns(SILVER)).hasSize(1);
              return PartitionOutcome.of(List.of(silver(context, "new")));
            });

    RunResult.Completed second =
        completed(lake.runner().run(pipelineOf(looks), rows.spec().again("validator corrected")));

    assertThat(superseded).containsExactly(Set.of(first));
    assertThat(second.manifest().supersedes()).hasValue(first);
    assertThat(lake.published(REF).liveRuns(SILVER))
        .extracting(Manifest::run)
        .containsExactly(second.run());
    assertThat(lake.lines(REF, SILVER)).containsExactly("new");
    assertThat(lake.entries("RUN_STARTED").get(1).event().reason()).hasValue("validator corrected");
    assertThat(lake.entries("RUN_STARTED").get(1).event().attributes())
        .containsEntry("supersedes", first.value());
  }

  @Test
  void runsOfDifferentWindowsAreLiveTogether() {
    runRows();
    RunSpec next = RunSpec.of("2024-02", rows.inputFiles(), "tester");

    completed(lake.runner().run(rows.pipeline(), next));

    assertThat(lake.published(REF).liveRuns(SILVER)).hasSize(2);
    assertThat(lake.verify(REF)).isEmpty();
  }

  @Test
  void filesLieWhereTheLayerSaysAndEveryAttemptHasItsOwnNames() {
    RunResult.Completed result = completed(runRows());
    String run = result.run().value();

    assertThat(result.manifest().output(SILVER).orElseThrow().files())
        .hasSize(2)
        .extracting(DataFile::path)
        .allMatch(
            path ->
                path.matches(
                    "silver/payments/rows/year=2024/month=01/schema_v=v1/run_id="
                        + run
                        + "/part-00000-[0-9a-f]{16}\\.txt"));
    assertThat(result.manifest().output(GOLD).orElseThrow().files())
        .singleElement()
        .extracting(DataFile::path)
        .asString()
        .startsWith("gold/payments/row-counts/schema_v=v1/run_id=" + run + "/as_of_month=2024-01/");
    assertThat(store.head("silver/payments/rows/_LATEST.json")).isPresent();
  }

  @Test
  void planNamesInputsAndPartitionsBeforeTheFirstPartitionRuns() {
    List<JsonObject> plans = new ArrayList<>();
    Step looks =
        step(
            "looks",
            List.of("x", "y"),
            context -> {
              plans.add(lake.runs(REF).findPlan(context.run().request().runId()).orElseThrow());
              return nothing();
            });

    lake.builder(1).build().run(pipelineOf(looks), rows.spec());

    assertThat(plans).hasSize(2);
    JsonObject plan = plans.get(0);
    assertThat(plan.objects("inputs"))
        .extracting(input -> input.string("sha256"))
        .containsExactlyElementsOf(rows.inputFiles().stream().map(i -> i.sha256()).toList());
    assertThat(plan.objects("steps").get(0).strings("partitions")).containsExactly("x", "y");
  }

  @Test
  void publicationOfAnotherPipelineIsReadOnceAndNamedInTheManifest() {
    String source = completed(runRows()).publication().digest();
    PipelineRef other = new PipelineRef("payments", "other");
    Set<Integer> states = Collections.synchronizedSet(new HashSet<>());
    Step reads =
        step(
            "reads",
            List.of("x", "y", "z"),
            context -> {
              states.add(System.identityHashCode(context.run().published(REF)));
              assertThat(context.run().published(other)).isSameAs(context.run().published());
              return nothing();
            });

    RunResult.Completed result =
        completed(lake.runner().run(snapshot(other.name(), reads), rows.spec()));

    assertThat(states).hasSize(1);
    assertThat(result.manifest().metrics().object("reads").string("payments/rows"))
        .isEqualTo(source);
  }

  @Test
  void storeThatIgnoresConditionsIsRefusedBeforeAnythingIsWritten() {
    ObjectStore forgetful =
        (ObjectStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, given) ->
                    method.getName().startsWith("putIf")
                        ? store.put((String) given[0], (byte[]) given[1])
                        : method.invoke(store, given));
    PipelineRunner runner = lake.builder(1).store(forgetful).build();

    assertThat(
            catchThrowableOfType(
                StorageException.class, () -> runner.run(rows.pipeline(), rows.spec())))
        .hasFieldOrPropertyWithValue("code", StorageErrorCode.CONDITIONAL_WRITES_UNPROVEN);
    assertThat(store.list("", null, 10)).isEmpty();
  }

  // Steps and partitions.

  @Test
  void firstStoredOutcomeOfAPartitionCounts() {
    List<StagedFile> first = new ArrayList<>();
    Step races =
        step(
            "races",
            context -> {
              StagedFile mine = silver(context, "loser");
              StagedFile other =
                  RowsPipeline.write(
                      context, SILVER, Map.of("year", "2024", "month", "02"), List.of("winner"));
              first.add(other);
              lake.runs(REF)
                  .outcome(
                      context.run().request().runId(),
                      context.step(),
                      context.partition(),
                      PartitionOutcome.of(List.of(other)).toJson());
              return PartitionOutcome.of(List.of(mine));
            });

    completed(runSteps(races));

    assertThat(lake.lines(REF, SILVER)).containsExactly("winner");
    assertThat(lake.published(REF).liveFiles(SILVER))
        .singleElement()
        .matches(live -> live.file().equals(first.get(0).file()));
  }

  @Test
  void laterStepSeesTheOutcomesAndNotesOfEarlierOnes() {
    Step notes =
        step(
            "notes",
            List.of("x", "y"),
            context -> {
              assertThat(context.run().outcomes("notes")).isEmpty();
              return nothing().note("from", context.partition());
            });
    Step reads =
        step(
            "reads",
            context -> {
              assertThat(context.run().outcomes("notes").values())
                  .extracting(outcome -> outcome.notes().get("from"))
                  .containsExactly("x", "y");
              return nothing();
            });

    completed(runSteps(notes, reads));
  }

  @Test
  void partitionsRunOnNoMoreThreadsThanConfigured() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<String> partitions = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      partitions.add("p" + i);
    }
    Step counts =
        step(
            "counts",
            partitions,
            context -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              pause(5);
              running.decrementAndGet();
              return nothing();
            });

    completed(lake.builder(3).build().run(pipelineOf(counts), rows.spec()));

    assertThat(most).hasValueBetween(2, 3);
  }

  @Test
  void transientFailureMakesANewAttemptUnderANewName() {
    ConcurrentLinkedQueue<String> attempts = new ConcurrentLinkedQueue<>();
    Step flaky =
        step(
            "flaky",
            context -> {
              attempts.add(context.attempt());
              StagedFile file = silver(context, "row");
              if (attempts.size() == 1) {
                throw new StorageException(StorageErrorCode.STORE_UNAVAILABLE, "source");
              }
              if (attempts.size() == 2) {
                throw new UncheckedIOException(new IOException("source"));
              }
              return PartitionOutcome.of(List.of(file));
            });

    completed(runSteps(flaky));

    assertThat(attempts).hasSize(3).doesNotHaveDuplicates();
    assertThat(lake.lines(REF, SILVER)).containsExactly("row");
  }

  @Test
  void lastAttemptsTransientFailureAbortsTheRun() {
    AtomicInteger attempts = new AtomicInteger();

    PipelineException e =
        failure(
            PipelineErrorCode.STEP_IO_FAILED,
            context -> {
              attempts.incrementAndGet();
              throw new UncheckedIOException(new IOException("planted value"));
            });

    assertThat(attempts).hasValue(3);
    assertThat(e.category()).isEqualTo(ErrorCategory.TRANSIENT);
  }

  @Test
  void foreignExceptionAbortsTheRunAtOnceWithoutItsMessage() {
    AtomicInteger attempts = new AtomicInteger();

    PipelineException e =
        failure(
            PipelineErrorCode.STEP_FAILED,
            context -> {
              attempts.incrementAndGet();
              throw new IllegalStateException("planted value");
            });

    assertThat(attempts).hasValue(1);
    assertThat(e).hasMessageContaining("'fails'");
    assertThat(e).hasStackTraceContaining("IllegalStateException");
    assertThat(Throwables.getStackTrace(e)).doesNotContain("planted");
  }

  @Test
  void inputThatCannotBeProcessedAbortsTheRunAsInput() {
    PipelineException e =
        failure(
            PipelineErrorCode.INPUT_REFUSED,
            context -> {
              throw PipelineException.inputRefused("file a.csv has no column amount");
            });

    assertThat(e.category()).isEqualTo(ErrorCategory.INPUT);
    assertThat(e.category().exitCode()).isEqualTo(65);
  }

  @Test
  void wrappedPlatformErrorKeepsItsCategory() {
    StorageException original = new StorageException(StorageErrorCode.MANIFEST_INVALID, "object x");
    Step wraps =
        step(
            "wraps",
            context -> {
              throw new IllegalStateException("around", new RuntimeException(original));
            });

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> runSteps(wraps))
        .isSameAs(original);
    nothingIsPublished();
  }

  @Test
  void failureOfOnePartitionStopsTheOthersAtTheirNextCheck() {
    AtomicInteger stopped = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    failure(
        PipelineErrorCode.INPUT_REFUSED,
        step(
            "half",
            List.of("bad", "good"),
            context -> {
              if (context.partition().equals("bad")) {
                await(started);
                throw PipelineException.inputRefused("file b");
              }
              started.countDown();
              try {
                checksForLong(context);
              } catch (PipelineException cancelled) {
                stopped.incrementAndGet();
                throw cancelled;
              }
              return nothing();
            }));

    assertThat(stopped).hasValue(1);
  }

  @Test
  void interruptCancelsTheRunAndIsPassedOn() {
    Thread caller = Thread.currentThread();
    failure(
        PipelineErrorCode.RUN_CANCELLED,
        context -> {
          caller.interrupt();
          checksForLong(context);
          return nothing();
        });

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptedRunOverALocalFolderIsLeftInOrder(@TempDir Path folder) {
    TestLake local = new TestLake(lake.keys, new LocalObjectStore(folder));
    Thread caller = Thread.currentThread();
    Step interrupts =
        step(
            "long",
            context -> {
              caller.interrupt();
              checksForLong(context);
              return nothing();
            });

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> local.runner().run(pipelineOf(interrupts), rows.spec()))
        .matches(e -> e.code() == PipelineErrorCode.RUN_CANCELLED)
        .matches(e -> e.getSuppressed().length == 0);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(local.actions()).containsExactly("RUN_STARTED", "RUN_ABORTED", "RUN_CLOSED");
    assertThat(local.runs(REF).unfinished(RunLife.key(rows.pipeline(), rows.spec()))).isEmpty();
  }

  @Test
  void reasonThatIsNoCodeIsRefused() {
    PipelineException e =
        failure(
            PipelineErrorCode.OUTCOME_INVALID,
            context -> counted(1, 0, 0, 1, Map.of("planted value", 1L)));

    assertThat(e.getMessage()).doesNotContain("planted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "../b", ""})
  void partitionNamesThatStandTwiceOrAreNoNamesAreRefused(String second) {
    failure(PipelineErrorCode.OUTCOME_INVALID, step("s", List.of("a", second), c -> nothing()));
  }

  @Test
  void fileThatIsNotWhereTheRunWritesIsRefused() {
    failure(
        PipelineErrorCode.OUTCOME_INVALID,
        context -> {
          DataFile file = silver(context, "row").file();
          String elsewhere = file.path().replace("/run_id=", "/run_id=x");
          return PartitionOutcome.of(
              List.of(
                  new StagedFile(
                      SILVER,
                      new DataFile(
                          elsewhere,
                          1,
                          file.bytes(),
                          file.sha256(),
                          Optional.empty(),
                          file.partition()))));
        });
  }

  @Test
  void fileThatIsMissingOrOfAnotherSizeIsRefused() {
    PipelineException e =
        failure(
            PipelineErrorCode.OUTCOME_INVALID,
            context -> {
              DataFile file = silver(context, "row").file();
              return PartitionOutcome.of(
                  List.of(
                      new StagedFile(
                          SILVER,
                          new DataFile(
                              file.path(),
                              1,
                              file.bytes() + 1,
                              file.sha256(),
                              Optional.empty(),
                              file.partition()))));
            });

    assertThat(e).hasMessageContaining("another size");
  }

  @Test
  void fileOfASealedDatasetThatIsInClearIsRefused() {
    failure(
        PipelineErrorCode.FILE_NOT_SEALED,
        context -> {
          try (StagedUpload upload = context.upload(SILVER, Map.of("year", "2024"), "rows.csv")) {
            upload.stream().write("id,amount".getBytes(StandardCharsets.UTF_8));
            return PartitionOutcome.of(List.of(upload.finish(1)));
          } catch (IOException io) {
            throw new UncheckedIOException(io);
          }
        });
  }

  @Test
  void datasetThatThePipelineDoesNotDeclareCannotBeWritten() {
    failure(
        PipelineErrorCode.PATH_INVALID,
        context ->
            PartitionOutcome.of(
                List.of(
                    RowsPipeline.write(
                        context,
                        new DatasetRef(Layer.BRONZE, "payments", "rows"),
                        Map.of(),
                        List.of("row")))));
  }

  // Totals and gates.

  @Test
  void rowThatIsMissingFromTheTotalsStopsTheRunBeforeTheManifest() {
    PipelineException e =
        failure(PipelineErrorCode.RECONCILIATION_FAILED, context -> counted(10, 9, 0, 0, Map.of()));

    assertThat(e.category()).isEqualTo(ErrorCategory.INTERNAL);
    assertThat(e)
        .hasMessageContaining("'fails'")
        .hasMessageContaining("10")
        .hasMessageContaining("9");
  }

  @Test
  void rejectedRowThatIsInNoFileStopsTheRunBeforeTheManifest() {
    PipelineException e =
        failure(
            PipelineErrorCode.RECONCILIATION_FAILED,
            context -> counted(1, 0, 1, 0, Map.of("TYPE_ERROR", 1L)));

    assertThat(e).hasMessageContaining("quarantine");
  }

  @Test
  void rejectedRowWithoutAReasonStopsTheRunBeforeTheManifest() {
    failure(PipelineErrorCode.RECONCILIATION_FAILED, context -> counted(1, 0, 0, 1, Map.of()));
  }

  @Test
  void breakerOpensWhileRowsAreStillRead() {
    RowsPipeline many = new RowsPipeline();
    String[] bad = new String[5_000];
    Arrays.setAll(bad, i -> i + ",x");
    many.input("a", bad);
    AtomicInteger judged = new AtomicInteger();
    Progress counts =
        new Progress() {
          @Override
          public void step(String message) {}

          @Override
          public void rows(long done) {
            judged.set((int) done);
          }
        };
    PipelineRunner runner = lake.builder(1).progress(counts).build();

    RunResult result = runner.run(many.pipeline(GatePolicy.defaults()), many.spec());

    assertThat(result).isInstanceOf(RunResult.BreakerOpen.class);
    assertThat(judged).hasValue(101);
    RunResult.BreakerOpen open = (RunResult.BreakerOpen) result;
    assertThat(open.exitCode()).isEqualTo(5);
    assertThat(open.rule()).isEqualTo(GateRule.ERRORS_OF_ONE_CODE);
    assertThat(open.reasons()).containsEntry("TYPE_ERROR", 101L);
    assertThat(open.toJson().string("why")).contains("101").contains("TYPE_ERROR");
    nothingIsPublished();
    assertThat(onlyAbortedRun()).isEqualTo(open.run());
    assertThat(lake.runs(REF).manifest(open.run()).orElseThrow().reason())
        .contains("breaker open")
        .contains("TYPE_ERROR");
    assertThat(lake.actions()).containsExactly("RUN_STARTED", "RUN_ABORTED", "RUN_CLOSED");
    assertThat(lake.entries("RUN_ABORTED").get(0).event().reason())
        .hasValueSatisfying(reason -> assertThat(reason).contains("TYPE_ERROR"));
  }

  @Test
  void breakerCountsAllPartitionsTogether() {
    RowsPipeline two = new RowsPipeline().input("a", "1,x", "2,y").input("b", "3,x", "4,z");

    RunResult result =
        lake.runner()
            .run(two.pipeline(GatePolicy.unlimited().withErrorsOf("TYPE_ERROR", 3)), two.spec());

    assertThat(result).isInstanceOf(RunResult.BreakerOpen.class);
    nothingIsPublished();
  }

  @Test
  void quarantineRateAtTheLimitStopsTheRunAndAHigherLimitLetsItThrough() {
    GatePolicy strict = new GatePolicy(100, new TreeMap<>(), 0, 2857, 0, 100);
    GatePolicy loose = new GatePolicy(100, new TreeMap<>(), 0, 2858, 0, 100);

    RunResult open = lake.runner().run(rows.pipeline(strict), rows.spec());

    assertThat(open).isInstanceOf(RunResult.BreakerOpen.class);
    assertThat(((RunResult.BreakerOpen) open).rule()).isEqualTo(GateRule.QUARANTINE_RATE);
    nothingIsPublished();
    RunResult.Completed result = completed(lake.runner().run(rows.pipeline(loose), rows.spec()));
    assertThat(result.manifest().metrics().objects("gates"))
        .singleElement()
        .satisfies(
            gate -> {
              assertThat(gate.string("rule")).isEqualTo("quarantine-rate");
              assertThat(gate.string("verdict")).isEqualTo("warn");
            });
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
  }

  // Runs that others began.

  /** Commits a run and does not publish it, as a crash between the two leaves it. */
  private RunId commitOnly(Pipeline pipeline, RunSpec spec) {
    PipelineRunner runner = lake.builder(2).audit(lake.audit, new UnreachableIntentLog()).build();
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> runner.run(pipeline, spec))
        .matches(e -> e.category() == ErrorCategory.TRANSIENT);
    Optional<RunId> live = lake.published(REF).live(RunLife.key(pipeline, spec));
    List<RunId> committed =
        lake.runs(REF).committed(RunLife.key(pipeline, spec)).stream()
            .map(Manifest::run)
            .filter(run -> !live.equals(Optional.of(run)))
            .toList();
    assertThat(committed).hasSize(1);
    return committed.get(0);
  }

  @Test
  void runThatIsCommittedAndNotPublishedIsPublishedInPlaceOfANewOne() {
    RunId committed = commitOnly(rows.pipeline(), rows.spec());
    nothingIsPublished();

    RunResult.Completed result = completed(runRows());

    assertThat(result.recovered()).isTrue();
    assertThat(result.run()).isEqualTo(committed);
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
    assertThat(lake.actions()).containsExactly(LIFE);
    assertThat(lake.verify(REF)).isEmpty();
  }

  @Test
  void supersedingRunThatIsCommittedAndNotPublishedIsPublishedWhenAskedForAgain() {
    RunId first = runRows().run();
    RunId committed = commitOnly(rows.pipeline(), rows.spec().again("corrected"));

    assertThat(runRows()).isEqualTo(new RunResult.AlreadyLive(first));
    RunResult.Completed result = completed(runRowsAgain("corrected"));

    assertThat(result.recovered()).isTrue();
    assertThat(result.run()).isEqualTo(committed);
    assertThat(lake.published(REF).liveRuns(SILVER))
        .extracting(Manifest::run)
        .containsExactly(committed);
  }

  @Test
  void runOfADeadProcessIsAbortedAndANewOneMade() {
    RunId dead = claimOnly();

    RunResult.Completed result = completed(runRows());

    assertThat(result.recovered()).isFalse();
    assertThat(result.run()).isNotEqualTo(dead);
    assertThat(lake.runs(REF).manifest(dead).orElseThrow().isCommitted()).isFalse();
    assertThat(lake.entries("RUN_ABORTED"))
        .singleElement()
        .matches(entry -> entry.event().run().equals(Optional.of(dead.value())));
  }

  @Test
  void runOfALiveProcessIsLeftAlone() {
    RunId other = claimOnly();
    try (var lease = lake.runs(REF).lease(other, Duration.ofMillis(900))) {
      assertThat(lease.lost()).isFalse();
      assertThatExceptionOfType(PipelineException.class)
          .isThrownBy(
              () ->
                  lake.builder(2)
                      .watch(Duration.ofSeconds(20))
                      .build()
                      .run(rows.pipeline(), rows.spec()))
          .withMessageContaining(other.value())
          .matches(e -> e.code() == PipelineErrorCode.RUN_ACTIVE)
          .matches(e -> e.category().exitCode() == 75);
    }
    assertThat(lake.runs(REF).manifest(other)).isEmpty();
    assertThat(lake.actions()).isEmpty();
  }

  private RunId claimOnly() {
    return claim("other-process").runId();
  }

  private RunRequest claim(String run) {
    RunRequest request =
        new RunRequest(
            new RunId(run),
            REF,
            RunLife.key(rows.pipeline(), rows.spec()),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            "other",
            "test",
            InstantSource.system().instant());
    lake.runs(REF).claim(request);
    return request;
  }

  @Test
  void runThatWasTakenOverWhileItWorkedPublishesNothing() {
    Step sleeps =
        step(
            "sleeps",
            context -> {
              lake.runs(REF).abort(context.run().request(), "other", "taken over");
              return PartitionOutcome.of(List.of(silver(context, "zombie")));
            });

    thrown(PipelineErrorCode.RUN_TAKEN_OVER, () -> runSteps(sleeps));
    nothingIsPublished();
    completed(runRows());
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
  }

  @Test
  void runThatConflictsWithWhatWasPublishedMeanwhileIsHeldAndANewRunValidatesAnew() {
    Pipeline conflicts = partitionConflicts(rows.pipeline());
    RunSpec late = rows.spec();
    RunSpec meanwhile = RunSpec.of("2024-02", rows.inputFiles(), "tester");
    Step publishesAnother =
        step(
            "meanwhile",
            context -> {
              completed(lake.runner().run(conflicts, meanwhile));
              return PartitionOutcome.of(List.of(silver(context, "late")));
            });
    Pipeline racing =
        new Pipeline(
            conflicts.ref(),
            conflicts.version(),
            conflicts.datasets(),
            List.of(publishesAnother),
            conflicts.gates());

    RunResult held = lake.runner().run(racing, late);

    assertThat(held).isInstanceOf(RunResult.Held.class);
    assertThat(held.exitCode()).isEqualTo(3);
    assertThat(held.toJson().string("why")).isNotEmpty();
    assertThat(lake.entries("RUN_HELD"))
        .singleElement()
        .matches(entry -> entry.event().run().equals(Optional.of(held.run().value())));
    assertThat(lake.published(REF).liveRuns(SILVER)).hasSize(1);

    RunResult.Completed anew = completed(lake.runner().run(conflicts, late));

    assertThat(anew.recovered()).isFalse();
    assertThat(anew.run()).isNotEqualTo(held.run());
    assertThat(lake.published(REF).liveRuns(SILVER)).hasSize(2);
  }

  private static Pipeline partitionConflicts(Pipeline pipeline) {
    return new Pipeline(
        pipeline.ref(),
        pipeline.version(),
        pipeline.datasets().stream()
            .map(
                spec ->
                    new DatasetSpec(
                        spec.ref(),
                        spec.mode(),
                        spec.protection(),
                        ConflictRule.PARTITION,
                        spec.schemaVersion()))
            .toList(),
        pipeline.steps(),
        pipeline.gates());
  }

  @Test
  void rolledBackKeyRunsAgainOnlyWithAReason() {
    RunId first = runRows().run();
    publisher().rollback("rollback-1", 0, "operator", "wrong source");
    assertThat(lake.lines(REF, SILVER)).isEmpty();

    assertThat(thrown(PipelineErrorCode.RUN_NO_LONGER_LIVE, () -> runRows()))
        .hasMessageContaining(first.value());
    RunResult.Completed again = completed(runRowsAgain("source corrected"));

    assertThat(again.run()).isNotEqualTo(first);
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
    assertThat(lake.published(REF).history())
        .extracting(Publication::kind)
        .containsExactly(
            Publication.Kind.PROMOTE, Publication.Kind.ROLLBACK, Publication.Kind.PROMOTE);
  }

  @Test
  void runThatLostARaceDoesNotComeToLifeWhenTheWinnerIsRolledBack() {
    RunResult.Completed winner = completed(runRows());
    RunRequest request = claim("loser-of-a-race");
    lake.runs(REF)
        .commit(
            Manifest.committed(
                request,
                rows.inputFiles(),
                winner.manifest().datasets().stream()
                    .map(
                        output ->
                            new DatasetOutput(
                                output.spec(), output.keyId(), output.keyCommitment(), List.of()))
                    .toList(),
                winner.manifest().metrics(),
                InstantSource.system().instant()));
    publisher().rollback("rollback-1", 0, "operator", "wrong source");

    thrown(PipelineErrorCode.RUN_NO_LONGER_LIVE, () -> runRows());
    RunResult.Completed again = completed(runRowsAgain("source corrected"));

    assertThat(again.recovered()).isFalse();
    assertThat(again.run()).isNotEqualTo(winner.run()).isNotEqualTo(request.runId());
  }

  @Test
  void keyOfAReplacedSnapshotRunsAgainOnlyWithAReason() {
    Pipeline snapshot = snapshot("snapshot", step("writes", context -> nothing()));
    RunSpec january = RunSpec.of("2024-01", List.of(), "tester");
    RunId first = completed(lake.runner().run(snapshot, january)).run();
    completed(lake.runner().run(snapshot, RunSpec.of("2024-02", List.of(), "tester")));

    assertThat(
            thrown(
                PipelineErrorCode.RUN_NO_LONGER_LIVE, () -> lake.runner().run(snapshot, january)))
        .hasMessageContaining(first.value());
    completed(lake.runner().run(snapshot, january.again("compare")));
  }

  private Publisher publisher() {
    return new Publisher(
        store,
        REF,
        lake.runs(REF),
        new AuditIntentLog(lake.audit),
        lake.keys.publications,
        lake.keys.keyring,
        InstantSource.system());
  }

  @Test
  void whatACrashTookAfterAPublicationIsMadeUpByTheNextRun() {
    runRows();
    List<String> copies =
        store.list("", null, 10_000).stream()
            .map(ObjectInfo::key)
            .filter(key -> key.endsWith("/_SUCCESS") || key.matches("(silver|gold).*_LATEST.json"))
            .toList();
    assertThat(copies).hasSizeGreaterThan(4);
    for (String copy : copies) {
      store.delete(copy);

      runRows();

      assertThat(store.head(copy)).as(copy).isPresent();
    }
    assertThat(lake.entries("RUN_PROMOTED")).hasSize(1);
  }

  @Test
  void anEntryThatTwoRunnersWroteIsTakenForOne() {
    completed(lake.runner().run(rows.pipeline(), rows.spec()));
    lake.audit.append(lake.entries("RUN_PROMOTED").get(0).event());

    RunSpec second = RunSpec.of("2024-02", rows.inputFiles(), "tester");
    completed(lake.runner().run(rows.pipeline(), second));
    lake.runner().run(rows.pipeline(), rows.spec());

    assertThat(lake.entries("RUN_PROMOTED"))
        .extracting(entry -> entry.event().attributes().get("seq"))
        .containsExactly("1", "1", "2");
    assertThat(lake.verify(REF)).isEmpty();
    assertThat(lake.verifyAudit().findings()).isEmpty();
  }

  @Test
  void missingEntriesOfSeveralPublicationsAreMadeUpInOrder() {
    RunSpec second = RunSpec.of("2024-02", rows.inputFiles(), "tester");
    RunSpec third = RunSpec.of("2024-03", rows.inputFiles(), "tester");
    RunId committed = commitOnly(rows.pipeline(), second);
    Step othersPublish =
        step(
            "meanwhile",
            context -> {
              completed(runRows());
              // Published by a process that dies before it writes the entry.
              publisher().promote(committed, "dead", "dies");
              return nothing();
            });

    completed(lake.runner().run(pipelineOf(othersPublish), third));

    assertThat(lake.entries("RUN_PROMOTED"))
        .extracting(entry -> entry.event().attributes().get("seq"))
        .containsExactly("1", "2", "3");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void checksForLong(PartitionContext context) {
    for (int i = 0; i < 10_000; i++) {
      context.check();
      pause(1);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
