package io.strongroom.crypto.subject;

import static io.strongroom.crypto.subject.SubjectRig.CONTEXT;
import static io.strongroom.crypto.subject.SubjectRig.KEY;
import static io.strongroom.crypto.subject.SubjectRig.NAME;
import static io.strongroom.crypto.subject.SubjectRig.NOW;
import static io.strongroom.crypto.subject.SubjectRig.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.SnapshotGuard;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.SubjectHeldException;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class SubjectKeysTest {
  private static final String ERIKA = "erika.mustermann@example.com";

  @TempDir Path folder;
  private SubjectRig rig;
  private SubjectKeys keys;
  private SubjectErasure office;
  private SubjectPseudonym erika;

  @BeforeEach
  void open() {
    rig = new SubjectRig(folder);
    keys = rig.builder().build();
    office = keys.erasure(rig.signer);
    erika = keys.pseudonym(ERIKA);
  }

  private static void assertCode(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aFieldOpensInAnotherProcessWithTheSamePseudonym() {
    byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
    SubjectKeys other = rig.builder().build();
    assertThat(other.pseudonym(ERIKA)).isEqualTo(erika);
    assertThat(other.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    assertThat(sealed).hasSize("Erika".length() + 49);
  }

  @Test
  void anEmptyFieldAndTheLongestOneAreSealed() {
    for (int length : new int[] {0, SubjectKeys.MAX_FIELD_BYTES}) {
      byte[] field = new byte[length];
      assertThat(keys.open(erika, NAME, keys.seal(erika, NAME, field))).isEqualTo(field);
    }
    assertThatThrownBy(() -> keys.seal(erika, NAME, new byte[SubjectKeys.MAX_FIELD_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFieldOpensForNoOtherPersonDatasetOrField() {
    byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
    SubjectPseudonym max = keys.pseudonym("max");
    keys.seal(max, NAME, utf8("Max"));
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> keys.open(max, NAME, sealed),
            () -> keys.open(erika, new SubjectField("customers", "city"), sealed),
            () -> keys.open(erika, new SubjectField("customersn", "ame"), sealed),
            () -> keys.open(erika, new SubjectField("staff", "name"), sealed))) {
      assertThatThrownBy(wrong)
          .isInstanceOf(DecryptionFailedException.class)
          .hasMessageNotContaining("Erika");
    }
  }

  @Test
  void everyFlippedBitAndEveryOtherLengthIsRefused() {
    byte[] sealed = keys.seal(erika, NAME, utf8("E"));
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> keys.open(erika, NAME, flipped))
          .as("bit %d", bit)
          .isInstanceOfAny(DecryptionFailedException.class, SubjectKeyException.class);
    }
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> keys.open(erika, NAME, cut))
          .isInstanceOf(DecryptionFailedException.class);
    }
    assertThatThrownBy(() -> keys.open(erika, NAME, Arrays.copyOf(sealed, sealed.length + 1)))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void theSameFieldIsSealedDifferentlyEachTime() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
      assertThat(seen.add(new String(sealed, 21, 12, StandardCharsets.ISO_8859_1))).isTrue();
    }
  }

  @Test
  void aSaltIsUsedForABoundedNumberOfFieldsAndByOneProcess() {
    SubjectKeys three = rig.builder().sealsPerKey(3).build();
    List<String> salts = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      byte[] sealed = three.seal(erika, NAME, utf8("Erika"));
      salts.add(new String(sealed, 5, 16, StandardCharsets.ISO_8859_1));
      assertThat(three.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    }
    assertThat(new HashSet<>(salts.subList(0, 3))).hasSize(1);
    assertThat(new HashSet<>(salts.subList(3, 6))).hasSize(1);
    assertThat(new HashSet<>(salts)).hasSize(3);
    byte[] elsewhere = rig.builder().build().seal(erika, NAME, utf8("Erika"));
    assertThat(salts).doesNotContain(new String(elsewhere, 5, 16, StandardCharsets.ISO_8859_1));
  }

  @Test
  void aNewVersionSealsAndTheOldOneStillOpens() {
    byte[] first = keys.seal(erika, NAME, utf8("one"));
    assertThat(keys.addVersion(erika)).isEqualTo(2);
    byte[] second = keys.seal(erika, NAME, utf8("two"));
    assertThat(first[4]).isEqualTo((byte) 1);
    assertThat(second[4]).isEqualTo((byte) 2);
    assertThat(keys.open(erika, NAME, first)).isEqualTo(utf8("one"));
    assertThat(rig.builder().build().open(erika, NAME, second)).isEqualTo(utf8("two"));
  }

  @Test
  void anErasedPersonIsErasedForEveryProcessAndInEveryVersion() {
    byte[] first = keys.seal(erika, NAME, utf8("one"));
    keys.addVersion(erika);
    byte[] second = keys.seal(erika, NAME, utf8("two"));
    byte[] receipt = office.erase(ERIKA, "desk", "request 7");
    for (SubjectKeys process : List.of(keys, rig.builder().build())) {
      assertThat(process.isErased(erika)).isTrue();
      assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> process.open(erika, NAME, first));
      assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> process.open(erika, NAME, second));
      assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> process.seal(erika, NAME, utf8("three")));
      assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> process.addVersion(erika));
    }
    assertThat(ErasureReceipt.verify(receipt, rig.keyring))
        .satisfies(
            read -> {
              assertThat(read.subject()).isEqualTo(erika);
              assertThat(read.actor()).isEqualTo("desk");
              assertThat(read.reason()).isEqualTo("request 7");
              assertThat(read.erasedAt()).isEqualTo(NOW);
              assertThat(read.newestKeyVersion()).isEqualTo(2);
              assertThat(read.tombstoneDigest()).matches("[0-9a-f]{64}");
            });
  }

  @Test
  void erasingTwiceGivesTheFirstReceipt() {
    byte[] first = office.erase(ERIKA, "desk", "request 7");
    assertThat(office.erase(ERIKA, "someone", "request 8")).isEqualTo(first);
    assertThat(office.receipt(ERIKA)).hasValue(first);
    assertThat(office.receipt("max")).isEmpty();
  }

  @Test
  void aReceiptOfAnotherSignerOrWithAChangeIsRefused() {
    byte[] receipt = office.erase(ERIKA, "desk", "request 7");
    RootKey root = RootKey.generate(rig.random);
    Keyring others = Keyring.parse(Keyring.create(root, 1, List.of()), root.digest());
    assertCode(CryptoErrorCode.SIGNATURE_INVALID, () -> ErasureReceipt.verify(receipt, others));
    byte[] changed =
        new String(receipt, StandardCharsets.UTF_8)
            .replace("request 7", "request 8")
            .getBytes(StandardCharsets.UTF_8);
    assertCode(
        CryptoErrorCode.SIGNATURE_INVALID, () -> ErasureReceipt.verify(changed, rig.keyring));
  }

  @Test
  void aSignerForAnotherPurposeIsRefused() {
    assertThatThrownBy(() -> keys.erasure(Ed25519Signer.generate(KeyPurpose.MANIFEST, rig.random)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ingestionReplayAndBackfillCanAsk() {
    keys.seal(erika, NAME, utf8("Erika"));
    office.hold("max", "case-1", "counsel", "litigation");
    assertThat(keys.tombstones().contains(erika)).isFalse();
    office.erase(ERIKA, "desk", "request 7");
    office.erase("never seen here", "desk", "request 8");
    SubjectTombstones tombstones = rig.builder().build().tombstones();
    assertThat(tombstones.size()).isEqualTo(2);
    assertThat(tombstones.takenAt()).isEqualTo(NOW);
    assertThat(tombstones.contains(erika)).isTrue();
    assertThat(tombstones.contains(keys.pseudonym("never seen here"))).isTrue();
    assertThat(tombstones.contains(keys.pseudonym("max"))).isFalse();
  }

  @Test
  void aLegalHoldRefusesByNameUntilEachIsReleased() {
    byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
    office.hold(ERIKA, "case-1", "counsel", "litigation");
    office.hold(ERIKA, "audit.2026", "auditor", "annual audit");
    office.hold(ERIKA, "case-1", "counsel", "again");
    assertThatThrownBy(() -> office.erase(ERIKA, "desk", "request 7"))
        .isInstanceOf(SubjectHeldException.class)
        .hasMessageContaining("case-1, audit.2026")
        .hasMessageNotContaining(ERIKA);
    office.release(ERIKA, "case-1", "counsel", "settled");
    office.release(ERIKA, "case-9", "counsel", "there is none");
    assertThatThrownBy(() -> office.erase(ERIKA, "desk", "request 7"))
        .isInstanceOf(SubjectHeldException.class)
        .hasMessageNotContaining("case-1");
    assertThat(keys.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    office.release(ERIKA, "audit.2026", "auditor", "done");
    office.erase(ERIKA, "desk", "request 7");
    assertThat(keys.isErased(erika)).isTrue();
    assertThatThrownBy(() -> office.hold(ERIKA, "case-2", "counsel", "too late"))
        .isInstanceOf(SubjectErasedException.class);
  }

  @Test
  void thePersonsIdIsKeptNowhere() throws Exception {
    keys.seal(erika, NAME, utf8("Erika"));
    office.hold(ERIKA, "case-1", "counsel", "litigation");
    office.release(ERIKA, "case-1", "counsel", "settled");
    office.erase(ERIKA, "desk", "request 7");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).doesNotContain("erika");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContainIgnoringCase("erika");
      }
    }
    assertThat(erika).hasToString("SubjectPseudonym[redacted]");
    assertThatThrownBy(() -> office.erase("max-7", "desk", "for MAX-7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("7");
    assertThatThrownBy(() -> office.hold("max-7", "case", "max-7", "himself"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(keys.isErased(keys.pseudonym("max-7"))).isFalse();
  }

  @Test
  void anotherProcessForgetsWhenItsCacheIsOldEnough() {
    AtomicLong now = new AtomicLong();
    SubjectKeys other = rig.builder().cache(Duration.ofMinutes(5), 10).nanoTime(now::get).build();
    byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
    assertThat(other.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    office.erase(ERIKA, "desk", "request 7");
    assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> keys.open(erika, NAME, sealed));
    now.set(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(other.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    now.incrementAndGet();
    assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> other.open(erika, NAME, sealed));
    assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> other.seal(erika, NAME, utf8("x")));
    assertThat(other.cached()).isZero();
  }

  @Test
  void useDoesNotMakeAKeyYounger() {
    AtomicLong now = new AtomicLong();
    SubjectKeys other = rig.builder().cache(Duration.ofNanos(10), 10).nanoTime(now::get).build();
    byte[] sealed = other.seal(erika, NAME, utf8("Erika"));
    office.erase(ERIKA, "desk", "request 7");
    for (int i = 0; i < 9; i++) {
      now.incrementAndGet();
      assertThat(other.open(erika, NAME, sealed)).isEqualTo(utf8("Erika"));
    }
    now.incrementAndGet();
    assertCode(CryptoErrorCode.SUBJECT_ERASED, () -> other.open(erika, NAME, sealed));
  }

  @Test
  void anIdleProcessForgetsToo() throws InterruptedException {
    SubjectKeys other = rig.builder().cache(Duration.ofMillis(40), 10).build();
    other.seal(erika, NAME, utf8("Erika"));
    for (int i = 0; i < 500 && other.cached() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(other.cached()).isZero();
  }

  @Test
  void theKeysOfABoundedNumberOfPersonsAreKept() {
    SubjectKeys small = rig.builder().cache(Duration.ofHours(1), 3).build();
    for (int i = 0; i < 10; i++) {
      small.seal(small.pseudonym("person " + i), NAME, utf8("x"));
    }
    assertThat(small.cached()).isEqualTo(3);
    small.forgetAll();
    assertThat(small.cached()).isZero();
    SubjectKeys none = rig.builder().cache(Duration.ZERO, 3).build();
    assertThat(none.open(erika, NAME, none.seal(erika, NAME, utf8("Erika"))))
        .isEqualTo(utf8("Erika"));
    assertThat(none.cached()).isZero();
  }

  @Test
  void aCheckpointEmptiesTheCacheAndAProcessRestoredFromItDrawsAnotherSalt() {
    SnapshotGuard guard = new SnapshotGuard();
    SubjectKeys process = rig.builder().snapshotGuard(guard).build();
    byte[] before = process.seal(erika, NAME, utf8("Erika"));
    assertThat(process.cached()).isEqualTo(1);
    guard.beforeCheckpoint();
    assertThat(process.cached()).isZero();
    guard.afterRestore();
    byte[] after = process.seal(erika, NAME, utf8("Erika"));
    assertThat(Arrays.copyOfRange(after, 5, 21)).isNotEqualTo(Arrays.copyOfRange(before, 5, 21));
    assertThat(process.open(erika, NAME, before)).isEqualTo(utf8("Erika"));
  }

  @Test
  void threadsThatSealAPersonsFirstFieldTogetherMakeOneKey() throws Exception {
    List<SubjectKeys> processes = List.of(keys, rig.builder().build());
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<byte[]>> sealed = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      SubjectKeys process = processes.get(i % 2);
      sealed.add(
          executor.submit(
              () -> {
                start.await();
                return process.seal(erika, NAME, utf8("Erika"));
              }));
    }
    for (Future<byte[]> one : sealed) {
      assertThat(keys.open(erika, NAME, one.get())).isEqualTo(utf8("Erika"));
    }
    executor.shutdown();
    assertThat(rig.store.versions(SubjectRecord.of(SubjectRecord.Kind.KEY, erika)))
        .containsExactly(1);
  }

  @Test
  void anErasureWhilePeopleSealLeavesNoKey() throws Exception {
    for (int round = 0; round < 8; round++) {
      String id = "person " + round;
      SubjectPseudonym person = keys.pseudonym(id);
      SubjectKeys other = rig.builder().build();
      ExecutorService executor = Executors.newFixedThreadPool(2);
      CyclicBarrier start = new CyclicBarrier(2);
      Future<?> sealing =
          executor.submit(
              () -> {
                start.await();
                try {
                  return other.seal(person, NAME, utf8("x"));
                } catch (SubjectErasedException tooLate) {
                  return null;
                }
              });
      Future<byte[]> erasing =
          executor.submit(
              () -> {
                start.await();
                return office.erase(id, "desk", "request 7");
              });
      erasing.get();
      sealing.get();
      executor.shutdown();
      assertThat(rig.store.versions(SubjectRecord.of(SubjectRecord.Kind.KEY, person))).isEmpty();
    }
  }

  @Test
  void aStoreIsPreparedOnceAndNeverByAccident() {
    assertCode(CryptoErrorCode.SUBJECT_STORE_UNPREPARED, () -> rig.builder().prepare());
    SubjectKeyStore empty = new FileSubjectKeyStore(folder.resolve("empty"));
    assertCode(
        CryptoErrorCode.SUBJECT_STORE_UNPREPARED,
        () -> SubjectKeys.builder(empty, rig.service, KEY).build());
    assertThat(folder.resolve("empty")).doesNotExist();
    keys.seal(erika, NAME, utf8("Erika"));
    rig.store.deleteAllVersions(SubjectRecord.LOOKUP);
    assertCode(CryptoErrorCode.SUBJECT_STORE_UNPREPARED, () -> rig.builder().prepare());
  }

  @Test
  void anotherTenantsContextOpensNothing() {
    assertThatThrownBy(
            () ->
                rig.builder()
                    .context(EncryptionContext.strongroom().tenant("other").build())
                    .build())
        .isInstanceOf(DecryptionFailedException.class);
    assertThat(rig.builder().context(CONTEXT).build().pseudonym(ERIKA)).isEqualTo(erika);
  }

  @Test
  void aKeyThatIsNeitherThereNorErasedIsNoticed() {
    byte[] sealed = keys.seal(erika, NAME, utf8("Erika"));
    rig.store.deleteAllVersions(SubjectRecord.of(SubjectRecord.Kind.KEY, erika));
    assertCode(
        CryptoErrorCode.SUBJECT_KEY_MISSING, () -> rig.builder().build().open(erika, NAME, sealed));
  }

  @Test
  void aRecordOfTheStatusThatWasAlteredMovedOrTakenOutIsNoticed() throws Exception {
    office.hold(ERIKA, "case-1", "counsel", "litigation");
    office.release(ERIKA, "case-1", "counsel", "settled");
    Path status = folder.resolve("subjects/status/" + erika.value().substring(0, 2));
    Path first = status.resolve(erika.value()).resolve("1");
    byte[] hold = Files.readAllBytes(first);
    byte[] altered =
        new String(hold, StandardCharsets.UTF_8)
            .replace("case-1", "case-2")
            .getBytes(StandardCharsets.UTF_8);
    Files.write(first, altered);
    assertCode(CryptoErrorCode.SUBJECT_RECORD_MALFORMED, () -> keys.isErased(erika));
    Files.copy(first.resolveSibling("2"), first, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertCode(CryptoErrorCode.SUBJECT_RECORD_MALFORMED, () -> keys.isErased(erika));
    Files.delete(first);
    assertCode(CryptoErrorCode.SUBJECT_RECORD_MALFORMED, () -> keys.isErased(erika));
    Files.write(first, hold);
    assertThat(office.holds(ERIKA)).isEmpty();
    SubjectPseudonym max = keys.pseudonym("max");
    rig.store.putIfAbsent(SubjectRecord.of(SubjectRecord.Kind.STATUS, max), 1, hold);
    assertCode(
        CryptoErrorCode.SUBJECT_RECORD_MALFORMED, () -> office.erase("max", "desk", "request 7"));
  }

  @Test
  void whatACrashLeftInTheStoreOfFilesIsDestroyedToo() throws Exception {
    keys.seal(erika, NAME, utf8("Erika"));
    Path record =
        folder.resolve("subjects/key/" + erika.value().substring(0, 2)).resolve(erika.value());
    Path half = record.resolve(".123.tmp");
    Files.copy(record.resolve("1"), half);
    office.erase(ERIKA, "desk", "request 7");
    assertThat(record).doesNotExist();
    Files.createDirectories(record);
    Files.write(record.resolve("1"), new byte[100]);
    assertCode(
        CryptoErrorCode.SUBJECT_ERASED, () -> rig.builder().build().seal(erika, NAME, utf8("x")));
    assertThat(office.completeErasures()).isEqualTo(1);
    assertThat(record).doesNotExist();
  }

  @Test
  void aCopyOfAnotherStoreIsRefused() {
    SubjectKeyStore copy = new FileSubjectKeyStore(folder.resolve("copy"));
    SubjectKeys.builder(copy, rig.service, KEY).context(CONTEXT).prepare();
    SubjectErasure withCopy = rig.builder().copy(copy).build().erasure(rig.signer);
    assertCode(CryptoErrorCode.SUBJECT_STORE_UNPREPARED, withCopy::backUp);
  }

  @Test
  void anIdThatIsNoUnicodeOrOutOfRangeIsRefused() {
    for (String id : List.of("", "\ud800", "x".repeat(1025))) {
      assertThatThrownBy(() -> keys.pseudonym(id)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new SubjectField("", "name"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SubjectField("\udc00", "name"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SubjectPseudonym("A".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedKeysDoNothingMore() {
    keys.close();
    keys.close();
    assertThatThrownBy(() -> keys.pseudonym(ERIKA)).isInstanceOf(IllegalStateException.class);
  }
}
