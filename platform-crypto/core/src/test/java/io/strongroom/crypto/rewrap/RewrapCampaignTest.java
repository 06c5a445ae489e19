package io.strongroom.crypto.rewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.strongroom.base.PlatformException;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.rewrap.RewrapReport.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class RewrapCampaignTest {
  private static final KeyId OLD = new KeyId("old");
  private static final KeyId NEW = new KeyId("new");
  private static final KeyId OTHER = new KeyId("other");
  private static final RewrapPlan PLAN = new RewrapPlan(2, Set.of("old"), NEW);
  private static final int RECORDS = 40;
  private static final int THREADS = 4;

  @TempDir Path folder;
  private Path keyFile;
  private Path checkpoint;
  private KeyRecordFolder records;
  private LoggedKeys keys;

  /** The data keys in clear, by record. */
  private final Map<String, List<byte[]>> plaintexts = new HashMap<>();

  @BeforeEach
  void writeRecords() throws IOException {
    keyFile = folder.resolve("keys.json");
    checkpoint = folder.resolve("rewrap.json");
    keys =
        new LoggedKeys(
            LocalKeyFile.create(keyFile, "local", Set.of(OLD, NEW, OTHER), new SecureRandom()));
    records = KeyRecordFolder.open(Files.createDirectory(folder.resolve("records")));
    for (int i = 0; i < RECORDS; i++) {
      put(i, OLD);
    }
    keys.others.set(0);
  }

  @AfterEach
  void close() {
    records.close();
  }

  private static String id(int number) {
    return "run-%05d".formatted(number);
  }

  private static EncryptionContext context(int number) {
    return EncryptionContext.strongroom().tenant("acme").run(id(number)).build();
  }

  /** Stores a record of one data key under each of some keys. */
  private void put(int number, KeyId... under) {
    List<RecordedKey> stored = new ArrayList<>();
    List<byte[]> clear = new ArrayList<>();
    for (KeyId key : under) {
      try (DataKey dataKey = keys.generateDataKey(key, context(number))) {
        stored.add(new RecordedKey(context(number), dataKey.wrapped()));
        clear.add(dataKey.plaintext());
      }
    }
    try {
      Files.write(
          folder.resolve("records").resolve(id(number) + ".json"),
          KeyRecord.stored(id(number), 1, stored));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    plaintexts.put(id(number), clear);
  }

  private RewrapCampaign.Builder campaign() {
    return campaign(PLAN);
  }

  private RewrapCampaign.Builder campaign(RewrapPlan plan) {
    return RewrapCampaign.builder(keys, records, plan)
        .parallelism(THREADS)
        .recordsPerCheckpoint(10)
        .attempts(3, 1);
  }

  private static KeyUnavailableException unreachable() {
    return new KeyUnavailableException(
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE, "made unreachable by the test");
  }

  private static void assertCode(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PlatformException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** Opens every data key of every record and compares it with what it was. */
  private void assertAllReadable(KeyService with) {
    assertThat(records.ids(Optional.empty()).count()).isEqualTo(plaintexts.size());
    plaintexts.forEach(
        (id, expected) -> {
          KeyRecord record = records.read(id).orElseThrow();
          for (int i = 0; i < expected.size(); i++) {
            RecordedKey key = record.keys().get(i);
            try (DataKey dataKey = with.unwrap(key.wrapped(), key.context())) {
              assertThat(dataKey.plaintext()).isEqualTo(expected.get(i));
            }
          }
        });
  }

  private KeyService without(KeyId key) throws IOException {
    return RewrapProcess.without(key, keyFile, folder.resolve("fewer.json"));
  }

  @Test
  void everyKeyIsWrappedAnewByOneCallAndTheOldWrappingKeyIsNeededNoMore() throws IOException {
    put(100, OTHER);
    put(101, OTHER, OLD, OTHER, OLD);
    keys.others.set(0);
    RewrapReport report = campaign().build().run(checkpoint);
    assertThat(report)
        .isEqualTo(new RewrapReport(RECORDS + 1, 0, 1, 0, 0, RECORDS + 2, List.of(), true));
    assertThat(report.records()).isEqualTo(RECORDS + 2);
    assertThat(keys.rewraps).hasValue(RECORDS + 2);
    assertThat(keys.others).hasValue(0);
    assertAllReadable(without(OLD));
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    campaign().build().run(checkpoint);
    put(100, OLD);
    assertThat(campaign().build().run(checkpoint))
        .isEqualTo(new RewrapReport(1, RECORDS, 0, 0, 0, 1, List.of(), true));
    assertThat(keys.rewraps).hasValue(RECORDS + 1);
    assertThat(campaign().build().run(folder.resolve("another")).done()).isEqualTo(RECORDS + 1);
    assertThat(keys.rewraps).hasValue(RECORDS + 1);
  }

  @Test
  void theCensusTellsWhatIsStillUnderAKeyAndSinceWhen() {
    put(100, OTHER, OLD);
    KeyCensus before = KeyCensus.of(records);
    assertThat(before.under("old")).isEqualTo(RECORDS + 1);
    assertThat(before.under("ol")).isZero();
    assertThat(before.newestEpoch()).isEqualTo(1);
    campaign().build().run(checkpoint);
    KeyCensus after = KeyCensus.of(records);
    assertThat(after.under("old")).isZero();
    assertThat(after.newestEpoch()).isEqualTo(2);
    assertThat(after.unreadable()).isZero();
    assertThat(after.lines())
        .extracting(KeyCensus.Line::keyName, KeyCensus.Line::epoch, KeyCensus.Line::keys)
        .containsExactly(tuple("new#1", 2L, RECORDS + 1L), tuple("other#1", 2L, 1L));
    assertThat(after.lines().get(0).examples()).hasSize(10).startsWith(id(0), id(1));
  }

  @Test
  void aNewerVersionOfTheSameKeyIsATargetToo() throws IOException {
    keys = new LoggedKeys(LocalKeyFile.addVersion(keyFile, OLD, new SecureRandom()));
    put(100, OLD);
    RewrapPlan plan = new RewrapPlan(5, Set.of("old#1"), OLD);
    assertThat(campaign(plan).build().run(checkpoint))
        .isEqualTo(new RewrapReport(RECORDS, 0, 1, 0, 0, RECORDS, List.of(), true));
    assertThat(KeyCensus.of(records).under("old#1")).isZero();
    assertThat(KeyCensus.of(records).under("old")).isEqualTo(RECORDS + 1);
    // The epoch alone keeps a key from being wrapped under itself again and again.
    RewrapPlan everything = new RewrapPlan(6, Set.of(), OLD);
    assertThat(campaign(everything).build().run(folder.resolve("b")).rewrapped())
        .isEqualTo(RECORDS + 1);
    assertThat(campaign(everything).build().run(folder.resolve("b")).rewrapped()).isZero();
  }

  @Test
  void aDryRunTellsTheSameNumbersAndChangesNothing() {
    put(100, OTHER);
    keys.others.set(0);
    KeyCensus before = KeyCensus.of(records);
    RewrapReport dry = campaign().build().dryRun();
    assertThat(keys.rewraps).hasValue(0);
    assertThat(keys.others).hasValue(1);
    assertThat(KeyCensus.of(records)).isEqualTo(before);
    assertThat(checkpoint).doesNotExist();
    assertThat(campaign().build().run(checkpoint)).isEqualTo(dry);
  }

  @Test
  void aDryRunIsRefusedForATargetThatIsNotEnabledOrUnknown() {
    keys.state = KeyState.DISABLED;
    assertCode(CryptoErrorCode.KEY_STATE_REFUSES, () -> campaign().build().dryRun());
    assertCode(
        CryptoErrorCode.KEY_UNKNOWN,
        () -> campaign(new RewrapPlan(2, Set.of(), new KeyId("nowhere"))).build().dryRun());
  }

  @Test
  void aDryRunListsWhatCannotBeUnwrappedHowManyThereAre() throws IOException {
    LoggedKeys all = keys;
    keys = new LoggedKeys(without(OLD));
    RewrapReport dry = campaign().build().dryRun();
    assertThat(dry.failed()).isEqualTo(RECORDS);
    assertThat(dry.failures().get(0)).isEqualTo(new Failure(id(0), "CRY-001"));
    keys = all;
    assertThat(campaign().build().dryRun().failed()).isZero();
  }

  @Test
  void aCampaignGoesOnBehindItsCheckpointAndRepeatsNoCallThatBoreFruit() {
    keys.before =
        number -> {
          if (number == 27) {
            throw new AssertionError("the process dies here");
          }
        };
    assertThatThrownBy(() -> campaign().build().run(checkpoint))
        .hasMessage("the process dies here");
    int before = keys.rewraps.get();
    assertAllReadable(keys);
    keys.before = number -> {};
    keys.rewraps.set(0);
    RewrapReport report = campaign().build().run(checkpoint);
    assertThat(report.finished()).isTrue();
    assertThat(report.records()).isEqualTo(RECORDS);
    assertThat(report.rewrapped()).isBetween(20L + RECORDS - before, (long) RECORDS);
    // One call had no answer.
    assertThat(before - 1 + keys.rewraps.get()).isEqualTo(RECORDS);
    assertThat(KeyCensus.of(records).under("old")).isZero();
  }

  @Test
  void recordsBeforeTheCheckpointAreNotReadAgain() {
    List<String> read = new ArrayList<>();
    KeyRecordStore counting = new Forwarding(records);
    keys.before =
        number -> {
          if (number > 20) {
            throw unreachable();
          }
        };
    assertCode(
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        () -> campaign().parallelism(1).build().run(checkpoint));
    keys.before = number -> {};
    RewrapCampaign.builder(
            keys,
            new Forwarding(counting) {
              @Override
              public Optional<KeyRecord> read(String id) {
                read.add(id);
                return super.read(id);
              }
            },
            PLAN)
        .parallelism(1)
        .build()
        .run(checkpoint);
    assertThat(read).hasSize(RECORDS - 20).startsWith(id(20));
  }

  /** A store before another one. */
  private static class Forwarding implements KeyRecordStore {
    private final KeyRecordStore store;

    Forwarding(KeyRecordStore store) {
      this.store = store;
    }

    @Override
    public Stream<String> ids(Optional<String> after) {
      return store.ids(after);
    }

    @Override
    public Optional<KeyRecord> read(String id) {
      return store.read(id);
    }

    @Override
    public boolean replace(KeyRecord seen, long epoch, List<RecordedKey> keys) {
      return store.replace(seen, epoch, keys);
    }
  }

  @Test
  void aTransientFailureIsTriedAgainAndEndsTheCampaignWhenItStays() {
    keys.before =
        number -> {
          if (number % 3 != 0) {
            throw unreachable();
          }
        };
    assertThat(campaign().parallelism(1).build().run(checkpoint).rewrapped()).isEqualTo(RECORDS);
    assertThat(keys.rewraps).hasValue(3 * RECORDS);
    keys.before =
        number -> {
          throw unreachable();
        };
    keys.rewraps.set(0);
    put(100, OLD);
    assertCode(CryptoErrorCode.KEY_SERVICE_UNREACHABLE, () -> campaign().build().run(checkpoint));
    assertThat(keys.rewraps).hasValue(3);
  }

  @Test
  void aRecordThatFailsStaysAsItIsAndIsTriedAgainByTheNextPass() throws IOException {
    Path damaged = folder.resolve("records").resolve(id(7) + ".json");
    byte[] sound = Files.readAllBytes(damaged);
    Files.writeString(damaged, "{}", StandardCharsets.UTF_8);
    RewrapReport report = campaign().maxFailed(1).build().run(checkpoint);
    assertThat(report)
        .isEqualTo(
            new RewrapReport(
                RECORDS - 1,
                0,
                0,
                0,
                1,
                RECORDS - 1,
                List.of(new Failure(id(7), CryptoErrorCode.KEY_RECORD_MALFORMED.id())),
                true));
    assertThat(KeyCensus.of(records).unreadable()).isEqualTo(1);
    Files.write(damaged, sound);
    keys.rewraps.set(0);
    assertThat(campaign().build().run(checkpoint))
        .isEqualTo(new RewrapReport(1, RECORDS - 1, 0, 0, 0, 1, List.of(), true));
    assertThat(keys.rewraps).hasValue(1);
  }

  @Test
  void moreFailuresThanAllowedEndTheCampaignWhichThenBeginsAtTheFirstRecord() throws IOException {
    LoggedKeys all = keys;
    for (int i : new int[] {2, 3, 15}) {
      put(i, OTHER, OLD);
    }
    keys = new LoggedKeys(without(OTHER));
    RewrapPlan everything = new RewrapPlan(2, Set.of(), NEW);
    assertThatThrownBy(() -> campaign(everything).maxFailed(2).build().run(checkpoint))
        .isInstanceOf(CryptoException.class)
        .hasMessageContaining("the first is " + id(2) + " with CRY-001")
        .hasCauseInstanceOf(KeyUnavailableException.class);
    assertThat(keys.rewraps).hasValue(17);
    keys = all;
    RewrapReport report = campaign(everything).build().run(checkpoint);
    assertThat(report)
        .isEqualTo(new RewrapReport(RECORDS - 17, 17, 0, 0, 0, RECORDS - 14, List.of(), true));
    assertAllReadable(keys);
  }

  @Test
  void theCheckpointOfAnotherPlanAndAMalformedOneAreRefused() throws IOException {
    campaign().build().run(checkpoint);
    for (RewrapPlan another :
        List.of(
            new RewrapPlan(3, Set.of("old"), NEW),
            new RewrapPlan(2, Set.of("old", "other"), NEW),
            new RewrapPlan(2, Set.of("old"), OTHER))) {
      assertCode(
          CryptoErrorCode.REWRAP_CHECKPOINT_UNUSABLE,
          () -> campaign(another).build().run(checkpoint));
    }
    for (String malformed : List.of("", "{}", "[]", "{\"format\":\"strongroom-rewrap-v1\"}")) {
      Files.writeString(checkpoint, malformed, StandardCharsets.UTF_8);
      assertCode(
          CryptoErrorCode.REWRAP_CHECKPOINT_UNUSABLE, () -> campaign().build().run(checkpoint));
    }
  }

  @Test
  void oneCheckpointServesOneCampaignAtATime() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    keys.before =
        number -> {
          begun.countDown();
          await(tried);
        };
    AtomicReference<RewrapReport> report = new AtomicReference<>();
    Thread first = new Thread(() -> report.set(campaign().build().run(checkpoint)));
    first.start();
    await(begun);
    assertCode(CryptoErrorCode.FILE_UNUSABLE, () -> campaign().build().run(checkpoint));
    tried.countDown();
    first.join();
    assertThat(report.get().rewrapped()).isEqualTo(RECORDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void callsAreMadeNoFasterThanAllowed() {
    long begun = System.nanoTime();
    campaign().perSecond(200).build().run(checkpoint);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThanOrEqualTo(Duration.ofMillis((RECORDS - 1) * 5L));
  }

  @Test
  void aRecordThatAnotherReplacesMeanwhileIsReadAgain() {
    keys.before =
        number -> {
          if (number == 1) {
            put(0, OTHER);
          } else if (number == 2) {
            put(1, OLD);
          }
        };
    RewrapReport report = campaign().parallelism(1).build().run(checkpoint);
    assertThat(report)
        .isEqualTo(new RewrapReport(RECORDS - 1, 0, 1, 0, 0, RECORDS - 1, List.of(), true));
    assertThat(keys.rewraps).hasValue(RECORDS + 1);
    assertThat(records.read(id(0)).orElseThrow().epoch()).isEqualTo(1);
    assertAllReadable(keys);
  }

  @Test
  void aRecordThatIsNeverLeftAloneFailsAndOneThatIsGoneIsCounted() {
    KeyRecordStore busy =
        new Forwarding(records) {
          @Override
          public Optional<KeyRecord> read(String id) {
            return id.equals(id(5)) ? Optional.empty() : super.read(id);
          }

          @Override
          public boolean replace(KeyRecord seen, long epoch, List<RecordedKey> keys) {
            return !seen.id().equals(id(4)) && super.replace(seen, epoch, keys);
          }
        };
    RewrapReport report =
        RewrapCampaign.builder(keys, busy, PLAN).maxFailed(1).build().run(checkpoint);
    assertThat(report.vanished()).isEqualTo(1);
    assertThat(report.failures()).containsExactly(new Failure(id(4), "CRY-046"));
    assertThat(report.rewrapped()).isEqualTo(RECORDS - 2);
  }

  @Test
  void anInterruptEndsTheCampaignWhichCanGoOn() throws InterruptedException {
    AtomicReference<Thread> campaigning = new AtomicReference<>();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> pending = new AtomicReference<>(false);
    keys.before =
        number -> {
          if (number == 15) {
            campaigning.get().interrupt();
          }
        };
    Thread thread =
        new Thread(
            () -> {
              try {
                campaign().perSecond(500).build().run(checkpoint);
              } catch (PlatformException interrupted) {
                thrown.set(interrupted);
                pending.set(Thread.currentThread().isInterrupted());
              }
            });
    campaigning.set(thread);
    thread.start();
    thread.join();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_CALL_INTERRUPTED));
    assertThat(pending.get()).isTrue();
    keys.before = number -> {};
    assertThat(campaign().build().run(checkpoint).records()).isEqualTo(RECORDS);
    assertThat(KeyCensus.of(records).under("old")).isZero();
  }

  @Test
  void progressIsToldAtEachCheckpoint() {
    List<Long> told = new ArrayList<>();
    campaign().progress(report -> told.add(report.records())).build().run(checkpoint);
    assertThat(told).containsExactly(10L, 20L, 30L, 40L);
  }

  @Test
  void settingsAndPlansAreChecked() {
    RewrapCampaign.Builder builder = campaign();
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> builder.perSecond(0),
            () -> builder.parallelism(0),
            () -> builder.parallelism(257),
            () -> builder.recordsPerCheckpoint(0),
            () -> builder.maxFailed(-1),
            () -> builder.attempts(0, 1),
            () -> builder.attempts(1, -1),
            () -> new RewrapPlan(1, Set.of(), NEW))) {
      assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
