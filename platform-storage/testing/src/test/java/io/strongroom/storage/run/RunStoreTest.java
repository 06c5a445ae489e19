package io.strongroom.storage.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class RunStoreTest {
  private static final RunId RUN = new RunId("r-1");
  private static final String RUNS = TestRuns.PIPELINE.control() + "runs/";

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final RunStore runs = runs(store);

  private static RunStore runs(ObjectStore store) {
    return new RunStore(
        store, TestRuns.PIPELINE, TestRuns.MANIFESTS, TestRuns.KEYRING, TestRuns.CLOCK);
  }

  private static JsonObject json(String value) {
    return JsonObject.builder().put("value", value).build();
  }

  private static Manifest draft(RunRequest request) {
    return TestRuns.draft(
        request,
        TestRuns.output(request.runId().value(), TestRuns.spec(TestRuns.SILVER), "2026-01"));
  }

  @Test
  void aClaimedRunIsFoundByItsIdAndItsKey() {
    RunRequest request = TestRuns.request("r-1", "w");
    runs.claim(request);
    assertThat(runs.request(RUN)).contains(request);
    assertThat(runs.unfinished(request.key())).containsExactly(request);
    assertThat(runs.unfinished(TestRuns.key("other"))).isEmpty();
    assertThat(runs.request(new RunId("r-2"))).isEmpty();
  }

  @Test
  void claimingAgainSucceedsForTheSameRequestOnly() {
    runs.claim(TestRuns.request("r-1", "w"));
    runs.claim(TestRuns.request("r-1", "w"));
    assertThatThrownBy(() -> runs.claim(TestRuns.request("r-1", "other")))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_ID_TAKEN))
        .hasMessageContaining("r-1");
  }

  @Test
  void anUnfinishedRunIsOneWithoutAManifest() {
    RunRequest committed = TestRuns.request("r-1", "w");
    RunRequest aborted = TestRuns.request("r-2", "w");
    RunRequest open = TestRuns.request("r-3", "w");
    List.of(committed, aborted, open).forEach(runs::claim);
    Manifest manifest = runs.commit(draft(committed));
    runs.abort(aborted, "operator", "stuck");
    assertThat(runs.unfinished(TestRuns.key("w"))).containsExactly(open);
    assertThat(runs.committed(TestRuns.key("w"))).containsExactly(manifest);
  }

  @Test
  void theFirstDecisionStands() {
    RunRequest request = TestRuns.request("r-1", "w");
    Manifest committed = runs.commit(draft(request));
    assertThat(committed.isCommitted()).isTrue();
    assertThat(runs.abort(request, "operator", "stuck")).isEqualTo(committed);

    RunRequest other = TestRuns.request("r-2", "w");
    Manifest aborted = runs.abort(other, "operator", "stuck");
    assertThat(aborted.status()).isEqualTo(Manifest.Status.ABORTED);
    assertThat(aborted.actor()).isEqualTo("operator");
    assertThat(runs.commit(draft(other))).isEqualTo(aborted);
    assertThat(runs.manifest(new RunId("r-2"))).contains(aborted);
  }

  @Test
  void racingAttemptsAllGetTheSameOutcomeAndManifest() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        RunRequest request = TestRuns.request("race-" + round, "w");
        List<Future<List<Object>>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          String mine = "attempt " + i;
          boolean abort = i % 2 == 0;
          all.add(
              pool.submit(
                  () ->
                      List.of(
                          runs.outcome(request.runId(), "load", "p", json(mine)),
                          abort
                              ? runs.abort(request, mine, "stuck")
                              : runs.commit(draft(request)))));
        }
        List<Object> first = all.get(0).get();
        for (Future<List<Object>> one : all) {
          assertThat(one.get()).isEqualTo(first);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_BEFORE_EFFECT", "LOST_AFTER_EFFECT", "DELIVERED_LATE"})
  void aLostReplyIsSettledByReading(Fault fault) {
    FaultyObjectStore faulty =
        new FaultyObjectStore(
            store, (number, operation, key) -> operation.isWrite() ? once(key, fault) : Fault.NONE);
    RunStore lossy = runs(faulty);
    RunRequest request = TestRuns.request("r-1", "w");
    lossy.claim(request);
    assertThat(lossy.plan(RUN, json("plan"))).isEqualTo(json("plan"));
    assertThat(lossy.outcome(RUN, "load", "p", json("mine"))).isEqualTo(json("mine"));
    Manifest manifest = lossy.commit(draft(request));
    while (faulty.deliver()) {
      // What arrives late finds the place taken.
    }
    assertThat(runs.manifest(RUN)).contains(manifest);
    assertThat(runs.findPlan(RUN)).contains(json("plan"));
  }

  private final List<String> failed = new ArrayList<>();

  private Fault once(String key, Fault fault) {
    if (failed.contains(key)) {
      return Fault.NONE;
    }
    failed.add(key);
    return fault;
  }

  @Test
  void aWriteThatNeverGetsAReplyIsAnUnknownOutcome() {
    RunStore lossy =
        runs(
            new FaultyObjectStore(
                store,
                (number, operation, key) ->
                    operation.isWrite() ? Fault.LOST_BEFORE_EFFECT : Fault.NONE));
    assertThatThrownBy(() -> lossy.commit(draft(TestRuns.request("r-1", "w"))))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.category()).isEqualTo(ErrorCategory.UNKNOWN_OUTCOME))
        .hasMessageContaining("runs/r-1/manifest.json");
  }

  @Test
  void theFirstPlanAndTheFirstOutcomeStand() {
    assertThat(runs.findPlan(RUN)).isEmpty();
    assertThat(runs.plan(RUN, json("mine"))).isEqualTo(json("mine"));
    assertThat(runs.plan(RUN, json("late"))).isEqualTo(json("mine"));
    assertThat(runs.findPlan(RUN)).contains(json("mine"));
    assertThat(runs.findOutcome(RUN, "load", "p/1")).isEmpty();
    assertThat(runs.outcome(RUN, "load", "p/1", json("mine"))).isEqualTo(json("mine"));
    assertThat(runs.outcome(RUN, "load", "p/1", json("late"))).isEqualTo(json("mine"));
    assertThat(runs.findOutcome(RUN, "load", "p/1")).contains(json("mine"));
    assertThat(runs.findOutcome(RUN, "load", "p/2")).isEmpty();
  }

  @Test
  void namesOfStepsAndPartitionsBecomeSafeKeys() {
    runs.outcome(RUN, "load", "a/b é%.txt", json("mine"));
    runs.outcome(RUN, "..", ".", json("mine"));
    assertThat(store.list(RUNS, null, 10))
        .extracting(ObjectInfo::key)
        .containsExactly(
            RUNS + "r-1/outcomes/%2E./%2E.json",
            RUNS + "r-1/outcomes/load/a%2Fb%20%C3%A9%25.txt.json");
    assertThatThrownBy(() -> runs.outcome(RUN, "load", "x".repeat(201), json("mine")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("200");
    assertThatThrownBy(() -> runs.outcome(RUN, "", "p", json("mine")))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void aManifestSignedByAnotherKeyOrForAnotherPurposeIsRefused() {
    byte[] body =
        SignedJson.sign(
            Manifest.PAYLOAD_TYPE,
            draft(TestRuns.request("r-1", "w")).toJson(),
            TestRuns.signer(KeyPurpose.MANIFEST, 7));
    store.put(RUNS + "r-1/manifest.json", body);
    assertInvalid(StorageErrorCode.MANIFEST_INVALID, "runs/r-1/manifest.json");
    store.put(
        RUNS + "r-1/manifest.json",
        SignedJson.sign(
            Manifest.PAYLOAD_TYPE,
            draft(TestRuns.request("r-1", "w")).toJson(),
            TestRuns.PUBLICATIONS));
    assertInvalid(StorageErrorCode.MANIFEST_INVALID, "runs/r-1/manifest.json");
  }

  @Test
  void aSignerOutsideOfTheKeyringDecidesNothing() {
    RunStore stranger =
        new RunStore(
            store,
            TestRuns.PIPELINE,
            TestRuns.signer(KeyPurpose.MANIFEST, 7),
            TestRuns.KEYRING,
            TestRuns.CLOCK);
    RunRequest request = TestRuns.request("r-1", "w");
    assertThatThrownBy(() -> stranger.commit(draft(request))).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> stranger.abort(request, "operator", "stuck"))
        .isInstanceOf(StorageException.class);
    assertThat(store.head(RUNS + "r-1/manifest.json")).isEmpty();
    assertThat(runs.commit(draft(request)).isCommitted()).isTrue();
  }

  @Test
  void aManifestOfAnotherRunIsRefused() {
    runs.commit(draft(TestRuns.request("r-2", "w")));
    store.put(
        RUNS + "r-1/manifest.json", store.get(RUNS + "r-2/manifest.json").orElseThrow().content());
    assertInvalid(StorageErrorCode.MANIFEST_INVALID, "another run");
  }

  private void assertInvalid(StorageErrorCode code, String text) {
    assertThatThrownBy(() -> runs.manifest(RUN))
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"request.json", "plan.json", "outcomes/load/p.json"})
  void aDamagedDocumentIsRefusedAndNamed(String name) {
    runs.claim(TestRuns.request("r-1", "w"));
    runs.plan(RUN, json("plan"));
    runs.outcome(RUN, "load", "p", json("mine"));
    String key = RUNS + "r-1/" + name;
    byte[] content = store.get(key).orElseThrow().content();
    content[content.length - 1] = ' ';
    store.put(key, content);
    assertThatThrownBy(
            () -> {
              runs.request(RUN);
              runs.findPlan(RUN);
              runs.findOutcome(RUN, "load", "p");
            })
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_DOCUMENT_INVALID))
        .hasMessageContaining(key);
  }

  @Test
  void aForgedMarkOfATryIsIgnored() {
    runs.claim(TestRuns.request("r-1", "other"));
    String tries = TestRuns.PIPELINE.control() + "tries/" + TestRuns.key("w").id() + "/";
    store.put(tries + "r-1.json", new byte[0]);
    store.put(tries + "r-9.json", new byte[0]);
    store.put(tries + "not a run", new byte[0]);
    assertThat(runs.unfinished(TestRuns.key("w"))).isEmpty();
  }

  @Test
  void runsOfAnotherPipelineAndSignersOfAnotherPurposeAreRefused() {
    RunStore other =
        new RunStore(
            store,
            new PipelineRef("payments", "balances"),
            TestRuns.MANIFESTS,
            TestRuns.KEYRING,
            TestRuns.CLOCK);
    assertThatThrownBy(() -> other.claim(TestRuns.request("r-1", "w")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new RunStore(
                    store,
                    TestRuns.PIPELINE,
                    TestRuns.PUBLICATIONS,
                    TestRuns.KEYRING,
                    TestRuns.CLOCK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runIdsAreUniqueAndHaveAFixedLineageId() {
    RunId id = RunId.next(TestRuns.CLOCK, new SecureRandom());
    assertThat(id.value()).matches("20260121T020000Z-[0-9a-f]{8}");
    assertThat(id).isNotEqualTo(RunId.next(TestRuns.CLOCK, new SecureRandom()));
    // Python: uuid.uuid5(uuid.UUID('6b0d3b0c-2f5e-5d0b-9a57-2f7f3c1f8e41'), 'r-1')
    assertThat(RUN.lineageId()).hasToString("14f66d6d-27e2-5bc0-b92b-48dd20f39672");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".r", "-r", "a/b", "a b", "é"})
  void whatIsNoRunIdIsRefused(String value) {
    assertThatThrownBy(() -> new RunId(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLeaseIsLostToWhoeverTakesItNext() throws Exception {
    runs.claim(TestRuns.request("r-1", "w"));
    try (RunLease first = runs.lease(RUN, Duration.ofMillis(300))) {
      assertThat(first.lost()).isFalse();
      try (RunLease second = runs.lease(RUN, Duration.ofSeconds(30))) {
        for (int i = 0; i < 200 && !first.lost(); i++) {
          Thread.sleep(10);
        }
        assertThat(first.lost()).isTrue();
        assertThat(second.lost()).isFalse();
      }
    }
    assertThat(store.head(RUNS + "r-1/lease.json")).isPresent();
  }

  @Test
  void aLeaseWhoseBeatCannotGrowAnyMoreCanStillBeTaken() {
    runs.claim(TestRuns.request("r-1", "w"));
    for (String beat : List.of("9007199254740991", "-1")) {
      String forged =
          "{\"beat\":"
              + beat
              + ",\"format\":\"strongroom.lease.v1\",\"holder\":\"x\",\"run\":\"r-1\"}";
      store.put(RUNS + "r-1/lease.json", forged.getBytes(UTF_8));
      try (RunLease lease = runs.lease(RUN, Duration.ofSeconds(30))) {
        assertThat(lease.lost()).isFalse();
      }
    }
  }

  @Test
  void whatAForgedObjectMakesAMessageQuoteIsOneShortLine() {
    String forged =
        new String(TestRuns.request("r-1", "w").toJson().canonicalBytes(), UTF_8)
            .replace(
                "\"pipeline\":\"payments/transactions\",\"reason\"",
                "\"pipeline\":\"a\\nINFO all is well" + "x".repeat(5000) + "\",\"reason\"");
    store.put(RUNS + "r-1/request.json", forged.getBytes(UTF_8));
    assertThatThrownBy(() -> runs.request(RUN))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_DOCUMENT_INVALID);
              assertThat(e.getMessage())
                  .hasLineCount(1)
                  .contains(RUNS + "r-1/request.json")
                  .contains("a?INFO")
                  .hasSizeLessThan(600);
            });
  }

  @Test
  void aLeaseThatCannotBeRenewedIsLost() throws Exception {
    runs.claim(TestRuns.request("r-1", "w"));
    FaultyObjectStore faulty =
        new FaultyObjectStore(
            store, (number, operation, key) -> number > 4 ? Fault.REFUSED : Fault.NONE);
    try (RunLease lease = runs(faulty).lease(RUN, Duration.ofMillis(200))) {
      for (int i = 0; i < 300 && !lease.lost(); i++) {
        Thread.sleep(10);
      }
      assertThat(lease.lost()).isTrue();
    }
  }

  @Test
  void aLeaseWhoseReplyIsLostIsKept() throws Exception {
    runs.claim(TestRuns.request("r-1", "w"));
    FaultyObjectStore faulty =
        new FaultyObjectStore(
            store,
            (number, operation, key) ->
                operation.isWrite() && number % 2 == 0 ? Fault.LOST_AFTER_EFFECT : Fault.NONE);
    try (RunLease lease = runs(faulty).lease(RUN, Duration.ofSeconds(1))) {
      Thread.sleep(1500);
      assertThat(lease.lost()).isFalse();
    }
  }

  @Test
  void aRenewedLeaseIsAliveAndAQuietOneIsStale() throws Exception {
    runs.claim(TestRuns.request("r-1", "w"));
    assertThat(runs.observe(RUN, Duration.ofMillis(50))).isEqualTo(LeaseState.STALE);
    try (RunLease lease = runs.lease(RUN, Duration.ofMillis(300))) {
      assertThat(lease.run()).isEqualTo(RUN);
      assertThat(runs.observe(RUN, Duration.ofSeconds(20))).isEqualTo(LeaseState.ALIVE);
    }
    assertThat(runs.observe(RUN, Duration.ofMillis(400))).isEqualTo(LeaseState.STALE);
  }

  @Test
  void aLeaseIsJudgedByTheObserversOwnClockAlone() {
    runs.claim(TestRuns.request("r-1", "w"));
    StoppedTime time = new StoppedTime();
    RunStore observer =
        new RunStore(
            store, TestRuns.PIPELINE, TestRuns.MANIFESTS, TestRuns.KEYRING, TestRuns.CLOCK, time);
    assertThat(observer.observe(RUN, Duration.ofHours(1))).isEqualTo(LeaseState.STALE);
    assertThat(time.nanos).isEqualTo(Duration.ofHours(1).toNanos());
  }

  private static final class StoppedTime implements MonotonicTime {
    private long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void pause(long wait) {
      nanos += wait;
    }
  }

  @Test
  void onlyAClaimedRunHasALease() {
    assertThatThrownBy(() -> runs.lease(RUN, Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_MISSING));
    assertThatThrownBy(() -> runs.observe(RUN, Duration.ofSeconds(1)))
        .isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> runs.lease(RUN, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyWithManyTriesIsListedWhole() {
    for (int i = 0; i < 1003; i++) {
      store.put(
          TestRuns.PIPELINE.control() + "tries/" + TestRuns.key("w").id() + "/t" + i + ".json",
          new byte[0]);
    }
    RunRequest last = TestRuns.request("zz", "w");
    runs.claim(last);
    assertThat(runs.unfinished(TestRuns.key("w"))).isEqualTo(List.of(last));
    assertThat(Optional.of(last).map(RunRequest::parameters).orElseThrow())
        .containsEntry("strict", "true");
  }
}
