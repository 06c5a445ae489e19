package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import io.strongroom.storage.testing.StoreOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that were submitted get into the log once, whoever puts them there and dies over it. */
@Tag("verify")
class AuditInboxTest {
  private static final int SUBMITTED = 3;
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private static AuditInbox inbox(ObjectStore store) {
    return new AuditInbox(store, PREFIX, ORIGIN);
  }

  private static List<SubmissionReceipt> submit(ObjectStore store, int from, int to) {
    return events(from, to).stream().map(inbox(store)::submit).toList();
  }

  private static void assertOnce(
      InMemoryObjectStore store, List<SubmissionReceipt> receipts, String where) {
    ObjectStoreAuditLog log = log(store);
    List<String> leaves = log.entries(0).map(AuditEntry::leafHash).toList();
    assertThat(leaves).as(where).doesNotHaveDuplicates();
    for (SubmissionReceipt receipt : receipts) {
      AuditReceipt resolved = log.resolve(receipt).orElseThrow();
      assertThat(leaves.get((int) resolved.index())).as(where).isEqualTo(receipt.leafHash());
    }
    assertThat(verify(store).findings()).as(where).isEmpty();
  }

  @Test
  void submittingIsOneRequestAndTheNextWriterGivesAnIndex() {
    LogFixture.publish(log(store), event(0));
    List<StoreOperation> operations = new ArrayList<>();
    SubmissionReceipt receipt =
        inbox(
                new FaultyObjectStore(
                    store,
                    (number, operation, key) -> {
                      operations.add(operation);
                      return Fault.NONE;
                    }))
            .submit(event(1));
    assertThat(operations).containsExactly(StoreOperation.PUT_IF_ABSENT);
    assertThat(log(store).resolve(receipt)).isEmpty();
    assertThat(verify(store).findings()).isEmpty();
    assertThat(verify(store).notices()).hasSize(1);

    ObjectStoreAuditLog writer = log(store);
    assertThat(writer.append(event(2)).index()).isEqualTo(2);
    AuditReceipt resolved = log(store).resolve(receipt).orElseThrow();
    assertThat(resolved).isEqualTo(new AuditReceipt(1, receipt.leafHash()));
    assertThat(writer.entry(1).orElseThrow().event()).isEqualTo(event(1));
    writer.checkpoint();
    assertThat(names(store)).noneMatch(name -> name.startsWith(Inbox.FOLDER));
    assertThat(verify(store).findings()).isEmpty();
    assertThat(verify(store).notices()).isEmpty();
  }

  @Test
  void aSubmissionMayBeTheFirstThingOfALog() {
    SubmissionReceipt receipt = log(store).submit(event(1));
    assertThat(verify(store).findings()).isEmpty();
    assertThat(log(store).integrate()).isEqualTo(1);
    assertThat(log(store).integrate()).isZero();
    assertThat(log(store).resolve(receipt).orElseThrow().index()).isZero();
  }

