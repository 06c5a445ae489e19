package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.SIGNERS;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.fixedRandom;
import static io.strongroom.audit.LogFixture.namesOf;
import static io.strongroom.audit.LogFixture.published;
import static io.strongroom.audit.LogFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.LocalJournal;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class LocalAuditLogTest {

  @TempDir Path folder;

  private LocalAuditLog open() {
    return open(folder, SIGNER);
  }

  private static LocalAuditLog open(Path folder, Signer signer) {
    return LocalAuditLog.open(
        folder,
        ORIGIN,
        CheckpointSigners.of(signer),
        KEYRING,
        Duration.ZERO,
        fixedRandom(),
        new SmallDisk(f -> f));
  }

  /** Small segments, because a new one is written full of zeros. */
  private record SmallDisk(UnaryOperator<LogFiles> over) implements LocalAuditLog.Disk {
    private static final int SEGMENT = 64 * 1024;

    @Override
    public Journal journal(Path folder) {
      return LocalJournal.open(folder.resolve("journal"), SEGMENT);
    }

    @Override
    public LogFiles files(Path folder) throws IOException {
      return over.apply(LocalAuditLog.Disk.super.files(folder));
    }
  }

  private AuditReport verifyLocal() {
    return AuditVerifier.verify(new LocalObjectStore(folder.resolve("log")), "", ORIGIN, KEYRING);
  }

  private static Map<String, byte[]> objects(Path root) throws IOException {
    Map<String, byte[]> objects = new TreeMap<>();
    for (ObjectInfo info : new LocalObjectStore(root).list("", null, 100_000)) {
      objects.put(info.key(), Files.readAllBytes(root.resolve(info.key())));
    }
    return objects;
  }

  private static void appendAll(LocalAuditLog log, int from, int to) {
    List<CompletableFuture<AuditReceipt>> receipts = new ArrayList<>();
    for (AuditEvent event : events(from, to)) {
      receipts.add(log.appendAsync(event));
    }
    for (int i = from; i < to; i++) {
      assertThat(receipts.get(i - from).join().index()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 600, 66_000})
  void itsTilesAndCheckpointAreThoseOfALogInAStore(int size) throws IOException {
    try (LocalAuditLog local =
        LocalAuditLog.open(
            folder,
            ORIGIN,
            SIGNERS,
            KEYRING,
            Duration.ZERO,
            fixedRandom(),
            new LocalAuditLog.Disk() {})) {
      appendAll(local, 0, size);
      assertThat(local.checkpoint().size()).isEqualTo(size);
    }
    InMemoryObjectStore store = new InMemoryObjectStore();
    try (ObjectStoreAuditLog log = LogFixture.settings(store).random(fixedRandom()).build()) {
      log.append(events(0, size));
    }
    Map<String, byte[]> found = objects(folder.resolve("log"));
    assertThat(found.keySet()).isEqualTo(published(store)).isEqualTo(namesOf(size));
    found.forEach(
        (name, bytes) -> {
          if (!name.equals(Head.NAME)) {
            assertThat(bytes).as(name).isEqualTo(LogFixture.read(store, name));
          }
        });
    AuditReport report = verifyLocal();
    assertThat(report.findings()).isEmpty();
    assertThat(report.notices()).isEmpty();
    assertThat(report.entries()).isEqualTo(size);
  }

  @Test
  void entriesAndProofsAreReadBackAcrossReopening() {
    try (LocalAuditLog log = open()) {
      assertThat(log.checkpoint().size()).isZero();
      assertThat(log.entry(0)).isEmpty();
      appendAll(log, 0, 300);
    }
    try (LocalAuditLog log = open()) {
      assertThat(log.append(event(300)).index()).isEqualTo(300);
      assertThat(log.entry(300).orElseThrow().event()).isEqualTo(event(300));
      assertThat(log.entries(0).map(AuditEntry::event)).isEqualTo(events(0, 301));
      Checkpoint now = log.checkpoint();
      AuditEntry entry = log.entry(17).orElseThrow();
      assertThat(
              MerkleProofs.verifyInclusion(
                  HexFormat.of().parseHex(entry.leafHash()),
                  17,
                  now.size(),
                  log.inclusionProof(17, now.size()),
                  now.root()))
          .isTrue();
    }
    assertThat(verifyLocal().findings()).isEmpty();
  }

  @Test
  void manyThreadsShareTheIndexes() throws InterruptedException {
    Map<Long, AuditEvent> acknowledged = new ConcurrentHashMap<>();
    try (LocalAuditLog log = open()) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int first = 1_000 * t;
        Thread thread =
            new Thread(
                () ->
                    events(first, first + 200)
                        .forEach(event -> acknowledged.put(log.append(event).index(), event)));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(acknowledged).hasSize(3_200);
      assertThat(log.checkpoint().size()).isEqualTo(3_200);
      log.entries(0)
          .forEach(entry -> assertThat(acknowledged.get(entry.index())).isEqualTo(entry.event()));
    }
    assertThat(verifyLocal().findings()).isEmpty();
  }

  @Test
  void aLogThatIsOpenCanBeVerified() {
    try (LocalAuditLog log = open()) {
      for (int i = 0; i < 40; i++) {
        appendAll(log, 30 * i, 30 * (i + 1));
        assertThat(verifyLocal().findings()).isEmpty();
      }
    }
  }

  /** What a power failure leaves at worst: nothing that was not forced to disk. */
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 700, 1_300})
  void tilesThatThePowerFailureTookAreWrittenAnew(int size) throws IOException {
    Forced forced = new Forced();
    Map<String, byte[]> whole;
    try (LocalAuditLog log = open(forced)) {
      appendAll(log, 0, size);
      log.checkpoint();
      whole = objects(folder.resolve("log"));
    }
    appendMore(forced, size, 300);
    forced.loseTheRest(folder.resolve("log"));
    try (LocalAuditLog log = open()) {
      assertThat(log.checkpoint().size()).isEqualTo(size + 300);
    }
    assertThat(verifyLocal().findings()).isEmpty();
    Map<String, byte[]> now = objects(folder.resolve("log"));
    whole.forEach(
        (name, bytes) -> {
          if (name.startsWith("tile/") && !name.contains(".p/")) {
            assertThat(now.get(name)).as(name).isEqualTo(bytes);
          }
        });
  }

  /** Appends and leaves the log as a killed process would: not closed, the lock given back. */
  private void appendMore(Forced forced, int from, int count) throws IOException {
    Path copy = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-copy"));
    try (LocalAuditLog log = open(forced)) {
      appendAll(log, from, from + count);
      log.checkpoint();
      copy(folder, copy);
    }
    delete(folder);
    copy(copy, folder);
    delete(copy);
  }

  private LocalAuditLog open(Forced forced) {
    return LocalAuditLog.open(
        folder,
        ORIGIN,
        SIGNERS,
        KEYRING,
        Duration.ZERO,
        fixedRandom(),
        new SmallDisk(forced::over));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Remembers which objects are on disk. */
  private static final class Forced {
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Map<String, byte[]> checkpoint = new ConcurrentHashMap<>();

    LogFiles over(LogFiles files) {
      return new LogFiles() {
        private byte[] newest = new byte[0];

        @Override
        public void put(String name, byte[] content) throws IOException {
          if (name.equals(LogObjects.CHECKPOINT)) {
            newest = content;
          } else {
            names.remove(name);
          }
          files.put(name, content);
        }

        @Override
        public void delete(String name) throws IOException {
          files.delete(name);
        }

        @Override
        public void deleteFolder(String name) throws IOException {
          files.deleteFolder(name);
        }

        @Override
        public void force(String name) throws IOException {
          files.force(name);
          if (name.equals(LogObjects.CHECKPOINT)) {
            checkpoint.put(name, newest);
          } else {
            names.add(name);
          }
        }

        @Override
        public void forceNames() throws IOException {
          files.forceNames();
        }
      };
    }

    void loseTheRest(Path root) throws IOException {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = root.relativize(file).toString();
          if (name.startsWith("tile/") && !names.contains(name)) {
            // Some file systems leave the name and lose the bytes.
            if (name.hashCode() % 2 == 0) {
              Files.delete(file);
            } else {
              Files.write(file, new byte[0]);
            }
          }
        }
      }
      byte[] stood = checkpoint.get(LogObjects.CHECKPOINT);
      if (stood == null) {
        Files.deleteIfExists(root.resolve(LogObjects.CHECKPOINT));
      } else {
        Files.write(root.resolve(LogObjects.CHECKPOINT), stood);
      }
    }
  }

  @Test
  void theJournalLetsGoOfWhatIsOnDisk() throws IOException {
    try (LocalAuditLog log = open()) {
      // Twice what a segment holds: a group that is longer than a segment has one of its own.
      appendAll(log, 0, 500);
      appendAll(log, 500, 1_000);
    }
    assertThat(folder.resolve("journal").resolve("00000000000000000001.seg")).doesNotExist();
    assertThat(Files.readString(folder.resolve("journal").resolve("mark"))).contains("768");
  }

  @Test
  void anIntervalIsKeptWhateverElseFallsDue() throws InterruptedException {
    try (LocalAuditLog log =
        LocalAuditLog.open(folder, ORIGIN, SIGNERS, KEYRING, Duration.ofHours(1))) {
      appendAll(log, 0, 300);
      long signed = verifyLocal().entries();
      for (int i = 0; signed == 0 && i < 1_000; i++) {
        Thread.sleep(10);
        signed = verifyLocal().entries();
      }
      appendAll(log, 300, 600);
      // Full bundles are forced to disk a second after they were written.
      Thread.sleep(1_300);
      assertThat(verifyLocal().entries()).isEqualTo(signed).isBetween(1L, 300L);
    }
    assertThat(verifyLocal().entries()).isEqualTo(600);
  }

  @Test
  void aFailingSignerDelaysTheCheckpointAndNotTheEntries() {
    Flaky flaky = new Flaky();
    try (LocalAuditLog log = open(folder, flaky)) {
      flaky.fails = true;
      assertThat(log.append(event(0)).index()).isZero();
      assertThatThrownBy(log::checkpoint)
          .isInstanceOfSatisfying(
              AuditException.class,
              failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.PUBLICATION_DELAYED));
      assertThat(log.append(event(1)).index()).isEqualTo(1);
      flaky.fails = false;
      Checkpoint signed = null;
      for (int i = 0; signed == null && i < 100; i++) {
        try {
          signed = log.checkpoint();
        } catch (AuditException delayed) {
          assertThat(delayed.code()).isEqualTo(AuditErrorCode.PUBLICATION_DELAYED);
        }
      }
      assertThat(signed).isNotNull();
      assertThat(signed.size()).isEqualTo(2);
    }
    assertThat(verifyLocal().findings()).isEmpty();
  }

  private static final class Flaky extends ForwardingSigner {
    volatile boolean fails;

    Flaky() {
      super(SIGNER);
    }

    @Override
    public byte[] sign(byte[] message) {
      if (fails) {
        throw new IllegalStateException("no answer");
      }
      return super.sign(message);
    }
  }

  @Test
  void everyFailureOfTheDiskIsSurvived() throws IOException {
    // Three belong to the creation of the log; the disk is full from the n-th on.
    for (int n : new int[] {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 28}) {
      Path root = Files.createDirectory(folder.resolve("disk-" + n));
      Failing failing = new Failing(n);
      try (LocalAuditLog log =
          LocalAuditLog.open(
              root,
              ORIGIN,
              SIGNERS,
              KEYRING,
              Duration.ZERO,
              fixedRandom(),
              new SmallDisk(failing::over))) {
        appendAll(log, 0, 300);
        appendAll(log, 300, 560);
      }
      AuditReport dying =
          AuditVerifier.verify(new LocalObjectStore(root.resolve("log")), "", ORIGIN, KEYRING);
      assertThat(dying.findings()).as("operation %d", n).isEmpty();
      try (LocalAuditLog log = open(root, SIGNER)) {
        assertThat(log.checkpoint().size()).isEqualTo(560);
        assertThat(log.entries(0).map(AuditEntry::event)).isEqualTo(events(0, 560));
      }
      AuditReport report =
          AuditVerifier.verify(new LocalObjectStore(root.resolve("log")), "", ORIGIN, KEYRING);
      assertThat(report.findings()).as("operation %d", n).isEmpty();
      assertThat(report.notices()).as("operation %d", n).isEmpty();
    }
  }

  /** From the n-th operation on every one fails, as on a full disk. */
  private record Failing(AtomicInteger left) {
    Failing(int n) {
      this(new AtomicInteger(n));
    }

    private void step() throws IOException {
      if (left.getAndDecrement() <= 0) {
        throw new IOException("No space left on device");
      }
    }

    LogFiles over(LogFiles files) {
      return new LogFiles() {
        @Override
        public void put(String name, byte[] content) throws IOException {
          step();
          files.put(name, content);
        }

        @Override
        public void delete(String name) throws IOException {
          step();
          files.delete(name);
        }

        @Override
        public void deleteFolder(String name) throws IOException {
          step();
          files.deleteFolder(name);
        }

        @Override
        public void force(String name) throws IOException {
          step();
          files.force(name);
        }

        @Override
        public void forceNames() throws IOException {
          step();
          files.forceNames();
        }
      };
    }
  }

  @Test
  void aFolderIsOpenOnce() {
    LocalAuditLog first = open();
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            StorageException.class,
            failure -> assertThat(failure.code()).isEqualTo(StorageErrorCode.JOURNAL_IN_USE));
    first.close();
    first.close();
    open().close();
  }

  @Test
  void anotherOriginKeyOrKindOfLogIsRefused() {
    try (LocalAuditLog log = open()) {
      log.append(event(0));
    }
    assertThatThrownBy(() -> LocalAuditLog.open(folder, "other.example.com", SIGNER, KEYRING))
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.LOG_NAME_REFUSED));
    Signer unknown = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(7));
    assertThatThrownBy(() -> LocalAuditLog.open(folder, ORIGIN, unknown, KEYRING))
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.SIGNER_REFUSED));
    ObjectStoreAuditLog wrongKind =
        new ObjectStoreAuditLog(
            new LocalObjectStore(folder.resolve("log")), "", ORIGIN, SIGNER, KEYRING);
    assertThatThrownBy(() -> wrongKind.append(event(1)))
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED));
    Path stored = folder.resolve("stored");
    try (ObjectStoreAuditLog log =
        new ObjectStoreAuditLog(
            new LocalObjectStore(stored.resolve("log")), "", ORIGIN, SIGNER, KEYRING)) {
      log.append(event(0));
    }
    assertThatThrownBy(() -> LocalAuditLog.open(stored, ORIGIN, SIGNER, KEYRING))
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.LOG_NAME_REFUSED));
  }

  @Test
  void aJournalThatLostWhatWasSignedIsRefused() throws IOException {
    try (LocalAuditLog log = open()) {
      appendAll(log, 0, 10);
    }
    delete(folder.resolve("journal"));
    assertInconsistent();
  }

  @Test
  void aCheckpointThatWasTakenBackIsRefused() throws IOException {
    byte[] old;
    try (LocalAuditLog log = open()) {
      appendAll(log, 0, 10);
      log.checkpoint();
      old = Files.readAllBytes(folder.resolve("log").resolve("checkpoint"));
      appendAll(log, 10, 600);
    }
    Files.write(folder.resolve("log").resolve("checkpoint"), old);
    assertInconsistent();
  }

  @Test
  void aChangedTileIsRefusedWhenTheLogIsOpened() throws IOException {
    try (LocalAuditLog log = open()) {
      appendAll(log, 0, 600);
    }
    Path tile = folder.resolve("log").resolve("tile/0/000");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[40] ^= 1;
    Files.write(tile, bytes);
    assertInconsistent();
    assertThat(verifyLocal().findings()).extracting(AuditFinding::object).contains("tile/0/000");
    Files.delete(tile);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED))
        .hasMessageContaining("tile/0/000");
  }

  private void assertInconsistent() {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            AuditException.class,
            failure -> assertThat(failure.code()).isEqualTo(AuditErrorCode.LOG_INCONSISTENT));
  }

  @Test
  void aMissingCheckpointIsAFinding() throws IOException {
    try (LocalAuditLog log = open()) {
      appendAll(log, 0, 3);
    }
    Files.delete(folder.resolve("log").resolve("checkpoint"));
    assertThat(verifyLocal().findings())
        .extracting(AuditFinding::object)
        .containsExactly("checkpoint");
  }
}
