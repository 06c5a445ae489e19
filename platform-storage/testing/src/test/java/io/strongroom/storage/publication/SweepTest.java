package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.SimulatedCrash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SweepTest {
  private static final DatasetSpec SPEC = TestRuns.spec(SILVER);
  private static final Duration AGE = Duration.ofHours(24);
  private static final Duration WATCH = Duration.ofMillis(50);

  private final StoredRuns lake = new StoredRuns();

  private String write(String run, String name) {
    String key = SILVER.path() + "/month=01/run_id=" + run + "/" + name + ".parquet";
    lake.store.put(key, TestRuns.content(run, name));
    return key;
  }

  private RunRequest claim(String run) {
    RunRequest request = TestRuns.request(run, run, lake.pipeline.head(), Optional.empty());
    lake.pipeline.runs.claim(request);
    return request;
  }

  private DeletionPlan plan(TestPipeline pipeline) {
    return pipeline.sweep().plan(List.of(SILVER), AGE, "operator", "left over");
  }

  private DeletionReport execute(TestPipeline pipeline, DeletionPlan plan) {
    return pipeline.deletions().execute(plan.digest(), "operator", "left over");
  }

  @Test
  void onlyOldFilesOfDecidedRunsThatTheirManifestsDoNotNameGo() {
    lake.publish("good", SPEC, "01");
    lake.commit("committed", List.of(SPEC), "02");
    String zombie = write("good", "attempt-2");
    lake.pipeline.runs.abort(claim("ended"), "operator", "stuck");
    String ended = write("ended", "part-0");
    claim("open");
    String open = write("open", "part-0");
    String nobody = write("nobody", "part-0");
    String outside = SILVER.path() + "/imported/part-0.parquet";
    lake.store.put(outside, new byte[3]);
    new DerivedCopies(lake.store).rebuild(lake.pipeline.state());
    lake.at(25);
    String young = write("ended", "part-1");
    List<String> before = lake.keys();

    DeletionPlan plan = plan(lake.pipeline);
    assertThat(plan.objects()).isEqualTo(2);
    assertThat(plan.kind()).isEqualTo(DeletionPlan.Kind.SWEEP);
    assertThat(lake.files()).contains(zombie, ended);
    assertThat(execute(lake.pipeline, plan).isDone()).isTrue();
    assertThat(lake.files()).doesNotContain(zombie, ended).contains(open, nobody, outside, young);
    List<String> gone = new java.util.ArrayList<>(before);
    gone.removeAll(lake.keys());
    assertThat(gone).containsExactlyInAnyOrder(zombie, ended);
    assertThat(lake.problems()).isEmpty();
    assertThat(lake.pipeline.intents.intents())
        .extracting(Intent::kind)
        .containsExactly("PROMOTE", "SWEEP");
  }

  @Test
  void aDeadRunIsAbortedFirstAndOneThatLivesOrIsYoungIsNot() {
    claim("dead");
    claim("alive");
    String file = write("dead", "part-0");
    lake.at(25);
    assertThat(
            lake.pipeline
                .sweep()
                .endDeadRuns(Duration.ofHours(100), WATCH, "operator", "nobody is there"))
        .isEmpty();
    try (RunLease lease = lake.pipeline.runs.lease(new RunId("alive"), WATCH.dividedBy(2))) {
      assertThat(lease.run().value()).isEqualTo("alive");
      assertThat(
              lake.pipeline.sweep().endDeadRuns(AGE, WATCH.multipliedBy(6), "operator", "nobody"))
          .containsExactly(new RunId("dead"));
    }
    assertThat(lake.pipeline.runs.manifest(new RunId("dead")).orElseThrow().isCommitted())
        .isFalse();
    assertThat(lake.pipeline.runs.manifest(new RunId("alive"))).isEmpty();
    execute(lake.pipeline, plan(lake.pipeline));
    assertThat(lake.files()).doesNotContain(file);
    assertThat(lake.pipeline.sweep().endDeadRuns(Duration.ofHours(100), WATCH, "o", "r")).isEmpty();
  }

  @Test
  void whatIsHeldStays() {
    lake.pipeline.runs.abort(claim("ended"), "operator", "stuck");
    String file = write("ended", "part-0");
    lake.at(25);
    lake.pipeline
        .holds()
        .place(
            new LegalHold(
                "h-1",
                Optional.of(new RunId("ended")),
                Optional.empty(),
                new java.util.TreeMap<>(),
                "counsel",
                "case 7",
                StoredRuns.START));
    DeletionPlan plan = plan(lake.pipeline);
    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.held()).isEqualTo(1);
    assertThat(execute(lake.pipeline, plan).objects()).isZero();
    assertThat(lake.files()).containsExactly(file);
  }

  @Test
  void aForgedPlanDeletesNothingThatAManifestNames() {
    lake.publish("good", SPEC, "01");
    DataFile named = TestRuns.file("good", SILVER, "01");
    io.strongroom.storage.run.internal.ControlPaths paths =
        new io.strongroom.storage.run.internal.ControlPaths(PIPELINE);
    for (String victim :
        List.of(named.path(), PIPELINE.control() + "_LATEST.json", paths.keys(new RunId("good")))) {
      DeletionPlans.Draft draft = new DeletionPlans(lake.store, paths).new Draft(true);
      draft.accept(
          DeletionItem.file(
              DeletionItem.Why.NOT_IN_MANIFEST,
              new RunId("good"),
              SILVER,
              new java.util.TreeMap<>(),
              victim,
              1));
      DeletionPlan forged =
          draft.finish(DeletionPlan.Kind.SWEEP, Optional.empty(), 1, "x", "y", StoredRuns.START);
      assertThatThrownBy(() -> execute(lake.pipeline, forged))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.DELETION_PLAN_INVALID));
    }
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void aRunCannotCommitFilesInTheFolderOfAnotherRun() {
    RunRequest request = claim("thief");
    assertThatThrownBy(
            () ->
                lake.pipeline.runs.commit(
                    TestRuns.draft(request, TestRuns.output("victim", SPEC, "01"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCrashAtEveryOperationIsMendedByTheNextTry() {
    lake.publish("good", SPEC, "01");
    lake.pipeline.runs.abort(claim("ended"), "operator", "stuck");
    write("ended", "part-0");
    write("ended", "part-1");
    claim("dead");
    write("dead", "part-0");
    lake.at(25);
    for (When when : When.values()) {
      for (long at = 1; ; at++) {
        StoredRuns spoiled = lake.copy();
        spoiled.at(50);
        CrashingObjectStore front = new CrashingObjectStore(spoiled.store, at, when, () -> {});
        try {
          sweep(spoiled.through(front));
        } catch (SimulatedCrash e) {
          assertThat(spoiled.problems()).as(when + " " + at).isEmpty();
        }
        if (!front.crashed()) {
          assertThat(at).isGreaterThan(20);
          break;
        }
        sweep(spoiled.pipeline);
        assertThat(spoiled.files())
            .as(when + " " + at)
            .containsExactly(TestRuns.file("good", SILVER, "01").path());
        assertThat(spoiled.problems()).as(when + " " + at).isEmpty();
      }
    }
  }

  private void sweep(TestPipeline pipeline) {
    pipeline.sweep().endDeadRuns(AGE, Duration.ofMillis(1), "operator", "nobody");
    execute(pipeline, plan(pipeline));
  }
}