  @Test
  void moreSubmissionsThanOneCommitTakesAllGetIn() {
    List<SubmissionReceipt> receipts = submit(store, 0, Inbox.AT_ONCE + 10);
    ObjectStoreAuditLog writer = log(store);
    assertThat(writer.integrate()).isEqualTo(Inbox.AT_ONCE + 10);
    assertThat(writer.append(event(999)).index()).isEqualTo(Inbox.AT_ONCE + 10);
    writer.checkpoint();
    assertOnce(store, receipts, "many");
    assertThat(verify(store).notices()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(CrashingObjectStore.When.class)
  void writerThatDiesAnywhereWhileItIntegratesLeavesEachSubmissionOnce(
      CrashingObjectStore.When when) {
    boolean crashed = true;
    for (int at = 1; crashed; at++) {
      InMemoryObjectStore store = new InMemoryObjectStore();
      log(store).append(event(1000));
      List<SubmissionReceipt> receipts = submit(store, 0, SUBMITTED);
      CrashingObjectStore dying = new CrashingObjectStore(store, at, when, () -> {});
      try {
        log(dying).integrate();
        log(dying).append(event(1001));
      } catch (SimulatedCrash crash) {
        assertThat(dying.crashed()).isTrue();
      }
      crashed = dying.crashed();
      String where = "crash " + when + " operation " + at;
      assertThat(verify(store).findings()).as(where).isEmpty();
      ObjectStoreAuditLog next = log(store);
      next.append(event(1002));
      next.append(event(1003));
      assertOnce(store, receipts, where);
      assertThat(names(store)).as(where).noneMatch(name -> name.startsWith(Inbox.FOLDER));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void faultAtEveryOperationLeavesEachSubmissionOnce(Fault fault) {
    long operations = Long.MAX_VALUE;
    for (long at = 1; at <= operations; at++) {
      InMemoryObjectStore store = new InMemoryObjectStore();
      log(store).append(event(1000));
      FaultyObjectStore faulty = new FaultyObjectStore(store, FaultyObjectStore.once(at, fault));
      List<SubmissionReceipt> receipts = new ArrayList<>();
      String where = fault + " at operation " + at;
      try {
        receipts.addAll(submit(faulty, 0, SUBMITTED));
      } catch (PlatformException failure) {
        assertThat(failure.category()).as(where).isNotEqualTo(ErrorCategory.INTEGRITY);
      }
      for (ObjectStoreAuditLog log : List.of(log(faulty), log(faulty))) {
        try {
          log.integrate();
        } catch (PlatformException failure) {
          assertThat(failure.category()).as(where).isNotEqualTo(ErrorCategory.INTEGRITY);
        }
      }
      operations = faulty.operations();
      boolean more = true;
      while (more) {
        more = faulty.deliver();
      }
      log(store).append(event(1001));
      assertOnce(store, receipts, where);
    }
  }

  @Test
  void twoWritersThatIntegrateAtTheSameTimeLeaveEachSubmissionOnce() throws Exception {
    List<SubmissionReceipt> receipts = submit(store, 0, 60);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int first = 1000 * (i + 1);
        tasks.add(
            () -> {
              ObjectStoreAuditLog log = log(store);
              int integrated = log.integrate();
              log.append(events(first, first + 5));
              return integrated;
            });
      }
      for (Future<Integer> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isBetween(0, 60);
      }
    } finally {
      threads.shutdownNow();
    }
    log(store).append(event(9));
    assertOnce(store, receipts, "four writers");
    assertThat(log(store).size()).isEqualTo(60 + 4 * 5 + 1);
  }

  /** Writers that die, lose replies, and requests that arrive late or twice. */
  @Test
  void randomFaultsLeaveEachSubmissionOnce() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      InMemoryObjectStore store = new InMemoryObjectStore();
      Fault[] faults = Fault.values();
      FaultyObjectStore faulty =
          new FaultyObjectStore(
              store,
              (number, operation, key) ->
                  random.nextInt(10) == 0 ? faults[random.nextInt(faults.length)] : Fault.NONE,
              Duration.ZERO);
      List<SubmissionReceipt> receipts = new ArrayList<>();
      List<ObjectStoreAuditLog> logs = new ArrayList<>(List.of(log(faulty), log(faulty)));
      for (int i = 0; i < 12; i++) {
        int which = random.nextInt(2);
        try {
          receipts.add(inbox(faulty).submit(event(i)));
          logs.get(which).integrate();
          logs.get(1 - which).append(event(1000 + i));
          logs.get(which).checkpoint();
        } catch (PlatformException failure) {
          assertThat(failure.category())
              .as("seed %d: %s", seed, failure)
              .isNotIn(ErrorCategory.INTEGRITY, ErrorCategory.INTERNAL);
          logs.set(which, log(faulty));
        }
        if (random.nextInt(3) == 0) {
          faulty.deliver();
        }
      }
      boolean more = true;
      while (more) {
        more = faulty.deliver();
      }
      log(store).append(event(5000));
      assertOnce(store, receipts, "seed " + seed);
    }
  }

