package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever approves, holds, releases, retires, deletes, sweeps or mends is killed or sees a fault at
 * every store operation: readers see the old state or the new one, nothing that stays is deleted,
 * the check lists what was left, and doing it again ends it.
 */
@Tag("verify")
class KeepingFaultTest {
  private static final DatasetSpec SNAPSHOT =
      TestRuns.spec(SILVER, DatasetMode.SNAPSHOT, ConflictRule.NONE);
  private static final String HELD = "held";

  /** What is done, again and again until it is done. */
  enum Act {
    APPROVE {
      @Override
      void to(TestPipeline pipeline) {
        new Approvals(pipeline.store, PIPELINE, KEYRING)
            .decide(
                new RunId("waiting"),
                Decision.APPROVED,
                TestRuns.APPROVALS,
                "read",
                pipeline.clock);
        TestPipeline.published(
            pipeline
                .approving(new ApprovalRule(1, true))
                .promote(new RunId("waiting"), "releaser", "approved"));
      }
    },
    HOLD {
      @Override
      void to(TestPipeline pipeline) {
        LegalHold hold = hold("h-2", "c");
        assertThat(pipeline.holds().place(hold).hold().id()).isEqualTo("h-2");
        assertThat(pipeline.holds().active()).hasSize(2);
      }
    },
    RELEASE {
      @Override
      void to(TestPipeline pipeline) {
        pipeline.holds().release("h-1", "counsel", "closed");
        assertThat(pipeline.holds().active()).isEmpty();
      }
    },
    RETAIN {
      @Override
      void to(TestPipeline pipeline) {
        RetentionPolicy policy = RetentionPolicy.of(Duration.ofHours(1), Map.of());
        Optional<DeletionPlan> begun = standing(pipeline);
        DeletionPlan plan =
            begun.isPresent() ? begun.get() : pipeline.retention().plan(policy, "operator", "old");
        new Approvals(pipeline.store, PIPELINE, KEYRING)
            .decideOnPlan(
                plan.digest(), Decision.APPROVED, TestRuns.APPROVALS, "read", pipeline.clock);
        ApprovalRule rule = new ApprovalRule(1, true);
        TestPipeline.published(pipeline.publisher.retire(plan.digest(), rule, "operator", "old"));
        assertThat(pipeline.deletions().execute(plan.digest(), "operator", "old").isDone())
            .isTrue();
      }
    },
    SWEEP {
      @Override
      void to(TestPipeline pipeline) {
        Duration age = Duration.ofHours(24);
        pipeline.sweep().endDeadRuns(age, Duration.ofNanos(1), "operator", "dead");
        DeletionPlan plan = pipeline.sweep().plan(List.of(SILVER), age, "operator", "left");
        assertThat(pipeline.deletions().execute(plan.digest(), "operator", "left").isDone())
            .isTrue();
      }
    },
    MEND {
      @Override
      void to(TestPipeline pipeline) {
        new Fsck(pipeline.store, PIPELINE, KEYRING, pipeline.intents, pipeline.clock)
            .repair(finding -> {});
      }
    };

    abstract void to(TestPipeline pipeline);
  }

  private static Optional<DeletionPlan> standing(TestPipeline pipeline) {
    String deletions = PIPELINE.control() + "deletions/";
    return pipeline.store.list(deletions, null, 1).stream()
        .map(info -> info.key().substring(deletions.length(), deletions.length() + 64))
        .map(
            digest ->
                new DeletionPlans(
                        pipeline.store,
                        new io.strongroom.storage.run.internal.ControlPaths(PIPELINE))
                    .read(digest))
        .findFirst();
  }

  private static LegalHold hold(String id, String run) {
    return new LegalHold(
        id,
        Optional.of(new RunId(run)),
        Optional.empty(),
        new TreeMap<>(),
        "counsel",
        "case 7",
        StoredRuns.START);
  }

  /** Of everything something: live, replaced, held, waiting, dead, and copies that are missing. */
  private static StoredRuns lake() {
    StoredRuns lake = new StoredRuns();
    lake.at(1).publish(HELD, SNAPSHOT, "01");
    lake.at(2).publish("b", SNAPSHOT, "01");
    lake.at(3).publish("c", SNAPSHOT, "01");
    lake.pipeline.holds().place(hold("h-1", HELD));
    lake.commit("waiting", List.of(SNAPSHOT), "01");
    new DerivedCopies(lake.store).rebuild(lake.pipeline.state());
    lake.store.delete(SILVER.path() + "/_LATEST.json");
    RunRequest dead = TestRuns.request("dead", "dead", lake.pipeline.head(), Optional.empty());
    lake.pipeline.runs.claim(dead);
    lake.store.put(SILVER.path() + "/month=01/run_id=dead/part-0.parquet", new byte[] {1});
    lake.store.put("probe/" + "0".repeat(8) + "/object", new byte[] {2});
    return lake.at(72);
  }

