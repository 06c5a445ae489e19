package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.seed;
import static io.strongroom.audit.LogFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.EcdsaSigner;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may sign checkpoints, with which lines, and what readers believe. */
@Tag("verify")
class CheckpointSignaturesTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_769_000_000);
  private static final byte[] ROOT = MerkleProofs.leafHash(new byte[] {1});
  private static final Signer ED = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
  private static final Signer NEXT = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(2));
  private static final Signer P256 =
      EcdsaSigner.fromScalar(SigningAlgorithm.ECDSA_P256, KeyPurpose.CHECKPOINT, seed(3));
  private static final Signer PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, seed(4));
  private static final Signer NEXT_PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, seed(5));

  @TempDir Path folder;

  private static VerificationKey key(Signer signer, long from, long until) {
    return new VerificationKey(
        signer.keyId(),
        signer.algorithm(),
        signer.purpose(),
        signer.publicKey(),
        "log",
        from,
        until < 0 ? OptionalLong.empty() : OptionalLong.of(until),
        false);
  }

  private static VerificationKey key(Signer signer) {
    return key(signer, 0, -1);
  }

  private static VerificationKey revoked(Signer signer) {
    return new VerificationKey(
        signer.keyId(),
        signer.algorithm(),
        signer.purpose(),
        signer.publicKey(),
        "log",
        0,
        OptionalLong.empty(),
        true);
  }

  private static Checkpoint at(long size, Signer... signers) {
    return signed(ORIGIN, ORIGIN, size, ROOT, TIME.getEpochSecond(), signers);
  }

  private static void assertRefused(AuditErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(AuditException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void assertRefused(AuditErrorCode code, Checkpoint checkpoint, Keyring keyring) {
    assertRefused(code, () -> Checkpoint.verify(checkpoint.note(), ORIGIN, keyring));
  }

  private static ObjectStoreAuditLog log(ObjectStore store, Keyring keyring, Signer... signers) {
    return new ObjectStoreAuditLog(
        store, PREFIX, ORIGIN, CheckpointSigners.of(signers).withClock(() -> TIME), keyring);
  }

  private static int lines(byte[] note) {
    return CheckpointNote.parse(note, ORIGIN).lines().size();
  }

  static Stream<List<Signer>> combinations() {
    return Stream.of(
        List.of(ED),
        List.of(P256),
        List.of(ED, PQ),
        List.of(P256, PQ),
        List.of(ED, P256, NEXT, PQ, NEXT_PQ));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void aLogIsSignedByAllItsKeysAndVerified(List<Signer> signers) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Signer[] all = signers.toArray(new Signer[0]);
    Keyring keyring =
        keyring(
            signers.stream()
                .map(CheckpointSignaturesTest::key)
                .toArray(n -> new VerificationKey[n]));
    ObjectStoreAuditLog log = log(store, keyring, all);
    log.append(events(0, 3));
    log.append(event(3));
    assertThat(lines(log.checkpoint().note())).isEqualTo(signers.size());
    CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, keyring, 4);
    AuditReport report = AuditVerifier.verify(store, PREFIX, ORIGIN, keyring, policy);
    assertThat(report.findings()).isEmpty();
    assertThat(report.checkpoint()).contains(log.checkpoint());
    assertThat(log.checkpoint().note().length).isLessThan(16 * 1024);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void everyChangeOfABitOfAnyLineIsRefused(List<Signer> signers) {
    Signer[] all = signers.toArray(new Signer[0]);
    byte[] note = at(17, all).note();
    Keyring keyring =
        keyring(
            signers.stream()
                .map(CheckpointSignaturesTest::key)
                .toArray(n -> new VerificationKey[n]));
    CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, keyring, 17);
    Checkpoint.verify(note, ORIGIN, keyring, policy);
    int step = Math.max(1, note.length / 150);
    int unnoticed = 0;
    for (int position = 0; position < note.length; position += step) {
      byte[] flipped = note.clone();
      flipped[position] ^= (byte) (1 << position % 8);
      try {
        Checkpoint.verify(flipped, ORIGIN, keyring, policy);
        unnoticed++;
      } catch (AuditException refused) {
        assertThat(refused.category().name()).isEqualTo("INTEGRITY");
      }
    }
    // A line whose name or key id is changed is one of an unknown key, and the others are enough
    // where two keys do the same.
    assertThat(unnoticed).isLessThan(signers.size() > 3 ? 20 : 1);
  }

  @Test
  void theLinesHaveTheBytesThatTheSpecificationsSay() {
    Checkpoint checkpoint = at(17, ED, P256, PQ);
    List<CheckpointNote.Line> lines = CheckpointNote.parse(checkpoint.note(), ORIGIN).lines();
    assertThat(lines.get(0).signature()).hasSize(64);
    assertThat(lines.get(1).signature()[0]).isEqualTo((byte) 0x30);
    assertThat(lines.get(2).signature()).hasSize(8 + 2_420);
    assertThat(NoteKey.time(lines.get(2).signature())).isEqualTo(TIME.getEpochSecond());
    String origin = ORIGIN;
    byte[] message =
        concat(
            "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII),
            new byte[] {(byte) origin.length()},
            origin.getBytes(StandardCharsets.UTF_8),
            new byte[] {0, 0, 0, 0, 0x69, 0x70, (byte) 0xcc, 0x40},
            new byte[] {(byte) origin.length()},
            origin.getBytes(StandardCharsets.UTF_8),
            new byte[8],
            new byte[] {0, 0, 0, 0, 0, 0, 0, 17},
            ROOT);
    assertThat(
            key(PQ)
                .verifier()
                .verify(message, Arrays.copyOfRange(lines.get(2).signature(), 8, 8 + 2_420)))
        .isTrue();
  }

  private static byte[] concat(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Test
  void keysOfEveryKindAreRefusedEachForItsOwnReason() {
    Checkpoint checkpoint = at(17, ED);
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_UNKNOWN, checkpoint, keyring(key(NEXT)));
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_RETIRED, checkpoint, keyring(key(ED, 0, 16)));
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_RETIRED, checkpoint, keyring(key(ED, 17, -1)));
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_RETIRED, checkpoint, keyring(revoked(ED)));
    Signer manifests = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed(1));
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_PURPOSE, checkpoint, keyring(key(manifests)));
    Checkpoint other = at(18, ED);
    String line = new String(other.note(), StandardCharsets.UTF_8);
    byte[] wrong =
        (CheckpointNote.text(checkpoint) + "\n" + line.substring(line.indexOf('\u2014')))
            .getBytes(StandardCharsets.UTF_8);
    assertRefused(
        AuditErrorCode.CHECKPOINT_SIGNATURE_WRONG,
        () -> Checkpoint.verify(wrong, ORIGIN, keyring(key(ED))));
    assertThat(Checkpoint.verify(checkpoint.note(), ORIGIN, keyring(key(ED, 16, 17))).size())
        .isEqualTo(17);
  }

  @Test
  void aLineOfARetiredOrRevokedKeyBesideAGoodOneDoesNoHarm() {
    byte[] both = at(17, ED, NEXT).note();
    for (VerificationKey old : List.of(key(ED, 0, 5), revoked(ED))) {
      assertThat(Checkpoint.verify(both, ORIGIN, keyring(old, key(NEXT))).size()).isEqualTo(17);
    }
  }

  @Test
  void aCheckpointWithoutItsPostQuantumLineIsRefusedByKeyringAndByPolicy() {
    Keyring both = keyring(key(ED), key(PQ));
    Checkpoint whole = at(17, ED, PQ);
    Checkpoint stripped = at(17, ED);
    CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, both, 17);
    assertThat(Checkpoint.verify(whole.note(), ORIGIN, both, policy)).isEqualTo(whole);
    assertThat(policy.cosignatures(whole))
        .containsExactly(new Cosignature(ORIGIN, SigningAlgorithm.ML_DSA_44, TIME));
    assertThat(policy.cosignatures(stripped)).isEmpty();
    assertRefused(AuditErrorCode.POST_QUANTUM_LINE_MISSING, stripped, both);
    assertRefused(
        AuditErrorCode.POST_QUANTUM_LINE_MISSING,
        () -> Checkpoint.verify(stripped.note(), ORIGIN, keyring(key(ED)), policy));
    // Nor does the other line go missing.
    assertRefused(AuditErrorCode.CHECKPOINT_KEY_UNKNOWN, at(17, PQ), both);
    // A key that does not count there does not stand in for the one that does.
    Keyring later = keyring(key(ED), key(PQ, 0, 10), key(NEXT_PQ, 10, -1));
    assertRefused(AuditErrorCode.POST_QUANTUM_LINE_MISSING, whole, later);
    // Before the key counts nobody asks for it.
    assertThat(Checkpoint.verify(stripped.note(), ORIGIN, keyring(key(ED), key(PQ, 17, -1))))
        .isEqualTo(stripped);
  }

  @Test
  void aLogWithoutItsPostQuantumLineIsNamedAndNotContinued() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Keyring both = keyring(key(ED), key(PQ));
    log(store, both, ED, PQ).append(events(0, 5));
    Checkpoint whole = Checkpoint.verify(read(store, "checkpoint"), ORIGIN, both);
    Checkpoint stripped = signed(ORIGIN, ORIGIN, 5, whole.root(), 0, ED);
    overwrite(store, "checkpoint", stripped.note());
    assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, both).findings())
        .extracting(AuditFinding::object)
        .containsExactly("checkpoint");
    assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, both).findings().get(0).problem())
        .contains("AUD-024");
    assertRefused(
        AuditErrorCode.POST_QUANTUM_LINE_MISSING, () -> log(store, both, ED, PQ).append(event(5)));
    assertRefused(
        AuditErrorCode.SIGNER_REFUSED,
        () -> log(new InMemoryObjectStore(), both, ED).append(event(5)));
  }

  @Test
  void signersThatCheckpointsHaveNoLinesOfAreRefused() {
    Signer p384 =
        EcdsaSigner.fromScalar(
            SigningAlgorithm.ECDSA_P384, KeyPurpose.CHECKPOINT, Arrays.copyOf(seed(6), 48));
    Signer manifests = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed(7));
    Signer edForPq = Ed25519Signer.fromSeed(KeyPurpose.COSIGNATURE, seed(8));
    for (Signer[] refused :
        new Signer[][] {{p384}, {manifests}, {ED, edForPq}, {PQ}, {}, {ED, ED}}) {
      assertRefused(AuditErrorCode.SIGNER_REFUSED, () -> CheckpointSigners.of(refused));
    }
  }

  /** The old key signs up to index 8, the new ones from index 4 on. */
  private static Keyring rotation() {
    return keyring(key(ED, 0, 8), key(NEXT, 4, -1), key(PQ, 0, 8), key(NEXT_PQ, 4, -1));
  }

  @Test
  void whileKeysFollowEachOtherBothSignAndTheWholeLogVerifies() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Keyring before = keyring(key(ED), key(PQ));
    ObjectStoreAuditLog first = log(store, before, ED, PQ);
    first.append(events(0, 4));
    final Checkpoint old = first.checkpoint();

    Keyring rotation = rotation();
    ObjectStoreAuditLog both = log(store, rotation, ED, NEXT, PQ, NEXT_PQ);
    both.append(events(4, 6));
    Checkpoint between = both.checkpoint();
    assertThat(lines(between.note())).isEqualTo(4);
    // A reader with the keyring of before reads it, and one that has the new keys only.
    assertThat(Checkpoint.verify(between.note(), ORIGIN, before)).isEqualTo(between);
    assertThat(Checkpoint.verify(between.note(), ORIGIN, keyring(key(NEXT), key(NEXT_PQ))))
        .isEqualTo(between);
    both.append(events(6, 9));
    assertThat(lines(both.checkpoint().note())).isEqualTo(2);

    ObjectStoreAuditLog after = log(store, rotation, NEXT, NEXT_PQ);
    after.append(event(9));
    after.checkpoint();
    AuditReport report =
        AuditVerifier.verify(
            store, PREFIX, ORIGIN, rotation, CheckpointPolicy.of(ORIGIN, rotation, 10));
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isEqualTo(10);

    // What was kept elsewhere still counts, and is continued.
    for (Checkpoint kept : List.of(old, between)) {
      Checkpoint.verify(kept.note(), ORIGIN, rotation);
      assertThat(
              MerkleProofs.verifyConsistency(
                  kept.size(),
                  kept.root(),
                  10,
                  after.checkpoint().root(),
                  after.consistencyProof(kept.size(), 10)))
          .isTrue();
    }
    // A new checkpoint by the retired keys does not, wherever it comes from.
    assertRefused(
        AuditErrorCode.CHECKPOINT_KEY_RETIRED,
        signed(ORIGIN, ORIGIN, 10, after.checkpoint().root(), 0, ED, PQ),
        rotation);
    assertRefused(
        AuditErrorCode.SIGNER_REFUSED, () -> log(store, rotation, ED, PQ).append(event(10)));
  }

  @Test
  void aLocalLogTakesItsKeysTheSameWay() {
    Keyring rotation = rotation();
    CheckpointSigners signers = CheckpointSigners.of(ED, NEXT, PQ, NEXT_PQ).withClock(() -> TIME);
    Map<Long, Integer> lines = new HashMap<>();
    for (int size = 1; size <= 10; size++) {
      try (LocalAuditLog log =
          LocalAuditLog.open(folder, ORIGIN, signers, rotation, Duration.ZERO)) {
        log.append(event(size));
        lines.put(log.checkpoint().size(), lines(log.checkpoint().note()));
      }
    }
    assertThat(lines)
        .isEqualTo(Map.of(1L, 2, 2L, 2, 3L, 2, 4L, 2, 5L, 4, 6L, 4, 7L, 4, 8L, 4, 9L, 2, 10L, 2));
    assertThat(
            AuditVerifier.verify(
                    new LocalObjectStore(folder.resolve("log")),
                    "",
                    ORIGIN,
                    rotation,
                    CheckpointPolicy.of(ORIGIN, rotation, 10))
                .findings())
        .isEmpty();
    assertRefused(
        AuditErrorCode.SIGNER_REFUSED,
        () -> LocalAuditLog.open(folder, ORIGIN, ED, keyring(key(NEXT), key(PQ))));
  }

  @Test
  void aClockThatGoesBackDoesNotTakeTheTimeOfCosignaturesBack() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Keyring keyring = keyring(key(ED), key(PQ));
    CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, keyring, 1);
    List<Instant> times = new ArrayList<>();
    for (long seconds : new long[] {100, 40, 120, 0}) {
      ObjectStoreAuditLog log =
          new ObjectStoreAuditLog(
              store,
              PREFIX,
              ORIGIN,
              CheckpointSigners.of(ED, PQ).withClock(() -> Instant.ofEpochSecond(seconds)),
              keyring);
      log.append(event(times.size()));
      times.add(policy.cosignatures(log.checkpoint()).get(0).time());
    }
    assertThat(times)
        .containsExactly(
            Instant.ofEpochSecond(100),
            Instant.ofEpochSecond(100),
            Instant.ofEpochSecond(120),
            Instant.ofEpochSecond(120));
  }

  /** Counts signatures. */
  private record Counted(Signer signer, AtomicInteger count) implements Signer {
    @Override
    public SigningAlgorithm algorithm() {
      return signer.algorithm();
    }

    @Override
    public String keyId() {
      return signer.keyId();
    }

    @Override
    public KeyPurpose purpose() {
      return signer.purpose();
    }

    @Override
    public byte[] publicKey() {
      return signer.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      count.incrementAndGet();
      return signer.sign(message);
    }
  }

  @Test
  void eachKeySignsOnceForACheckpoint() {
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    Keyring keyring = keyring(key(ED), key(PQ));
    ObjectStoreAuditLog log =
        log(new InMemoryObjectStore(), keyring, new Counted(ED, first), new Counted(PQ, second));
    log.append(events(0, 1_000));
    log.append(event(1_000));
    log.checkpoint();
    log.checkpoint();
    assertThat(first).hasValue(2);
    assertThat(second).hasValue(2);
  }

  @Test
  void aForkPutInThePlaceOfTheHeadIsNotSigned() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Keyring keyring = keyring(key(ED), key(PQ));
    ObjectStoreAuditLog log = log(store, keyring, ED, PQ);
    log.append(events(0, 5));
    log.checkpoint();
    InMemoryObjectStore early = LogFixture.copy(store);
    log.append(events(5, 9));
    log.checkpoint();

    // The attacker grows the tree of 5 entries into another one and puts all its objects there.
    InMemoryObjectStore forged = LogFixture.copy(early);
    ObjectStoreAuditLog attacker = log(forged, keyring, ED, PQ);
    attacker.append(events(20, 26));
    attacker.checkpoint();
    for (String name : names(forged)) {
      overwrite(store, name, read(forged, name));
    }
    // Even signed with the right keys it does not continue what this instance saw.
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> log.append(event(9)));
    // With the checkpoint that was there, and only the rest replaced, nobody continues it.
    InMemoryObjectStore half = LogFixture.copy(forged);
    InMemoryObjectStore honest = LogFixture.copy(early);
    ObjectStoreAuditLog writer = log(honest, keyring, ED, PQ);
    writer.append(events(5, 9));
    writer.checkpoint();
    overwrite(half, "checkpoint", read(honest, "checkpoint"));
    byte[] checkpoint = read(half, "checkpoint");
    assertThatThrownBy(() -> log(half, keyring, ED, PQ).append(event(9)))
        .isInstanceOfSatisfying(
            AuditException.class, e -> assertThat(e.category().name()).isEqualTo("INTEGRITY"));
    assertThat(read(half, "checkpoint")).isEqualTo(checkpoint);
  }

  @Test
  void theSignerItselfRefusesATreeThatDoesNotContinueItsLast() {
    Keyring keyring = keyring(key(ED));
    CheckpointSigner signer = new CheckpointSigner(ORIGIN, CheckpointSigners.of(ED), keyring);
    Checkpoint none = new Checkpoint(ORIGIN, 0, MerkleProofs.emptyRoot(), new byte[0]);
    byte[] other = MerkleProofs.leafHash(new byte[] {2});
    Checkpoint five = signer.sign(none, 5, ROOT);
    assertThat(signer.sign(none, 5, ROOT)).isEqualTo(five);
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> signer.sign(none, 5, other));
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> signer.sign(none, 6, other));
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> signer.sign(none, 4, ROOT));
    Checkpoint forked = new Checkpoint(ORIGIN, 5, other, new byte[0]);
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> signer.sign(forked, 6, ROOT));
    assertThat(signer.sign(five, 6, other).size()).isEqualTo(6);
  }

  /** Refuses to replace checkpoints. */
  private static ObjectStore withoutCheckpoints(ObjectStore store, AtomicInteger refused) {
    return new FaultyObjectStore(
        store,
        (number, operation, key) -> {
          if (key.endsWith("checkpoint") && operation == StoreOperation.PUT_IF_MATCH) {
            refused.incrementAndGet();
            return FaultyObjectStore.Fault.REFUSED;
          }
          return FaultyObjectStore.Fault.NONE;
        });
  }

  @Test
  void aForkOfWhatWasSignedAndNotPublishedIsRefused() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    Keyring keyring = keyring(key(ED));
    AtomicInteger puts = new AtomicInteger();
    ObjectStoreAuditLog first = log(store, keyring, ED);
    first.append(events(0, 5));
    first.checkpoint();
    final InMemoryObjectStore early = LogFixture.copy(store);
    ObjectStore failing = withoutCheckpoints(store, puts);
    ObjectStoreAuditLog log = log(failing, keyring, ED);
    assertThat(log.append(event(5)).index()).isEqualTo(5);
    assertThatThrownBy(log::checkpoint).isInstanceOf(RuntimeException.class);
    assertThat(puts).hasPositiveValue();
    assertThat(Checkpoint.verify(read(store, "checkpoint"), ORIGIN, keyring).size()).isEqualTo(5);
    // Another entry takes the place of the one that is signed already, journal and head and all.
    final InMemoryObjectStore forged = early;
    log(withoutCheckpoints(forged, puts), keyring, ED).append(event(77));
    for (String name : names(forged)) {
      overwrite(store, name, read(forged, name));
    }
    assertRefused(AuditErrorCode.LOG_INCONSISTENT, () -> log.append(event(6)));
  }
}