  @Test
  void submissionThatWaitsTooLongIsAFinding() {
    Instant then = Instant.parse("2026-03-01T00:00:00Z");
    InMemoryObjectStore store = new InMemoryObjectStore(() -> then);
    LogFixture.publish(log(store), event(0));
    SubmissionReceipt receipt = inbox(store).submit(event(1));
    Duration within = Duration.ofMinutes(10);
    for (int minutes : new int[] {9, 11}) {
      Clock clock = Clock.fixed(then.plus(Duration.ofMinutes(minutes)), ZoneOffset.UTC);
      AuditReport report = AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING, within, clock);
      assertThat(minutes > 10 ? report.findings() : report.notices())
          .extracting(AuditFinding::object)
          .containsExactly(Inbox.FOLDER + receipt.leafHash());
      assertThat(report.clean()).isEqualTo(minutes < 10);
    }
  }

  @Test
  void damagedSubmissionsAndNotesAreNamedAndStayOutOfTheLog() {
    List<SubmissionReceipt> receipts = submit(store, 0, 2);
    String damaged = Inbox.FOLDER + receipts.get(0).leafHash();
    byte[] bytes = read(store, damaged);
    bytes[20] ^= 1;
    overwrite(store, damaged, bytes);
    ObjectStoreAuditLog log = log(store);
    assertThat(log.integrate()).isEqualTo(1);
    assertThat(log.append(event(7)).index()).isEqualTo(1);
    log.checkpoint();
    assertThat(verify(store).findings()).extracting(AuditFinding::object).containsExactly(damaged);
    store.delete(PREFIX + damaged);

    String note = Inbox.SETTLED + receipts.get(1).leafHash();
    byte[] original = read(store, note);
    for (int position = 0; position < original.length; position++) {
      byte[] flipped = original.clone();
      flipped[position] ^= 1;
      overwrite(store, note, flipped);
      assertThat(verify(store).findings())
          .as("byte %d", position)
          .extracting(AuditFinding::object)
          .containsExactly(note);
      assertThatThrownBy(() -> log(store).resolve(receipts.get(1)))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.INTEGRITY));
    }
    overwrite(store, note, original);
    overwrite(store, Inbox.FOLDER + "notes", new byte[0]);
    assertThat(verify(store).findings())
        .extracting(AuditFinding::object)
        .containsExactly(Inbox.FOLDER + "notes");
  }

  /** Who can write the store cannot make a writer drop a submission by claiming that it has one. */
  @Test
  void forgedNoteDoesNotMakeAWriterDropASubmission() {
    LogFixture.publish(log(store), event(0));
    SubmissionReceipt receipt = inbox(store).submit(event(1));
    String note = Inbox.SETTLED + receipt.leafHash();
    new Inbox(new LogObjects(store, PREFIX), ORIGIN)
        .settle(HexFormat.of().parseHex(receipt.leafHash()), 0);
    byte[] forged = read(store, note);
    InMemoryObjectStore other = new InMemoryObjectStore();
    LogFixture.publish(log(other), event(0));
    SubmissionReceipt again = inbox(other).submit(event(1));
    overwrite(
        other,
        Inbox.SETTLED + again.leafHash(),
        new String(forged, StandardCharsets.UTF_8)
            .replace(receipt.leafHash(), again.leafHash())
            .getBytes(StandardCharsets.UTF_8));
    LogFixture.publish(log(other), event(2));
    assertThat(names(other)).contains(Inbox.FOLDER + again.leafHash());
    assertThat(verify(other).findings())
        .extracting(AuditFinding::object)
        .containsExactly(Inbox.SETTLED + again.leafHash());
  }

  @Test
  void receiptsAreReadFromTheirTextForEver() throws IOException {
    Path golden = Path.of("src", "test", "resources", "golden", "submission-receipts.jsonl");
    List<String> lines = Files.readAllLines(golden);
    String leaf = "ab".repeat(32);
    List<SubmissionReceipt> receipts =
        List.of(
            new SubmissionReceipt(ORIGIN, leaf, OptionalLong.empty()),
            new SubmissionReceipt(ORIGIN, leaf, OptionalLong.of(7)));
    assertThat(lines).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(receipts.get(i).toJson()).isEqualTo(lines.get(i));
      assertThat(SubmissionReceipt.parse(lines.get(i))).isEqualTo(receipts.get(i));
    }
    assertThat(Files.readString(Path.of("..", "FORMAT.md"))).contains(lines.get(0));
    for (String bad :
        List.of(
            "",
            "{}",
            "[]",
            lines.get(0) + " ",
            lines.get(0).replace("\"v\":1", "\"v\":2"),
            lines.get(0).replace("ab", "AB"),
            lines.get(1).replace("7", "-7"))) {
      assertThatThrownBy(() -> SubmissionReceipt.parse(bad))
          .as(bad)
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.RECEIPT_REFUSED));
    }
  }

  @Test
  void receiptOfAnotherLogIsRefused() {
    SubmissionReceipt other =
        new SubmissionReceipt("audit.example.com/other", "0".repeat(64), OptionalLong.empty());
    assertThatThrownBy(() -> log(store).resolve(other))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.RECEIPT_REFUSED));
  }

  @Test
  void aLocalLogGivesAnIndexAtOnce(@TempDir Path folder) {
    try (LocalAuditLog log =
        LocalAuditLog.open(folder.resolve("log"), ORIGIN, LogFixture.SIGNER, KEYRING)) {
      log.append(event(0));
      SubmissionReceipt receipt = log.submit(event(1));
      assertThat(receipt.index()).hasValue(1);
      assertThat(log.resolve(SubmissionReceipt.parse(receipt.toJson())))
          .isEqualTo(Optional.of(new AuditReceipt(1, receipt.leafHash())));
      SubmissionReceipt wrong =
          new SubmissionReceipt(ORIGIN, receipt.leafHash(), OptionalLong.of(0));
      assertThatThrownBy(() -> log.resolve(wrong)).isInstanceOf(AuditException.class);
      assertThat(log.size()).isEqualTo(2);
    }
  }
}
