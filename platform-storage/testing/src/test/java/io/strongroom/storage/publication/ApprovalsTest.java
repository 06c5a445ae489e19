package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CLOCK;
import static io.strongroom.storage.run.TestRuns.MANIFESTS;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.publication.PromotionResult.AwaitingApproval;
import io.strongroom.storage.publication.PromotionResult.Held;
import io.strongroom.storage.publication.PromotionResult.Published;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ApprovalsTest {
  private static final Signer ALICE = TestRuns.signer(KeyPurpose.APPROVAL, 11);
  private static final Signer BOB = TestRuns.signer(KeyPurpose.APPROVAL, 12);
  private static final Signer COMMITTER = TestRuns.signer(KeyPurpose.APPROVAL, 13);
  private static final Signer MACHINE = TestRuns.signer(KeyPurpose.APPROVAL, 14);
  private static final Keyring KEYRING = keyring(OptionalLong.empty());

  private final InMemoryObjectStore store = new InMemoryObjectStore(CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);
  private final Approvals approvals = new Approvals(store, PIPELINE, KEYRING);

  /** The actor of the test manifests is "scheduler", their key is held by "pipeline". */
  private static Keyring keyring(OptionalLong aliceUntil) {
    return TestRuns.keyring(
        VerificationKey.of(MANIFESTS, "pipeline"),
        VerificationKey.of(PUBLICATIONS, "pipeline"),
        new VerificationKey(
            ALICE.keyId(), KeyPurpose.APPROVAL, ALICE.publicKey(), "alice", 0, aliceUntil),
        VerificationKey.of(BOB, "bob"),
        VerificationKey.of(COMMITTER, "scheduler"),
        VerificationKey.of(MACHINE, "pipeline"));
  }

  private Publisher publisher(int needed, boolean fourEyes) {
    return publisher(needed, fourEyes, KEYRING);
  }

  private Publisher publisher(int needed, boolean fourEyes, Keyring keyring) {
    return new Publisher(
        store,
        PIPELINE,
        new RunStore(store, PIPELINE, MANIFESTS, keyring, CLOCK),
        pipeline.intents,
        PUBLICATIONS,
        keyring,
        CLOCK,
        manifest -> new ApprovalRule(needed, fourEyes));
  }

  private PromotionResult promote(Publisher publisher) {
    return publisher.promote(new RunId("r-1"), "releaser", "checked");
  }

  private Manifest commit() {
    return pipeline.commit("r-1", "1", TestRuns.spec(SILVER), "2026-01");
  }

  private Approval approve(Signer signer) {
    return approvals.decide(new RunId("r-1"), Decision.APPROVED, signer, "looked at it", CLOCK);
  }

  @Test
  void aRunWaitsUntilEnoughDifferentPeopleHaveApprovedIt() {
    Manifest manifest = commit();
    Publisher publisher = publisher(2, true);
    assertThat(promote(publisher)).isEqualTo(new AwaitingApproval(manifest.digest(), 2));
    Approval first = approve(ALICE);
    approvals.decide(new RunId("r-1"), Decision.APPROVED, ALICE, "looked again", CLOCK);
    assertThat(promote(publisher)).isEqualTo(new AwaitingApproval(manifest.digest(), 1));
    assertThat(pipeline.head()).isEmpty();
    assertThat(pipeline.intents.intents()).isEmpty();
    Approval second = approve(BOB);
    assertThat(promote(publisher)).isInstanceOf(Published.class);
    assertThat(pipeline.state().head().orElseThrow().approvals())
        .hasSize(2)
        .isSorted()
        .contains(second.digest());
    assertThat(approvals.of(new RunId("r-1"))).hasSize(3).contains(first, second);
  }

  @Test
  void fourEyesMeansThatNeitherTheActorNorTheHolderOfTheManifestKeyCounts() {
    commit();
    approve(COMMITTER);
    approve(MACHINE);
    assertThat(promote(publisher(1, true))).isInstanceOf(AwaitingApproval.class);
    assertThat(promote(publisher(1, false))).isInstanceOf(Published.class);
  }

  @Test
  void oneRejectionHoldsTheRunWhoeverApprovesIt() {
    commit();
    approve(ALICE);
    approvals.decide(new RunId("r-1"), Decision.REJECTED, BOB, "totals are off", CLOCK);
    assertThat(promote(publisher(1, true)))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.why()).contains("bob"));
    assertThat(pipeline.head()).isEmpty();
  }

  @Test
  void anApprovalStandsWhenOtherRunsWerePublishedSinceAndFallsWithARollback() {
    pipeline.publish("r-0", "0", TestRuns.spec(SILVER), "2025-12");
    commit();
    approve(ALICE);
    pipeline.publish("r-2", "2", TestRuns.spec(SILVER), "2026-02");
    assertThat(promote(publisher(2, true)))
        .isInstanceOfSatisfying(
            AwaitingApproval.class, waiting -> assertThat(waiting.missing()).isEqualTo(1));
    pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    assertThat(promote(publisher(1, true))).isInstanceOf(AwaitingApproval.class);
    approve(ALICE);
    assertThat(promote(publisher(1, true))).isInstanceOf(Published.class);
  }

  @Test
  void anApprovalOfAnotherRunOrByAnotherPurposeOrWithAChangedByteDoesNotCount() {
    commit();
    pipeline.commit("r-2", "2", TestRuns.spec(SILVER), "2026-02");
    Approval other = approvals.decide(new RunId("r-2"), Decision.APPROVED, ALICE, "other", CLOCK);
    String folder = PIPELINE.control() + "runs/r-1/approvals/";
    byte[] bytes =
        store
            .get(PIPELINE.control() + "runs/r-2/approvals/" + other.digest() + ".json")
            .orElseThrow()
            .content();
    store.put(folder + other.digest() + ".json", bytes);
    Approval mine = approve(ALICE);
    String key = folder + mine.digest() + ".json";
    byte[] real = store.get(key).orElseThrow().content();
    for (int i = 0; i < real.length; i += 7) {
      byte[] changed = real.clone();
      changed[i] ^= 1;
      store.put(key, changed);
      assertThat(promote(publisher(1, true))).as("byte " + i).isInstanceOf(AwaitingApproval.class);
    }
    byte[] asManifest =
        SignedJson.sign(
            Approval.PAYLOAD_TYPE,
            Approval.body(
                PIPELINE,
                Optional.of(new RunId("r-1")),
                mine.subject(),
                Optional.empty(),
                Decision.APPROVED,
                "pipeline",
                "by the pipeline itself",
                CLOCK.instant()),
            MANIFESTS);
    store.put(folder + "0".repeat(64) + ".json", asManifest);
    assertThat(promote(publisher(1, true))).isInstanceOf(AwaitingApproval.class);
    store.put(key, real);
    assertThat(promote(publisher(1, true))).isInstanceOf(Published.class);
  }

  @Test
  void aKeyThatWasRetiredBeforeThePublicationDoesNotCount() {
    commit();
    approve(ALICE);
    pipeline.intents.append(
        Intent.of("HOLD", "x", PIPELINE, Optional.empty(), "a", "b", CLOCK.instant()));
    assertThat(promote(publisher(1, true, keyring(OptionalLong.of(1)))))
        .isInstanceOf(AwaitingApproval.class);
    assertThat(pipeline.head()).isEmpty();
    assertThat(promote(publisher(1, true, keyring(OptionalLong.of(10)))))
        .isInstanceOf(Published.class);
  }

  @Test
  void onlyAnApprovalKeyOfTheKeyringDecidesAndOnlyAboutACommittedRun() {
    commit();
    assertThatThrownBy(() -> approve(MANIFESTS)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> approve(TestRuns.signer(KeyPurpose.APPROVAL, 99)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                approvals.decide(
                    new RunId("none"), Decision.APPROVED, ALICE, "looked at it", CLOCK))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_NOT_COMMITTED));
    assertThat(approvals.of(new RunId("r-1"))).isEqualTo(List.of());
  }

  @Test
  void theRuleRefusesNumbersThatMakeNoSense() {
    assertThatThrownBy(() -> new ApprovalRule(-1, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ApprovalRule(17, true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
