package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.PromotionResult.Held;
import io.strongroom.storage.publication.PromotionResult.NothingToRollBack;
import io.strongroom.storage.publication.PromotionResult.Published;
import io.strongroom.storage.publication.PromotionResult.Refused;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class PublisherTest {
  private static final DatasetSpec APPEND = TestRuns.spec(SILVER);
  private static final DatasetSpec FREE =
      TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.NONE);

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);

  @Test
  void promotedRunsAreLiveInTheOrderOfTheirPromotion() {
    assertThat(pipeline.state().head()).isEmpty();
    Publication first = pipeline.publish("r-1", "1", APPEND, "2026-01");
    Publication second = pipeline.publish("r-2", "2", APPEND, "2026-02");
    assertThat(first.seq()).isEqualTo(1);
    assertThat(second.previous()).contains(first.digest());
    assertThat(pipeline.live(SILVER)).containsExactly("r-1", "r-2");
    assertThat(pipeline.state().live(TestRuns.key("2"))).contains(new RunId("r-2"));
    assertThat(pipeline.state().live(TestRuns.key("3"))).isEmpty();
    assertThat(pipeline.state().history()).containsExactly(second, first);
    assertThat(pipeline.state().datasets()).containsExactly(SILVER);
  }

  @Test
  void nothingIsPublishedOnAStoreThatIgnoresConditions() {
    ForwardingObjectStore ignoring =
        new ForwardingObjectStore(store) {
          @Override
          public WriteResult putIfMatch(String key, byte[] content, String etag) {
            return inner.put(key, content);
          }
        };
    TestPipeline there = new TestPipeline(ignoring);
    there.commit("r-1", "1", APPEND, "2026-01");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> there.promote("r-1"))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.CONDITIONAL_WRITES_UNPROVEN));
    }
    assertThat(there.intents.intents()).isEmpty();
    assertThat(there.state().head()).isEmpty();
    assertThat(pipeline.promote("r-1")).isInstanceOf(Published.class);
  }

  @Test
  void aRunIsPublishedOnce() {
    Publication first = pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    assertThat(pipeline.promote("r-1")).isEqualTo(new Published(first, true));
    assertThat(pipeline.intents.intents()).hasSize(2);
  }

  @Test
  void aRunThatWasRolledBackIsNotPublishedAgain() {
    Publication first = pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    pipeline.publisher.rollback("b-1", 0, "operator", "wrong");
    assertThat(pipeline.promote("r-1")).isEqualTo(new Published(first, true));
    assertThat(pipeline.live(SILVER)).isEmpty();
  }

  @Test
  void aSecondRunOfAKeyIsRefusedUnlessItSupersedesTheLiveOne() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.commit("r-2", "1", APPEND, "2026-02");
    assertThat(pipeline.promote("r-2")).isEqualTo(new Refused(new RunId("r-1")));
    pipeline.commit("r-3", "1", Optional.of("r-1"), TestRuns.output("r-3", APPEND, "2026-01"));
    assertThat(pipeline.promote("r-3")).isInstanceOf(Published.class);
    assertThat(pipeline.live(SILVER)).containsExactly("r-3");
    assertThat(pipeline.promote("r-2")).isEqualTo(new Refused(new RunId("r-3")));
  }

  @Test
  void aSupersededRunOfAnotherKeyGoesOutOfEveryDataset() {
    pipeline.commit(
        "r-1",
        "1",
        Optional.empty(),
        TestRuns.output("r-1", APPEND, "2026-01"),
        TestRuns.output("r-1", TestRuns.spec(CONDEMNED), "2026-01"));
    pipeline.promote("r-1");
    pipeline.commit("r-2", "other", Optional.of("r-1"), TestRuns.output("r-2", APPEND, "2026-01"));
    assertThat(pipeline.promote("r-2")).isInstanceOf(Published.class);
    assertThat(pipeline.live(SILVER)).containsExactly("r-2");
    assertThat(pipeline.live(CONDEMNED)).isEmpty();
  }

  @Test
  void oneOfTwoRunsThatSupersedeTheSameRunIsHeld() {
    pipeline.publish("r-1", "1", FREE, "2026-01");
    pipeline.commit("r-2", "2", Optional.of("r-1"), TestRuns.output("r-2", FREE, "2026-01"));
    pipeline.commit("r-3", "3", Optional.of("r-1"), TestRuns.output("r-3", FREE, "2026-01"));
    assertThat(pipeline.promote("r-2")).isInstanceOf(Published.class);
    assertThat(pipeline.promote("r-3"))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.why()).contains("r-1"));
    assertThat(pipeline.live(SILVER)).containsExactly("r-2");
  }

  @Test
  void aRunIsHeldWhenAnotherTouchedItsPartitionMeanwhile() {
    pipeline.publish("r-0", "0", APPEND, "2026-01");
    pipeline.commit("r-1", "1", APPEND, "2026-01", "2026-02");
    pipeline.commit("r-2", "2", APPEND, "2026-02", "2026-03");
    pipeline.commit("r-3", "3", APPEND, "2026-04");
    assertThat(pipeline.promote("r-1")).isInstanceOf(Published.class);
    assertThat(pipeline.promote("r-2"))
        .isInstanceOfSatisfying(
            Held.class, held -> assertThat(held.why()).contains("r-1", "2026-02", SILVER.path()));
    assertThat(pipeline.promote("r-3")).isInstanceOf(Published.class);
  }

  @Test
  void aRunIsHeldWhenARollbackTookItsPartitionAwayMeanwhile() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    pipeline.commit("r-3", "3", APPEND, "2026-02");
    pipeline.commit("r-4", "4", APPEND, "2026-01");
    pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    assertThat(pipeline.promote("r-3")).isInstanceOf(Held.class);
    assertThat(pipeline.promote("r-4")).isInstanceOf(Published.class);
  }

  @Test
  void aRunIsNotHeldWhenWhatTouchedItsPartitionIsGoneAgain() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.commit("r-3", "3", APPEND, "2026-02");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    assertThat(pipeline.promote("r-3")).isInstanceOf(Published.class);
  }

  @Test
  void runsWithoutAConflictRuleDoNotHoldEachOther() {
    pipeline.commit("r-1", "1", FREE, "2026-01");
    pipeline.commit("r-2", "2", FREE, "2026-01");
    assertThat(pipeline.promote("r-1")).isInstanceOf(Published.class);
    assertThat(pipeline.promote("r-2")).isInstanceOf(Published.class);
    assertThat(pipeline.live(SILVER)).containsExactly("r-1", "r-2");
  }

  @Test
  void aSnapshotConsistsOfTheNewestRunAndAnOlderOneDoesNotOverwriteIt() {
    DatasetSpec snapshot = TestRuns.spec(SILVER, DatasetMode.SNAPSHOT, ConflictRule.PARTITION);
    pipeline.publish("r-1", "1", snapshot, "2026-01");
    pipeline.commit("late", "late", snapshot, "2026-05");
    pipeline.publish("r-2", "2", snapshot, "2026-02");
    assertThat(pipeline.live(SILVER)).containsExactly("r-2");
    assertThat(pipeline.promote("late")).isInstanceOf(Held.class);
    assertThat(pipeline.state().live(TestRuns.key("1"))).isEmpty();
  }

  @Test
  void aPartitionThatIsReplacedConsistsOfTheRunPromotedLast() {
    DatasetSpec replace =
        TestRuns.spec(SILVER, DatasetMode.PARTITION_REPLACE, ConflictRule.PARTITION);
    pipeline.publish("r-1", "1", replace, "2026-01", "2026-02");
    pipeline.publish("r-2", "2", replace, "2026-02", "2026-03");
    assertThat(pipeline.state().liveFiles(SILVER))
        .extracting(live -> live.manifest().run() + " " + live.file().partition().get("month"))
        .containsExactly("r-1 2026-01", "r-2 2026-02", "r-2 2026-03");
  }

  @Test
  void aDatasetDoesNotChangeItsMode() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.commit(
        "r-2", "2", TestRuns.spec(SILVER, DatasetMode.SNAPSHOT, ConflictRule.NONE), "2026-02");
    assertThat(pipeline.promote("r-2"))
        .isInstanceOfSatisfying(
            Held.class, held -> assertThat(held.why()).contains("APPEND", "SNAPSHOT"));
  }

  @Test
  void aRollbackRestoresOlderGenerationsUnderANewNumber() {
    Publication first = pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    Publication back =
        TestPipeline.published(pipeline.publisher.rollback("b-1", 1, "operator", "wrong rate"));
    assertThat(back.seq()).isEqualTo(3);
    assertThat(back.kind()).isEqualTo(Publication.Kind.ROLLBACK);
    assertThat(back.rolledBackTo()).isEqualTo(OptionalLong.of(1));
    assertThat(back.generations()).isEqualTo(first.generations());
    assertThat(pipeline.live(SILVER)).containsExactly("r-1");
    assertThat(pipeline.intents.intents().get(2))
        .satisfies(
            intent -> {
              assertThat(intent.kind()).isEqualTo("ROLLBACK");
              assertThat(intent.actor()).isEqualTo("operator");
              assertThat(intent.reason()).isEqualTo("rollback b-1 to publication 1: wrong rate");
              assertThat(intent.id()).isEqualTo(back.intentId(TestRuns.PIPELINE));
            });
  }

  @Test
  void aRollbackIsCarriedOutOnce() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    PromotionResult first = pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    pipeline.publish("r-3", "3", APPEND, "2026-03");
    assertThat(pipeline.publisher.rollback("b-1", 1, "operator", "wrong"))
        .isEqualTo(new Published(TestPipeline.published(first), true));
    assertThat(pipeline.live(SILVER)).containsExactly("r-1", "r-3");
    assertThatThrownBy(() -> pipeline.publisher.rollback("b-1", 0, "operator", "wrong"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.PUBLICATION_REFUSED));
  }

  @Test
  void thereIsNothingToRollBackToTheStateThereIs() {
    assertThat(pipeline.publisher.rollback("b-0", 0, "operator", "x"))
        .isEqualTo(new NothingToRollBack());
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    assertThat(pipeline.publisher.rollback("b-1", 1, "operator", "x"))
        .isEqualTo(new NothingToRollBack());
    assertThatThrownBy(() -> pipeline.publisher.rollback("b-2", 2, "operator", "x"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no publication 2");
    assertThatThrownBy(() -> pipeline.publisher.rollback("b-2", -1, "operator", "x"))
        .isInstanceOf(StorageException.class);
    assertThat(pipeline.intents.intents()).hasSize(1);
  }

  @Test
  void onlyACommittedRunIsPublished() {
    RunRequest request = TestRuns.request("r-1", "1");
    pipeline.runs.claim(request);
    assertNotCommitted();
    pipeline.runs.abort(request, "operator", "stuck");
    assertNotCommitted();
  }

  private void assertNotCommitted() {
    assertThatThrownBy(() -> pipeline.promote("r-1"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_NOT_COMMITTED));
  }

  @Test
  void nothingIsPublishedWithoutItsIntent() {
    pipeline.commit("r-1", "1", APPEND, "2026-01");
    IntentLog closed =
        new IntentLog() {
          @Override
          public IntentReceipt append(Intent intent) {
            throw new IllegalStateException("the log is closed");
          }

          @Override
          public Optional<IntentReceipt> find(String intentId) {
            return Optional.empty();
          }

          @Override
          public boolean holds(IntentReceipt receipt, String intentId) {
            return false;
          }
        };
    Publisher publisher =
        new Publisher(
            store,
            TestRuns.PIPELINE,
            pipeline.runs,
            closed,
            TestRuns.PUBLICATIONS,
            TestRuns.KEYRING,
            TestRuns.CLOCK);
    assertThatThrownBy(() -> publisher.promote(new RunId("r-1"), "releaser", "checked"))
        .hasMessage("the log is closed");
    assertThat(store.list(TestRuns.PIPELINE.control() + "publications/", null, 1)).isEmpty();
    assertThat(pipeline.state().head()).isEmpty();
  }

  @Test
  void anotherActorLeavesAnIntentOfHisOwn() {
    pipeline.commit("r-1", "1", APPEND, "2026-01");
    FaultyObjectStore refusing =
        new FaultyObjectStore(
            store,
            (number, operation, key) ->
                key.contains("/publications/") ? Fault.REFUSED : Fault.NONE);
    TestPipeline broken = new TestPipeline(refusing, pipeline.intents);
    assertThatThrownBy(() -> broken.promote("r-1")).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> broken.promote("r-1")).isInstanceOf(StorageException.class);
    assertThat(pipeline.intents.intents()).hasSize(1);
    Publication publication =
        TestPipeline.published(pipeline.publisher.promote(new RunId("r-1"), "other", "checked"));
    assertThat(pipeline.intents.intents()).hasSize(2);
    assertThat(pipeline.intents.intents().get((int) publication.intentIndex()).actor())
        .isEqualTo(publication.actor())
        .isEqualTo("other");
  }

  @Test
  void aManifestOrAPublicationByARetiredKeyDoesNotCount() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.commit("r-2", "2", APPEND, "2026-02");
    VerificationKey manifests = VerificationKey.of(TestRuns.MANIFESTS, "pipeline");
    VerificationKey publications = VerificationKey.of(TestRuns.PUBLICATIONS, "pipeline");
    assertRetired(
        TestRuns.keyring(until(manifests, 1), publications), StorageErrorCode.MANIFEST_INVALID);
    assertRetired(
        TestRuns.keyring(manifests, until(publications, 1)), StorageErrorCode.PUBLICATION_INVALID);
    assertThat(pipeline.state().history()).hasSize(1);
    assertThat(
            PublishedState.read(
                    store,
                    TestRuns.PIPELINE,
                    TestRuns.keyring(until(manifests, 1), until(publications, 1)))
                .liveRuns(SILVER))
        .hasSize(1);
    assertThatThrownBy(
            () ->
                PublishedState.read(
                    store, TestRuns.PIPELINE, TestRuns.keyring(manifests, until(publications, 0))))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.PUBLICATION_INVALID));
  }

  private void assertRetired(Keyring keyring, StorageErrorCode code) {
    assertThatThrownBy(() -> promote(keyring))
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("index 1");
  }

  private PromotionResult promote(Keyring keyring) {
    RunStore runs =
        new RunStore(store, TestRuns.PIPELINE, TestRuns.MANIFESTS, keyring, TestRuns.CLOCK);
    return new Publisher(
            store,
            TestRuns.PIPELINE,
            runs,
            pipeline.intents,
            TestRuns.PUBLICATIONS,
            keyring,
            TestRuns.CLOCK)
        .promote(new RunId("r-2"), "releaser", "checked");
  }

  private static VerificationKey until(VerificationKey key, long index) {
    return new VerificationKey(
        key.keyId(),
        key.purpose(),
        key.publicKey(),
        key.holder(),
        key.fromIndex(),
        OptionalLong.of(index));
  }

  @Test
  void aSignerOfAnotherPurposeIsRefused() {
    assertThat(TestRuns.MANIFESTS.purpose()).isEqualTo(KeyPurpose.MANIFEST);
    assertThatThrownBy(
            () ->
                new Publisher(
                    store,
                    TestRuns.PIPELINE,
                    pipeline.runs,
                    pipeline.intents,
                    TestRuns.MANIFESTS,
                    TestRuns.KEYRING,
                    TestRuns.CLOCK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRunWhoseBaseIsNotInTheHistoryIsAnIntegrityFailure() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    byte[] old = store.get(latest()).orElseThrow().content();
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    pipeline.commit("r-3", "3", APPEND, "2026-03");
    store.put(latest(), old);
    assertThatThrownBy(() -> pipeline.promote("r-3"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.POINTER_WENT_BACK));
  }

  private static String latest() {
    return TestRuns.PIPELINE.control() + "_LATEST.json";
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void aPromotionCutOffAnywhereIsCompletedByTheNextOne(When when) {
    long operations = 0;
    boolean crashed = true;
    while (crashed) {
      operations++;
      InMemoryObjectStore inner = new InMemoryObjectStore(TestRuns.CLOCK);
      TestPipeline before = new TestPipeline(inner);
      before.publish("r-1", "1", APPEND, "2026-01");
      before.commit("r-2", "2", APPEND, "2026-02");
      CrashingObjectStore crashing = new CrashingObjectStore(inner, operations, when, () -> {});
      try {
        new TestPipeline(crashing, before.intents).promote("r-2");
      } catch (SimulatedCrash e) {
        assertThat(crashing.crashed()).isTrue();
      }
      crashed = crashing.crashed();
      assertThat(before.live(SILVER)).contains("r-1");
      assertThat(before.promote("r-2")).isInstanceOf(Published.class);
      assertThat(before.live(SILVER)).containsExactly("r-1", "r-2");
      assertThat(before.state().history()).hasSize(2);
    }
    assertThat(operations).isGreaterThan(8);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_BEFORE_EFFECT", "LOST_AFTER_EFFECT", "DELIVERED_LATE"})
  void aPromotionWithALostReplyIsToldTheTruth(Fault fault) {
    for (long at = 1; at < 40; at++) {
      InMemoryObjectStore inner = new InMemoryObjectStore(TestRuns.CLOCK);
      TestPipeline before = new TestPipeline(inner);
      before.publish("r-1", "1", APPEND, "2026-01");
      before.commit("r-2", "2", APPEND, "2026-02");
      long unlucky = at;
      FaultyObjectStore faulty =
          new FaultyObjectStore(
              inner,
              (number, operation, key) ->
                  number == unlucky && operation.isWrite() ? fault : Fault.NONE);
      PromotionResult result = new TestPipeline(faulty, before.intents).promote("r-2");
      assertThat(result)
          .isInstanceOfSatisfying(
              Published.class,
              published -> {
                assertThat(published.alreadyThere()).isFalse();
                assertThat(before.state().history()).contains(published.publication());
              });
      while (faulty.deliver()) {
        // Whatever arrives late must change nothing.
      }
      assertThat(before.live(SILVER)).containsExactly("r-1", "r-2");
      assertThat(before.state().history()).hasSize(2);
    }
  }

  @Test
  void racingPromotersOnALocalStoreAllWinOnceEach(@TempDir Path folder) throws Exception {
    TestPipeline local = new TestPipeline(new LocalObjectStore(folder.resolve("store")));
    int count = 8;
    for (int i = 0; i < count; i++) {
      local.commit("r-" + i, "w" + i, APPEND, "2026-" + (10 + i));
    }
    ExecutorService pool = Executors.newFixedThreadPool(count * 2);
    try {
      List<Future<PromotionResult>> results = new ArrayList<>();
      for (int i = 0; i < count * 2; i++) {
        String run = "r-" + i % count;
        results.add(pool.submit(() -> local.promote(run)));
      }
      long fresh = 0;
      for (Future<PromotionResult> result : results) {
        assertThat(result.get()).isInstanceOf(Published.class);
        fresh += ((Published) result.get()).alreadyThere() ? 0 : 1;
      }
      // Two who did the same in the same instant wrote the same bytes, and both may say so.
      assertThat(fresh).isGreaterThanOrEqualTo(count);
    } finally {
      pool.shutdownNow();
    }
    assertThat(local.live(SILVER)).hasSize(count);
    assertThat(local.state().history())
        .extracting(Publication::seq)
        .containsExactly(8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
  }
}
