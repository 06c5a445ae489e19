package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CLOCK;
import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.publication.DeletionItem.Why;
import io.strongroom.storage.publication.PromotionResult.AwaitingApproval;
import io.strongroom.storage.publication.PromotionResult.Held;
import io.strongroom.storage.publication.PromotionResult.Published;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RetentionTest {
  private static final DatasetSpec SNAPSHOT =
      TestRuns.spec(SILVER, DatasetMode.SNAPSHOT, ConflictRule.NONE);
  private static final DatasetSpec APPEND =
      TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.NONE);
  private static final DatasetSpec REJECTED =
      TestRuns.spec(CONDEMNED, DatasetMode.APPEND, ConflictRule.NONE);

  private final StoredRuns lake = new StoredRuns();

  private static RetentionPolicy window(long hours) {
    return RetentionPolicy.of(Duration.ofHours(hours), Map.of());
  }

  private static RetentionPolicy keep(long window, DatasetRef dataset, long hours) {
    return RetentionPolicy.of(Duration.ofHours(window), Map.of(dataset, Duration.ofHours(hours)));
  }

  private static DeletionPlan plan(TestPipeline pipeline, RetentionPolicy policy) {
    return pipeline.retention().plan(policy, "operator", "old");
  }

  private static PromotionResult retire(TestPipeline pipeline, DeletionPlan plan) {
    return pipeline.publisher.retire(plan.digest(), ApprovalRule.NONE, "operator", "old");
  }

  private static DeletionReport execute(TestPipeline pipeline, DeletionPlan plan) {
    return pipeline.deletions().execute(plan.digest(), "operator", "old");
  }

  /** Snapshots a, b, c, an hour after one another, and a window in which only b and c are. */
  private DeletionPlan planAfterThreeSnapshots() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.at(2).publish("b", SNAPSHOT, "01");
    lake.at(3).publish("c", SNAPSHOT, "01");
    lake.at(10);
    return plan(lake.pipeline, window(7));
  }

  private static String file(String run, String month) {
    return TestRuns.file(run, SILVER, month).path();
  }

  @Test
  void onlyWhatNoReadablePublicationNamesGoes() {
    DeletionPlan plan = planAfterThreeSnapshots();
    // The cut is at 3 o'clock: c was the newest then, and nothing before it can be asked for.
    assertThat(plan.floor()).isEqualTo(3);
    DeletionPlan wider = plan(lake.pipeline, window(8));
    List<DeletionItem> previewed = new ArrayList<>();
    DeletionPlan preview = lake.pipeline.retention().preview(window(8), previewed::add);
    assertThat(wider.floor()).isEqualTo(2);
    assertThat(wider.objects()).isEqualTo(2).isEqualTo(preview.objects());
    assertThat(previewed)
        .extracting(DeletionItem::why)
        .containsExactly(Why.UNNAMED, Why.KEYS_OF_NOTHING);
    assertThat(previewed.get(0).object()).contains(file("a", "01"));
    List<String> before = lake.keys();

    assertThat(retire(lake.pipeline, wider)).isInstanceOf(Published.class);
    assertThat(lake.files()).hasSize(3);
    DeletionReport report = execute(lake.pipeline, wider);
    assertThat(report.isDone()).isTrue();
    assertThat(report.objects()).isEqualTo(2);
    assertThat(report.bytes()).isEqualTo(wider.bytes());

    assertThat(lake.keys())
        .doesNotContain(file("a", "01"), PIPELINE.control() + "runs/a/keys.json")
        .contains(file("b", "01"), file("c", "01"));
    List<String> gone = new ArrayList<>(before);
    gone.removeAll(lake.keys());
    assertThat(gone).hasSize(2);
    assertThat(lake.problems()).isEmpty();
    assertThat(lake.pipeline.live(SILVER)).containsExactly("c");
    assertThat(lake.pipeline.intents.intents())
        .extracting(Intent::kind)
        .containsExactly("PROMOTE", "PROMOTE", "PROMOTE", "RETIRE", "RETENTION");
  }

  @Test
  void belowTheFloorNothingIsReadOrRolledBackToAndAboveItEverythingIs() {
    planAfterThreeSnapshots();
    DeletionPlan plan = plan(lake.pipeline, window(8));
    retire(lake.pipeline, plan);
    execute(lake.pipeline, plan);
    PublishedState state = lake.pipeline.state();
    assertThat(state.asOf(2).liveRuns(SILVER)).hasSize(1);
    assertCode(StorageErrorCode.PUBLICATION_UNREADABLE, () -> state.asOf(1));
    assertCode(
        StorageErrorCode.PUBLICATION_UNREADABLE,
        () -> state.asOf(StoredRuns.START.plusSeconds(4000)));
    assertCode(
        StorageErrorCode.PUBLICATION_REFUSED,
        () -> lake.pipeline.publisher.rollback("x", 1, "operator", "wrong"));
    assertThat(lake.pipeline.publisher.rollback("y", 2, "operator", "wrong"))
        .isInstanceOf(Published.class);
    assertThat(lake.pipeline.live(SILVER)).containsExactly("b");
    assertThat(lake.pipeline.state().head().orElseThrow().floor()).isEqualTo(2);
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void nothingGoesTwiceAndNothingIsLeftToPlan() {
    DeletionPlan plan = planAfterThreeSnapshots();
    assertThat(retire(lake.pipeline, plan)).isInstanceOf(Published.class);
    assertThat(retire(lake.pipeline, plan))
        .isInstanceOfSatisfying(
            Published.class, again -> assertThat(again.alreadyThere()).isTrue());
    assertThat(execute(lake.pipeline, plan)).isEqualTo(execute(lake.pipeline, plan));
    assertThat(plan(lake.pipeline, window(7)).isEmpty()).isTrue();
  }

  @Test
  void anExpiredRunLeavesThePublishedStateFirstAndItsFilesGoWhenTheWindowHasPassed() {
    lake.at(1).publish("a", List.of(APPEND, REJECTED), "01");
    lake.at(30).publish("b", List.of(APPEND, REJECTED), "02");
    lake.at(31);
    RetentionPolicy policy = keep(5, SILVER, 24);
    DeletionPlan first = plan(lake.pipeline, policy);
    assertThat(first.expired()).isEqualTo(1);
    assertThat(first.objects()).isZero();
    retire(lake.pipeline, first);
    assertThat(lake.pipeline.live(SILVER)).containsExactly("b");
    assertThat(lake.pipeline.live(CONDEMNED)).containsExactly("a", "b");
    assertThat(execute(lake.pipeline, first).objects()).isZero();
    assertThat(lake.problems()).isEmpty();
    // Still within the window: it can be brought back.
    lake.pipeline.publisher.rollback("back", 2, "operator", "too early");
    assertThat(lake.pipeline.live(SILVER)).containsExactly("a", "b");
    DeletionPlan again = plan(lake.pipeline, policy);
    retire(lake.pipeline, again);

    lake.at(40);
    DeletionPlan second = plan(lake.pipeline, policy);
    assertThat(second.objects()).isEqualTo(1);
    retire(lake.pipeline, second);
    execute(lake.pipeline, second);
    assertThat(lake.keys())
        .doesNotContain(file("a", "01"))
        .contains(
            TestRuns.file("a", CONDEMNED, "01").path(),
            PIPELINE.control() + "runs/a/keys.json",
            file("b", "02"));
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void whereANewerRunReplacedAPartitionTheOlderOneNeverComesToLight() {
    DatasetSpec replace = TestRuns.spec(SILVER, DatasetMode.PARTITION_REPLACE, ConflictRule.NONE);
    // Committed late and promoted first: what is older by number is younger by time.
    lake.at(1).commit("newer", List.of(replace), "01");
    lake.at(50).publish("older", replace, "01", "02");
    lake.at(51).pipeline.promote("newer");
    lake.at(60);
    DeletionPlan plan = plan(lake.pipeline, keep(1, SILVER, 24));
    assertThat(plan.expired()).isZero();
    lake.at(90);
    DeletionPlan later = plan(lake.pipeline, keep(1, SILVER, 24));
    assertThat(later.expired()).isEqualTo(2);
    retire(lake.pipeline, later);
    assertThat(lake.pipeline.live(SILVER)).isEmpty();
  }

  @Test
  void aSnapshotKeepsItsRunHoweverOldItIs() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.at(1000);
    assertThat(plan(lake.pipeline, keep(0, SILVER, 1)).isEmpty()).isTrue();
  }

  @Test
  void aRunThatStartedBelowTheFloorIsNeverPublishedAndItsFilesGo() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.commit("stale", List.of(SNAPSHOT), "09");
    lake.at(2).publish("b", SNAPSHOT, "01");
    lake.at(3).publish("c", SNAPSHOT, "01");
    lake.commit("fresh", List.of(SNAPSHOT), "08");
    lake.at(10);
    DeletionPlan plan = plan(lake.pipeline, window(7));
    retire(lake.pipeline, plan);
    assertThat(lake.pipeline.promote("stale"))
        .isInstanceOfSatisfying(
            Held.class, held -> assertThat(held.why()).contains("publication 1").contains("3"));
    execute(lake.pipeline, plan);
    assertThat(lake.files()).containsExactlyInAnyOrder(file("c", "01"), file("fresh", "08"));
    assertThat(lake.pipeline.promote("fresh")).isInstanceOf(Published.class);
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void aRunThatStartedAfterThePlanWasBegunKeepsItsFiles() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.at(2).publish("b", SNAPSHOT, "01");
    lake.at(10);
    ForwardingObjectStore front =
        new ForwardingObjectStore(lake.store) {
          @Override
          public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
            if (prefix.endsWith("/runs/") && lake.pipeline.state().history().size() == 2) {
              lake.publish("c", SNAPSHOT, "01");
              lake.commit("waiting", List.of(SNAPSHOT), "08");
            }
            return super.list(prefix, after, limit);
          }
        };
    DeletionPlan plan = plan(lake.through(front), window(7));
    assertThat(plan.objects()).isEqualTo(2);
    assertThat(retire(lake.pipeline, plan)).isInstanceOf(Published.class);
    execute(lake.pipeline, plan);
    assertThat(lake.pipeline.promote("waiting")).isInstanceOf(Published.class);
    assertThat(lake.problems()).isEmpty();
    assertThat(lake.files()).hasSize(3).doesNotContain(file("a", "01"));
  }

  @Test
  void whatWasPublishedOrRestoredSinceThePlanWasMadeStandsAgainstIt() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.commit("late", List.of(SNAPSHOT), "09");
    lake.at(2).publish("b", SNAPSHOT, "01");
    lake.at(3).publish("c", SNAPSHOT, "01");
    lake.at(10);
    DeletionPlan plan = plan(lake.pipeline, window(7));
    lake.pipeline.promote("late");
    assertThat(retire(lake.pipeline, plan))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.why()).contains("late"));
    DeletionPlan second = plan(lake.pipeline, window(7));
    lake.pipeline.publisher.rollback("back", 1, "operator", "wrong");
    assertThat(retire(lake.pipeline, second))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.why()).contains("restored"));
    assertCode(StorageErrorCode.DELETION_REFUSED, () -> execute(lake.pipeline, second));
    DeletionPlan third = plan(lake.pipeline, window(7));
    lake.publish("other", SNAPSHOT, "02");
    assertThat(retire(lake.pipeline, third)).isInstanceOf(Published.class);
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void aPlanWaitsForItsApprovalsAndIsRefusedByARejection() {
    DeletionPlan plan = planAfterThreeSnapshots();
    ApprovalRule rule = new ApprovalRule(1, true);
    Approvals approvals = new Approvals(lake.store, PIPELINE, KEYRING);
    assertThat(lake.pipeline.publisher.retire(plan.digest(), rule, "operator", "old"))
        .isEqualTo(new AwaitingApproval(plan.digest(), 1));
    approvals.decideOnPlan(plan.digest(), Decision.APPROVED, TestRuns.APPROVALS, "read", CLOCK);
    assertThat(lake.pipeline.publisher.retire(plan.digest(), rule, "operator", "old"))
        .isInstanceOfSatisfying(
            Published.class,
            published -> assertThat(published.publication().approvals()).hasSize(1));
    DeletionPlan other = plan(lake.pipeline, window(6));
    approvals.decideOnPlan(other.digest(), Decision.REJECTED, TestRuns.APPROVALS, "no", CLOCK);
    assertThat(lake.pipeline.publisher.retire(other.digest(), rule, "operator", "old"))
        .isInstanceOf(Held.class);
    // Whoever made the plan does not count.
    DeletionPlan own = lake.pipeline.retention().plan(window(5), "approver", "old");
    approvals.decideOnPlan(own.digest(), Decision.APPROVED, TestRuns.APPROVALS, "mine", CLOCK);
    assertThat(lake.pipeline.publisher.retire(own.digest(), rule, "operator", "old"))
        .isInstanceOf(AwaitingApproval.class);
  }

  private static LegalHold hold(String id, Optional<String> run, Optional<String> month) {
    return new LegalHold(
        id,
        run.map(RunId::new),
        run.isPresent() ? Optional.empty() : Optional.of(SILVER),
        new TreeMap<>(month.map(value -> Map.of("month", value)).orElse(Map.of())),
        "counsel",
        "case 7",
        StoredRuns.START);
  }

  @Test
  void whatIsHeldIsNotPlannedAndAHoldAfterThePlanStopsItWhereItMeetsIt() {
    lake.at(1).publish("a", SNAPSHOT, "01");
    lake.at(2).publish("b", SNAPSHOT, "02");
    lake.at(3).publish("c", SNAPSHOT, "01");
    lake.at(10).pipeline.holds().place(hold("h-1", Optional.of("a"), Optional.empty()));
    DeletionPlan plan = plan(lake.pipeline, window(7));
    assertThat(plan.objects()).isEqualTo(2);
    assertThat(plan.held()).isEqualTo(1);
    retire(lake.pipeline, plan);
    assertThat(
            lake.pipeline.holds().place(hold("h-2", Optional.empty(), Optional.of("02"))).begun())
        .isEmpty();
    DeletionReport report = execute(lake.pipeline, plan);
    // The keys may be those of the held partition.
    assertThat(report).isEqualTo(new DeletionReport(0, 0, 2));
    assertThat(lake.files()).hasSize(3);
    assertThat(lake.pipeline.holds().place(hold("h-3", Optional.of("c"), Optional.empty())).begun())
        .containsExactly(plan.digest());

    lake.pipeline.holds().release("h-2", "counsel", "case closed");
    assertThat(execute(lake.pipeline, plan).isDone()).isTrue();
    assertThat(lake.files()).containsExactlyInAnyOrder(file("a", "01"), file("c", "01"));
    lake.pipeline.holds().release("h-1", "counsel", "case closed");
    DeletionPlan rest = plan(lake.pipeline, window(7));
    retire(lake.pipeline, rest);
    assertThat(execute(lake.pipeline, rest).isDone()).isTrue();
    assertThat(lake.files()).containsExactly(file("c", "01"));
    assertThat(lake.problems()).isEmpty();
  }

  @Test
  void aHeldRunDoesNotExpire() {
    lake.at(1).publish("a", APPEND, "01");
    lake.at(100);
    DeletionPlan plan = plan(lake.pipeline, keep(5, SILVER, 24));
    lake.pipeline.holds().place(hold("h-1", Optional.of("a"), Optional.empty()));
    assertThat(retire(lake.pipeline, plan))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.why()).contains("h-1"));
    assertThat(plan(lake.pipeline, keep(5, SILVER, 24)).isEmpty()).isTrue();
  }

  @Test
  void aPlanThatWasChangedIsRefusedAndNothingGoes() {
    DeletionPlan plan = planAfterThreeSnapshots();
    retire(lake.pipeline, plan);
    List<String> files = lake.files();
    for (String key : lake.keys()) {
      if (key.contains("/deletions/") || key.contains("/deletion-parts/")) {
        byte[] content = lake.store.get(key).orElseThrow().content();
        byte[] changed = content.clone();
        changed[content.length / 2] ^= 1;
        lake.store.put(key, changed);
        assertCode(StorageErrorCode.DELETION_PLAN_INVALID, () -> execute(lake.pipeline, plan));
        assertThat(lake.problems()).as(key).isNotEmpty();
        lake.store.put(key, content);
      }
    }
    assertThat(lake.files()).isEqualTo(files);
    assertThat(execute(lake.pipeline, plan).isDone()).isTrue();
  }

  @Test
  void everyVersionOfWhatGoesIsDeleted() {
    DeletionPlan plan = planAfterThreeSnapshots();
    retire(lake.pipeline, plan);
    List<String> versioned = new ArrayList<>();
    ForwardingObjectStore front =
        new ForwardingObjectStore(lake.store) {
          @Override
          public void delete(String key) {
            throw new AssertionError("an older version of " + key + " would stay");
          }

          @Override
          public int deleteAllVersions(String key) {
            versioned.add(key);
            return super.deleteAllVersions(key);
          }
        };
    execute(lake.through(front), plan);
    assertThat(versioned).hasSize(4).contains(file("a", "01"), file("b", "01"));
  }

  @Test
  void policiesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> RetentionPolicy.of(Duration.ofHours(-1), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keep(1, SILVER, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(plan(lake.pipeline, window(1)).isEmpty()).isTrue();
  }

  /** Plans, retires and deletes; a plan that is stored is gone on with. */
  private static void retain(StoredRuns lake, TestPipeline pipeline, DeletionPlan known) {
    boolean stored =
        lake.store
            .head(PIPELINE.control() + "deletions/" + known.digest() + "/plan.json")
            .isPresent();
    DeletionPlan plan = stored ? known : plan(pipeline, keep(7, SILVER, 24));
    assertThat(plan.digest()).isEqualTo(known.digest());
    assertThat(retire(pipeline, plan)).isInstanceOf(Published.class);
    assertThat(execute(pipeline, plan).isDone()).isTrue();
  }

  private StoredRuns before() {
    lake.at(1).publish("a", APPEND, "01");
    lake.at(30).publish("b", List.of(APPEND, REJECTED), "01");
    lake.pipeline.publisher.rollback("back", 1, "operator", "wrong");
    lake.at(40);
    return lake;
  }

  private static void requireWhole(StoredRuns lake, String where) {
    assertThat(lake.problems()).as(where).isEmpty();
    PublishedState state = lake.pipeline.state();
    long floor = state.head().orElseThrow().floor();
    for (long seq = floor; seq <= state.head().orElseThrow().seq(); seq++) {
      PublishedState then = state.asOf(seq);
      for (DatasetRef dataset : then.datasets()) {
        for (LiveFile file : then.liveFiles(dataset)) {
          assertThat(lake.store.head(file.file().path())).as(where + " as of " + seq).isPresent();
        }
      }
    }
  }

  @Test
  void aCrashAtEveryOperationLosesNothingThatIsReadableAndTheNextTryEndsIt() {
    StoredRuns start = before();
    StoredRuns reference = start.copy();
    DeletionPlan known = plan(reference.pipeline, keep(7, SILVER, 24));
    assertThat(known.expired()).isEqualTo(1);
    assertThat(known.objects()).isEqualTo(3);
    retain(reference, reference.pipeline, known);
    int crashes = 0;
    for (When when : When.values()) {
      for (long at = 1; ; at++) {
        StoredRuns spoiled = start.copy();
        CrashingObjectStore front = new CrashingObjectStore(spoiled.store, at, when, () -> {});
        try {
          retain(spoiled, spoiled.through(front), known);
        } catch (SimulatedCrash e) {
          crashes++;
        }
        if (!front.crashed()) {
          break;
        }
        String where = when + " operation " + at;
        requireWhole(spoiled, where);
        retain(spoiled, spoiled.pipeline, known);
        requireWhole(spoiled, where);
        assertThat(spoiled.files()).as(where).isEqualTo(reference.files());
      }
    }
    assertThat(crashes).isGreaterThan(60);
  }

  @Test
  void aFaultAtEveryOperationLosesNothingThatIsReadableAndTheNextTryEndsIt() {
    StoredRuns start = before();
    StoredRuns reference = start.copy();
    DeletionPlan known = plan(reference.pipeline, keep(7, SILVER, 24));
    retain(reference, reference.pipeline, known);
    for (Fault fault : List.of(Fault.REFUSED, Fault.LOST_BEFORE_EFFECT, Fault.LOST_AFTER_EFFECT)) {
      for (long at = 1; ; at++) {
        StoredRuns spoiled = start.copy();
        FaultyObjectStore front =
            new FaultyObjectStore(spoiled.store, FaultyObjectStore.once(at, fault));
        String where = fault + " at operation " + at;
        try {
          retain(spoiled, spoiled.through(front), known);
        } catch (StorageException e) {
          assertThat(e.code()).as(where).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
          requireWhole(spoiled, where);
          retain(spoiled, spoiled.pipeline, known);
        }
        requireWhole(spoiled, where);
        assertThat(spoiled.files()).as(where).isEqualTo(reference.files());
        if (front.operations() < at) {
          break;
        }
      }
    }
  }

  private static void assertCode(StorageErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
