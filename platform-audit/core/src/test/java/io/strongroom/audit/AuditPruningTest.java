package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.at;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strongroom.audit.query.AuditIndex;
import io.strongroom.audit.query.AuditQuery;
import io.strongroom.audit.query.OpenIntents;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.ApprovalRule;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.publication.LegalHold;
import io.strongroom.storage.publication.LegalHolds;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Old entries lose their contents, by an act that stands in the log, and nothing else changes. */
@Tag("verify")
class AuditPruningTest {
  private static final Signer CHECKPOINTS =
      Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, LogFixture.seed(1));
  private static final Signer FIRST =
      Ed25519Signer.fromSeed(KeyPurpose.APPROVAL, LogFixture.seed(2));
  private static final Signer SECOND =
      Ed25519Signer.fromSeed(KeyPurpose.APPROVAL, LogFixture.seed(3));
  private static final Signer PLANNER =
      Ed25519Signer.fromSeed(KeyPurpose.APPROVAL, LogFixture.seed(4));
  private static final Keyring KEYRING =
      LogFixture.keyring(
          VerificationKey.of(CHECKPOINTS, "log"),
          VerificationKey.of(FIRST, "approver-1"),
          VerificationKey.of(SECOND, "approver-2"),
          VerificationKey.of(PLANNER, "planner"));
  private static final ApprovalRule ONE = new ApprovalRule(1, true);
  private static final InstantSource CLOCK = InstantSource.fixed(at(10_000));
  private static final PipelineRef PIPELINE = new PipelineRef("payments", "transactions");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ObjectStoreAuditLog log = log(store);
  private final AuditPruning pruning = pruning(log, store);

  private static ObjectStoreAuditLog log(ObjectStore store) {
    return ObjectStoreAuditLog.builder(
            store, PREFIX, ORIGIN, CheckpointSigners.of(CHECKPOINTS), KEYRING)
        .withoutThread()
        .build();
  }

  private static AuditPruning pruning(AuditLog log, ObjectStore store) {
    return new AuditPruning(log, store, PREFIX, KEYRING, CLOCK);
  }

  private static AuditReport verify(ObjectStore store) {
    return AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING);
  }

  private void append700() {
    log.append(events(0, 700));
    log.checkpoint();
  }

  /** Plans to prune 512 of 700 entries, with one approval. */
  private AuditReceipt approved() {
    append700();
    AuditReceipt plan =
        pruning.plan(at(600), "planner", "older than the law asks for").receipt().get();
    pruning.approve(plan, FIRST, "agreed");
    return plan;
  }

  private static AuditErrorCode code(Runnable action) {
    AuditException thrown = catchThrowableOfType(AuditException.class, action::run);
    assertThat(thrown).isNotNull();
    return (AuditErrorCode) thrown.code();
  }

  @Test
  void contentsGoAndHashesProofsAndLaterEntriesStay() {
    append700();
    List<String> before = log.entries(0).map(AuditEntry::leafHash).toList();
    Checkpoint then = log.checkpoint();
    List<byte[]> path = log.inclusionProof(3, then.size());
    assertThat(pruning.preview(at(600))).isEqualTo(new PruningPlan(0, 512, Optional.empty()));
    assertThat(log.size()).isEqualTo(700);
    PruningPlan plan = pruning.plan(at(600), "planner", "old");
    assertThat(plan.entries()).isEqualTo(512);
    pruning.approve(plan.receipt().get(), FIRST, "agreed");
    assertThat(LogFixture.names(store)).contains("tile/entries/000", "tile/entries/001");

    AuditReceipt act = pruning.execute(plan.receipt().get(), ONE, "operator", "monthly");

    assertThat(LogFixture.names(store))
        .doesNotContain("tile/entries/000", "tile/entries/001")
        .contains("tile/0/000", "tile/0/001", "pruned");
    log.append(event(800));
    assertThat(pruning.execute(plan.receipt().get(), ONE, "operator", "again")).isEqualTo(act);
    assertThat(code(() -> log.entry(0))).isEqualTo(AuditErrorCode.ENTRY_PRUNED);
    assertThat(code(() -> log.entries(511).forEach(entry -> {})))
        .isEqualTo(AuditErrorCode.ENTRY_PRUNED);
    assertThat(log.entries(512).limit(188).map(AuditEntry::leafHash))
        .isEqualTo(before.subList(512, 700));
    assertThat(OpenIntents.among(log.entries(512))).isEmpty();
    Checkpoint now = log.checkpoint();
    for (long index : new long[] {0, 255, 256, 511, 512, 699}) {
      byte[] leaf = HexFormat.of().parseHex(before.get((int) index));
      assertThat(
              MerkleProofs.verifyInclusion(
                  leaf, index, now.size(), log.inclusionProof(index, now.size()), now.root()))
          .isTrue();
    }
    AuditReport report = verify(store);
    assertThat(report.findings()).isEmpty();
    assertThat(report.notices()).isEmpty();
    assertThat(report.pruned()).isEqualTo(512);

    ObjectStoreAuditLog later = log(store);
    later.append(events(900, 1_300));
    later.checkpoint();
    assertThat(verify(store).clean()).isTrue();
    // And once more, from where it stands.
    AuditPruning again = pruning(later, store);
    AuditReceipt next = again.plan(at(20_000), "planner", "old").receipt().get();
    again.approve(next, SECOND, "agreed");
    again.execute(next, ONE, "operator", "monthly");
    later.checkpoint();
    assertThat(again.prunedTo()).isEqualTo(1_024);
    assertThat(verify(store).pruned()).isEqualTo(1_024);
    assertThat(verify(store).findings()).isEmpty();
    assertThat(
            MerkleProofs.verifyInclusion(
                HexFormat.of().parseHex(before.get(3)), 3, then.size(), path, then.root()))
        .isTrue();
    assertThat(
            MerkleProofs.verifyConsistency(
                then.size(),
                then.root(),
                later.checkpoint().size(),
                later.checkpoint().root(),
                later.consistencyProof(then.size(), later.checkpoint().size())))
        .isTrue();
  }

  @Test
  void indexAndIntentsGoOnAfterPruning() {
    AuditReceipt plan = approved();
    AuditEntry old = log.entry(7).orElseThrow();
    InMemoryObjectStore indexed = new InMemoryObjectStore();
    pruning.execute(plan, ONE, "operator", "monthly");
    AuditIntentLog intents = new AuditIntentLog(log(store));

    assertThat(intents.find("0".repeat(64))).isEmpty();
    assertThat(intents.holds(new IntentReceipt(7, old.leafHash()), "any")).isTrue();
    assertThat(intents.holds(new IntentReceipt(8, old.leafHash()), "any")).isFalse();
    AuditIndex index = new AuditIndex(log, indexed, "");
    assertThat(index.update()).isZero();
    assertThat(index.find(AuditQuery.all().ofRun("run-650").fromIndex(512))).hasSize(1);
    assertThat(code(() -> index.find(AuditQuery.all().ofRun("run-7")).forEach(entry -> {})))
        .isEqualTo(AuditErrorCode.ENTRY_PRUNED);
  }

  @Test
  void localLogIsPrunedTheSameWay(@TempDir Path folder) {
    AuditReport report;
    ObjectStore objects = new LocalObjectStore(folder.resolve("log"));
    try (LocalAuditLog local = LocalAuditLog.open(folder, ORIGIN, CHECKPOINTS, KEYRING)) {
      for (int i = 0; i < 530; i++) {
        local.append(event(i));
      }
      AuditPruning own = new AuditPruning(local, objects, "", KEYRING, CLOCK);
      AuditReceipt plan = own.plan(at(529), "planner", "old").receipt().get();
      own.approve(plan, FIRST, "agreed");
      own.execute(plan, ONE, "operator", "monthly");
      assertThat(code(() -> local.entry(0))).isEqualTo(AuditErrorCode.ENTRY_PRUNED);
      local.append(event(600));
      local.checkpoint();
      report = AuditVerifier.verify(objects, "", ORIGIN, KEYRING);
      assertThat(report.findings()).isEmpty();
      assertThat(report.pruned()).isEqualTo(512);
    }
    try (LocalAuditLog reopened = LocalAuditLog.open(folder, ORIGIN, CHECKPOINTS, KEYRING)) {
      reopened.append(event(601));
      assertThat(reopened.entries(512)).hasSizeGreaterThan(20);
    }
    report = AuditVerifier.verify(objects, "", ORIGIN, KEYRING);
    assertThat(report.findings()).isEmpty();
    assertThat(report.pruned()).isEqualTo(512);
  }

  @Test
  void planIsNotExecutedUnlessEnoughOthersApproveAndNobodyRejects() {
    append700();
    AuditReceipt plan = pruning.plan(at(600), "planner", "old").receipt().get();
    ApprovalRule two = new ApprovalRule(2, true);
    refuses(plan, new ApprovalRule(0, false));
    pruning.approve(plan, PLANNER, "my own");
    refuses(plan, ONE);
    pruning.approve(plan, FIRST, "agreed");
    pruning.approve(plan, FIRST, "agreed twice");
    refuses(plan, two);
    AuditReceipt other = pruning.plan(at(600), "planner", "old").receipt().get();
    refuses(other, ONE);
    pruning.reject(plan, SECOND, "not yet");
    refuses(plan, ONE);
    pruning.approve(other, FIRST, "agreed");
    pruning.approve(other, SECOND, "agreed");
    pruning.execute(other, two, "operator", "monthly");
    assertThat(verify(store).pruned()).isEqualTo(512);
  }

  private void refuses(AuditReceipt plan, ApprovalRule rule) {
    assertThat(code(() -> pruning.execute(plan, rule, "operator", "try")))
        .isEqualTo(AuditErrorCode.PRUNING_REFUSED);
    assertThat(LogFixture.names(store)).contains("tile/entries/000").doesNotContain("pruned");
  }

  @Test
  void whatIsNoPlanOrNotOldEnoughOrSignedByNoApproverIsRefused() {
    append700();
    AuditEntry entry = log.entry(699).orElseThrow();
    AuditReceipt noPlan = new AuditReceipt(699, entry.leafHash());
    assertThat(code(() -> pruning.execute(noPlan, ONE, "operator", "try")))
        .isEqualTo(AuditErrorCode.PRUNING_REFUSED);
    assertThat(code(() -> pruning.approve(noPlan, FIRST, "agreed")))
        .isEqualTo(AuditErrorCode.PRUNING_REFUSED);
    assertThat(code(() -> pruning.plan(at(255), "planner", "old")))
        .isEqualTo(AuditErrorCode.PRUNING_REFUSED);
    AuditReceipt plan = pruning.plan(at(256), "planner", "old").receipt().get();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pruning.approve(plan, CHECKPOINTS, "agreed"));
    Signer stranger = Ed25519Signer.fromSeed(KeyPurpose.APPROVAL, LogFixture.seed(9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pruning.approve(plan, stranger, "agreed"));
  }

  @Test
  void missingBundleIsFoundUnlessAnApprovedActNamesIt() {
    AuditReceipt plan = approved();
    InMemoryObjectStore unpruned = LogFixture.copy(store);
    unpruned.delete(PREFIX + "tile/entries/000");
    assertThat(verify(unpruned).findings())
        .containsExactly(new AuditFinding("tile/entries/000", "it is missing"));

    for (String approvals : List.of("", "3", "701 3", "9999", Long.toString(plan.index()))) {
      InMemoryObjectStore forged = LogFixture.copy(store);
      ObjectStoreAuditLog writer = log(forged);
      AuditReceipt act = LogFixture.publish(writer, act(plan, "512", approvals));
      forged.delete(PREFIX + "tile/entries/000");
      LogFixture.overwrite(
          forged, "pruned", new PrunedMark(act.index(), act.leafHash(), 512).encode(ORIGIN));
      assertThat(verify(forged).findings())
          .as("approvals '%s'", approvals)
          .extracting(AuditFinding::object)
          .containsExactlyInAnyOrder("tile/entries/000", "pruned");
      assertThat(verify(forged).pruned()).isZero();
    }
    // More than what was approved.
    InMemoryObjectStore more = LogFixture.copy(store);
    LogFixture.publish(log(more), act(plan, "256", "701"));
    more.delete(PREFIX + "tile/entries/000");
    assertThat(verify(more).clean()).isFalse();

    pruning.execute(plan, ONE, "operator", "monthly");
    log.append(events(1_000, 1_200));
    log.checkpoint();
    store.delete(PREFIX + "tile/entries/002");
    assertThat(verify(store).findings())
        .contains(new AuditFinding("tile/entries/002", "it is missing"));
  }

  private static AuditEvent act(AuditReceipt plan, String to, String approvals) {
    return AuditEvent.of("operator", "AUDIT_LOG_PRUNING", ORIGIN, "intended", at(9_000))
        .withAttribute("plan", Long.toString(plan.index()))
        .withAttribute("leaf", plan.leafHash())
        .withAttribute("to", to)
        .withAttribute("approvals", approvals);
  }

  @Test
  void markForReadersIsJudgedAndNotBelieved() {
    pruning.execute(approved(), ONE, "operator", "monthly");
    byte[] mark = LogFixture.read(store, "pruned");
    for (byte[] wrong :
        List.of(
            new byte[0],
            new String(mark, StandardCharsets.UTF_8)
                .replace("\"to\":512", "\"to\":768")
                .getBytes(StandardCharsets.UTF_8))) {
      LogFixture.overwrite(store, "pruned", wrong);
      assertThat(verify(store).findings())
          .extracting(AuditFinding::object)
          .containsExactly("pruned");
      assertThat(code(() -> log(store).entry(0))).isEqualTo(AuditErrorCode.OBJECT_DAMAGED);
    }
    store.delete(PREFIX + "pruned");
    assertThat(verify(store).clean()).isTrue();
    assertThat(verify(store).pruned()).isEqualTo(512);
  }

  @Test
  void legalHoldKeepsWhatItCoversAndRefusesAPlanThatCameBefore() {
    AuditReceipt plan = approved();
    AuditPruning protecting = pruning.protecting(store, PIPELINE);
    LegalHolds holds = new LegalHolds(store, PIPELINE, new AuditIntentLog(log), CLOCK);
    holds.place(
        new LegalHold(
            "hold-1",
            Optional.of(new RunId("run-300")),
            Optional.empty(),
            new TreeMap<>(),
            "counsel",
            "a claim",
            at(9_000)));

    assertThat(protecting.preview(at(600)).to()).isEqualTo(256);
    assertThat(code(() -> protecting.execute(plan, ONE, "operator", "monthly")))
        .isEqualTo(AuditErrorCode.PRUNING_REFUSED);
    assertThat(LogFixture.names(store)).contains("tile/entries/000", "tile/entries/001");
    holds.release("hold-1", "counsel", "settled");
    protecting.execute(plan, ONE, "operator", "monthly");
    assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING).pruned()).isEqualTo(512);
  }

  @ParameterizedTest
  @EnumSource
  void crashAtAnyOperationLeavesAWholeLogAndTheNextExecutionCompletesIt(When when) {
    AuditReceipt plan = approved();
    log.checkpoint();
    int at = 1;
    while (true) {
      InMemoryObjectStore copy = LogFixture.copy(store);
      CrashingObjectStore crashing = new CrashingObjectStore(copy, at, when, () -> {});
      try {
        pruning(log(crashing), crashing).execute(plan, ONE, "operator", "monthly");
      } catch (SimulatedCrash expected) {
        assertThat(crashing.crashed()).isTrue();
      }
      if (!crashing.crashed()) {
        break;
      }
      assertThat(verify(copy).findings()).as("%s %d", when, at).isEmpty();
      ObjectStoreAuditLog next = log(copy);
      pruning(next, copy).execute(plan, ONE, "operator", "monthly");
      next.checkpoint();
      AuditReport report = verify(copy);
      assertThat(report.findings()).as("%s %d", when, at).isEmpty();
      assertThat(report.pruned()).isEqualTo(512);
      assertThat(LogFixture.names(copy)).doesNotContain("tile/entries/000", "tile/entries/001");
      assertThat(OpenIntents.among(next.entries(512))).isEmpty();
      at++;
    }
    assertThat(at).isGreaterThan(15);
  }
}
