package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.publication.Finding.Kind;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.testing.InMemoryIntentLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class FsckTest {
  private static final String CONTROL = PIPELINE.control();
  private static final List<DatasetSpec> SPECS =
      List.of(
          TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.NONE),
          TestRuns.spec(CONDEMNED, DatasetMode.APPEND, ConflictRule.NONE));

  private final StoredRuns lake = new StoredRuns();

  @BeforeEach
  void publishTwoRuns() {
    lake.publish("r-1", SPECS, "01");
    lake.at(1).publish("r-2", SPECS, "02");
    RunId run = new RunId("r-1");
    lake.pipeline.runs.plan(run, JsonObject.builder().put("any", 1).build());
    lake.pipeline.runs.outcome(run, "load", "p 1", JsonObject.builder().put("any", true).build());
    try (RunLease lease = lake.pipeline.runs.lease(run, Duration.ofHours(1))) {
      assertThat(lease.lost()).isFalse();
    }
    new Approvals(lake.store, PIPELINE, KEYRING)
        .decide(run, Approval.Decision.APPROVED, TestRuns.APPROVALS, "looked", lake);
    new DerivedCopies(lake.store).rebuild(lake.pipeline.state());
  }

  private Fsck fsck() {
    return new Fsck(lake.store, PIPELINE, KEYRING, lake.pipeline.intents, lake)
        .unwrapping(StoredRuns.KEYS);
  }

  private List<Finding> check() {
    return check(fsck());
  }

  private static List<Finding> check(Fsck fsck) {
    List<Finding> findings = new ArrayList<>();
    Fsck.Report report = fsck.check(findings::add);
    assertThat(report.errors() + report.warnings() + report.notices()).isEqualTo(findings.size());
    return findings;
  }

  private long bad(Fsck fsck) {
    Fsck.Report report = fsck.check(finding -> {});
    return report.errors() + report.warnings();
  }

  private long errors(Fsck fsck) {
    return fsck.check(finding -> {}).errors();
  }

  @Test
  void whatIsAsItShouldBeIsNoFinding() {
    assertThat(check()).isEmpty();
    assertThat(fsck().repair(finding -> {})).isZero();
    assertThat(check(fsck().ofReplica(Duration.ofHours(1)))).isEmpty();
  }

  @Test
  void everyObjectThatIsChangedOrDeletedIsFoundAndNamedOrOfNoUse() {
    for (String key : without(lake.keys(), "probe/passed.v1")) {
      byte[] content = lake.store.get(key).orElseThrow().content();
      byte[] changed = content.clone();
      changed[content.length / 2] ^= 1;
      lake.store.put(key, changed);
      assertThat(check()).as(key + " changed").extracting(Finding::object).contains(key);
      lake.store.delete(key);
      // Leases, plans, outcomes and unused approvals are missed by nobody.
      boolean optional = key.matches(".*/(lease|plan)[.]json|.*/(outcomes|approvals)/.*");
      assertThat(check().stream().anyMatch(finding -> finding.object().equals(key)))
          .as(key + " deleted")
          .isEqualTo(!optional);
      lake.store.put(key, content);
    }
    assertThat(check()).isEmpty();
  }

  @Test
  void leftoversAreListedWithWhatTheyAreTheirLengthAndTheirAge() {
    RunRequest ended = TestRuns.request("ended", "x", lake.pipeline.head(), Optional.empty());
    lake.pipeline.runs.claim(ended);
    lake.pipeline.runs.abort(ended, "operator", "stuck");
    lake.pipeline.runs.claim(TestRuns.request("open", "y", lake.pipeline.head(), Optional.empty()));
    String folder = SILVER.path() + "/month=01/run_id=";
    lake.store.put(folder + "ended/part-0.parquet", new byte[3]);
    lake.store.put(folder + "open/part-0.parquet", new byte[4]);
    lake.store.put(folder + "r-1/part-9.parquet", new byte[5]);
    lake.store.put(SILVER.path() + "/lost.parquet", new byte[6]);
    lake.store.put(CONTROL + "runs/r-1/strange.txt", new byte[7]);
    lake.store.put("probe/abc/object", new byte[8]);
    lake.at(31);
    List<Finding> findings = check();
    assertThat(findings).allMatch(finding -> finding.severity() == Severity.NOTICE);
    assertThat(findings)
        .filteredOn(finding -> finding.kind() == Kind.LEFTOVER)
        .extracting(Finding::object, finding -> finding.bytes().orElse(-1))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(folder + "ended/part-0.parquet", 3L),
            org.assertj.core.groups.Tuple.tuple(folder + "open/part-0.parquet", 4L),
            org.assertj.core.groups.Tuple.tuple(folder + "r-1/part-9.parquet", 5L),
            org.assertj.core.groups.Tuple.tuple(SILVER.path() + "/lost.parquet", 6L),
            org.assertj.core.groups.Tuple.tuple(CONTROL + "runs/r-1/strange.txt", 7L),
            org.assertj.core.groups.Tuple.tuple("probe/abc/object", 8L));
    assertThat(findings)
        .filteredOn(finding -> finding.bytes().equals(OptionalLong.of(3)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.age()).contains(Duration.ofHours(30));
              assertThat(finding.problem()).contains("ended", "aborted");
            });
    assertThat(findings)
        .filteredOn(finding -> finding.kind() == Kind.UNFINISHED)
        .extracting(Finding::object)
        .containsExactly(CONTROL + "runs/open/request.json");
  }

  @Test
  void onlyWhatIsSafeIsMended() {
    RunRequest open = TestRuns.request("open", "y", lake.pipeline.head(), Optional.empty());
    lake.pipeline.runs.claim(open);
    lake.at(2).publish("r-3", SPECS, "03");
    String mark = CONTROL + "tries/" + open.key().id() + "/open.json";
    lake.store.delete(mark);
    String success = SILVER.path() + "/month=01/run_id=r-1/_SUCCESS";
    lake.store.put(success, new byte[3]);
    lake.store.put(SILVER.path() + "/month=01/run_id=open/part-0.parquet", new byte[3]);
    lake.store.put("probe/abc/object", new byte[3]);
    lake.store.put("probe/passed.v1", new byte[3]);
    lake.at(30);
    lake.store.put("probe/young/object", new byte[3]);
    List<String> before = lake.keys();
    List<Finding> mended = new ArrayList<>();
    assertThat(fsck().repair(mended::add)).isEqualTo(mended.size());
    assertThat(mended)
        .extracting(Finding::object)
        .containsExactlyInAnyOrder(
            mark,
            success,
            SILVER.path() + "/_LATEST.json",
            CONDEMNED.path() + "/_LATEST.json",
            SILVER.path() + "/month=03/run_id=r-3/_SUCCESS",
            CONDEMNED.path() + "/month=03/run_id=r-3/_SUCCESS",
            "probe/abc/object");
    assertThat(lake.keys()).contains(mark).containsAll(without(before, "probe/abc/object"));
    assertThat(fsck().repair(finding -> {})).isZero();
    assertThat(check())
        .extracting(Finding::object)
        .containsExactlyInAnyOrder(
            CONTROL + "runs/open/request.json",
            SILVER.path() + "/month=01/run_id=open/part-0.parquet");
  }

  private static List<String> without(List<String> keys, String key) {
    return keys.stream().filter(other -> !other.equals(key)).toList();
  }

  @Test
  void onAReplicaWhatIsMissingIsNotYetThereUntilItIsLate() {
    Fsck replica = fsck().ofReplica(Duration.ofMinutes(15));
    int waiting = 0;
    for (String key : lake.keys()) {
      byte[] content = lake.store.get(key).orElseThrow().content();
      lake.store.delete(key);
      lake.at(1);
      List<Finding> findings = check(replica);
      assertThat(findings)
          .as(key)
          .noneMatch(finding -> finding.severity() == Severity.ERROR && !isOld(finding.object()));
      boolean notYet =
          findings.stream()
              .anyMatch(finding -> finding.object().equals(key) && finding.kind() == Kind.NOT_YET);
      lake.at(2);
      long late = bad(replica);
      if (notYet) {
        waiting++;
        assertThat(late).as(key).isPositive();
      }
      byte[] changed = content.clone();
      changed[content.length / 2] ^= 1;
      lake.store.put(key, changed);
      lake.at(1);
      if (notYet) {
        assertThat(bad(replica)).as(key + " changed").isPositive();
      }
      lake.store.put(key, content);
    }
    // The newer publication, its generations, its manifest, keys and files.
    assertThat(waiting).isGreaterThanOrEqualTo(8);
  }

  /** Of the run that was published an hour earlier. */
  private static boolean isOld(String key) {
    return key.contains("r-1") || key.contains("000000000001-") || key.contains("generations/");
  }

  @Test
  void anIntentThatHasNotReachedTheReplicasLogIsAwaited() {
    InMemoryIntentLog behind = new InMemoryIntentLog();
    Fsck replica =
        new Fsck(lake.store, PIPELINE, KEYRING, behind, lake).ofReplica(Duration.ofHours(2));
    assertThat(check(replica)).isNotEmpty().allMatch(finding -> finding.kind() == Kind.NOT_YET);
    lake.at(50);
    assertThat(errors(replica)).isEqualTo(2);
  }

  @Test
  void whatRetentionDeletedIsNoFindingAndWhatItBeganIsANotice() {
    lake.at(50).publish("r-3", SPECS, "03");
    lake.at(60);
    RetentionPolicy policy =
        RetentionPolicy.of(
            Duration.ofHours(5),
            Map.of(SILVER, Duration.ofHours(40), CONDEMNED, Duration.ofHours(40)));
    for (int i = 0; i < 2; i++) {
      DeletionPlan plan = lake.pipeline.retention().plan(policy, "operator", "old");
      lake.pipeline.publisher.retire(plan.digest(), ApprovalRule.NONE, "operator", "old");
      lake.pipeline.deletions().execute(plan.digest(), "operator", "old");
      lake.at(70);
    }
    assertThat(lake.files()).hasSize(2);
    new DerivedCopies(lake.store).rebuild(lake.pipeline.state());
    assertThat(check()).isEmpty();
    String done =
        lake.keys().stream().filter(key -> key.endsWith("/done.json")).findFirst().orElseThrow();
    lake.store.delete(done);
    assertThat(check())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.UNFINISHED);
              assertThat(finding.object()).isEqualTo(done.replace("done", "begun"));
            });
  }

  @Test
  void aSchemaThatAPublishedRunNamesAndThatIsMissingOrDamagedIsAnError() {
    SchemaHistory history = new SchemaHistory(lake.store, PIPELINE);
    DatasetSchema schema =
        DatasetSchema.of("v1", SchemaField.nullable("a", Scalar.STRING, Classification.INTERNAL));
    history.register(SPECS.get(0), schema, "owner", "first", lake.instant());
    lake.pipeline.commit(
        "r-3",
        "r-3",
        Optional.empty(),
        TestRuns.output("r-3", SPECS.get(0)).withSchema(schema.fingerprint()));
    TestPipeline.published(lake.pipeline.promote("r-3"));
    String key = CONTROL + "schemas/" + SILVER.path() + "/000001.json";
    byte[] content = lake.store.get(key).orElseThrow().content();
    assertThat(errors()).doesNotContain(key);
    lake.store.put(key, new byte[] {'{'});
    assertThat(errors()).contains(key);
    lake.store.delete(key);
    assertThat(errors()).contains(key);
    lake.store.put(key, content);
    assertThat(errors()).doesNotContain(key);
  }

  private List<String> errors() {
    return check().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map(Finding::object)
        .toList();
  }

  @Test
  void aForgedHoldIsAnError() {
    lake.store.put(CONTROL + "holds/h-1/hold.json", new byte[] {'{', '}'});
    assertThat(errors(fsck())).isEqualTo(1);
  }

  @Test
  void aSetTellsWhatItHoldsHoweverMuchThatIs() {
    DigestSet set = new DigestSet();
    for (int i = 0; i < 100_000; i++) {
      assertThat(set.add("run-" + i)).isTrue();
    }
    assertThat(set.size()).isEqualTo(100_000);
    for (int i = 0; i < 100_000; i++) {
      if (set.add("run-" + i) || set.contains("other-" + i)) {
        throw new AssertionError("wrong about " + i);
      }
    }
  }
}