  @ParameterizedTest
  @EnumSource
  void aFaultAtEveryOperationLosesNothingIsListedAndIsOvercome(Act act) {
    StoredRuns start = lake();
    StoredRuns end = start.copy();
    act.to(end.pipeline);
    assertThat(end.keys()).isNotEqualTo(start.keys());
    int faults = 0;
    for (When when : When.values()) {
      faults +=
          everyOperation(
              act,
              start,
              end,
              when.toString(),
              (store, at) -> new CrashingObjectStore(store, at, when, () -> {}));
    }
    // To the store a refusal is a crash before the operation.
    for (Fault fault : List.of(Fault.LOST_BEFORE_EFFECT, Fault.LOST_AFTER_EFFECT)) {
      faults +=
          everyOperation(
              act,
              start,
              end,
              fault.toString(),
              (store, at) -> new FaultyObjectStore(store, FaultyObjectStore.once(at, fault)));
    }
    assertThat(faults).isGreaterThan(15);
  }

  private static int everyOperation(
      Act act,
      StoredRuns start,
      StoredRuns end,
      String what,
      BiFunction<ObjectStore, Long, ObjectStore> fronts) {
    int failures = 0;
    for (long at = 1; ; at++) {
      StoredRuns spoiled = start.copy();
      ObjectStore front = fronts.apply(spoiled.store, at);
      boolean failed = false;
      try {
        act.to(spoiled.through(front));
      } catch (SimulatedCrash e) {
        failed = true;
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
        failed = true;
      }
      String where = act + ", " + what + " at operation " + at;
      if (operations(front) < at) {
        return failures;
      }
      failures += failed ? 1 : 0;
      requireWhole(spoiled, start, end, where);
      act.to(spoiled.pipeline);
      assertThat(spoiled.files()).as(where).isEqualTo(end.files());
      assertThat(spoiled.pipeline.live(SILVER)).as(where).isEqualTo(end.pipeline.live(SILVER));
      assertThat(end.keys()).as(where).filteredOn(key -> !spoiled.keys().contains(key)).isEmpty();
    }
  }

  private static long operations(ObjectStore front) {
    return front instanceof CrashingObjectStore crashing
        ? crashing.operations()
        : ((FaultyObjectStore) front).operations();
  }

  private static void requireWhole(
      StoredRuns lake, StoredRuns start, StoredRuns end, String where) {
    PublishedState state = lake.pipeline.state();
    assertThat(state.liveRuns(SILVER))
        .as(where)
        .isIn(start.pipeline.state().liveRuns(SILVER), end.pipeline.state().liveRuns(SILVER));
    long newest = state.head().orElseThrow().seq();
    for (long seq = state.head().orElseThrow().floor(); seq <= newest; seq++) {
      for (LiveFile file : state.asOf(seq).liveFiles(SILVER)) {
        assertThat(lake.store.head(file.file().path())).as(where + " as of " + seq).isPresent();
      }
    }
    Set<String> keys = new HashSet<>(lake.keys());
    assertThat(keys).as(where).containsAll(end.files());
    assertThat(keys).as(where).contains(TestRuns.file(HELD, SILVER, "01").path());

    List<Finding> findings = new ArrayList<>();
    Fsck.Report report =
        new Fsck(lake.store, PIPELINE, KEYRING, lake.pipeline.intents, lake).check(findings::add);
    assertThat(report.errors() + report.warnings()).as(where + ": " + findings).isZero();
    Set<String> listed = new HashSet<>();
    findings.forEach(finding -> listed.add(finding.object()));
    for (String part : keys) {
      boolean orphan =
          part.contains("/deletion-parts/")
              && keys.stream()
                  .noneMatch(key -> key.endsWith("/plan.json") && key.contains("/deletions/"));
      boolean unpublished =
          part.contains("/publications/")
              && state.history().stream()
                  .noneMatch(publication -> part.contains(publication.digest()));
      if (orphan || unpublished || isUnfinished(part, keys)) {
        assertThat(listed).as(where).contains(part);
      }
    }
  }

  private static boolean isUnfinished(String key, Set<String> keys) {
    return key.endsWith("/begun.json")
        && !keys.contains(key.replaceFirst("begun[.]json$", "done.json"));
  }
}
