package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.copy;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.namesOf;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.published;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.seed;
import static io.strongroom.audit.LogFixture.storeOf;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ObjectStoreAuditLogTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @Test
  void entriesGetConsecutiveIndexesAndAreReadBack() {
    AuditLog log = log(store);
    for (int i = 0; i < 5; i++) {
      AuditReceipt receipt = log.append(event(i));
      assertThat(receipt.index()).isEqualTo(i);
      AuditEntry entry = log.entry(i).orElseThrow();
      assertThat(entry.event()).isEqualTo(event(i));
      assertThat(entry.leafHash()).isEqualTo(receipt.leafHash());
      assertThat(receipt.leafHash())
          .isEqualTo(HexFormat.of().formatHex(MerkleProofs.leafHash(entry.bytes())));
      assertThat(log.checkpoint().size()).isEqualTo(i + 1);
    }
    assertThat(log.entry(5)).isEmpty();
    try (Stream<AuditEntry> entries = log.entries(2)) {
      assertThat(entries.map(AuditEntry::event)).containsExactlyElementsOf(events(2, 5));
    }
    assertThat(log.entries(5)).isEmpty();
    assertThat(log.entries(50)).isEmpty();
  }

  @Test
  void emptyLogHasACheckpointOfSizeZeroAndWritesNothing() {
    Checkpoint checkpoint = log(store).checkpoint();
    assertThat(checkpoint.size()).isZero();
    assertThat(checkpoint.root()).isEqualTo(MerkleProofs.emptyRoot());
    assertThat(checkpoint.note()).isEmpty();
    assertThat(log(store).entry(0)).isEmpty();
    assertThat(store.list("", null, 10)).isEmpty();
  }

  @Test
  void afterEveryPublicationTheStoreHoldsExactlyWhatTheHeadNeeds() {
    AuditLog log = log(store);
    for (int size = 1; size <= 520; size++) {
      log.append(event(size));
      log.checkpoint();
      assertThat(published(store)).as("size %d", size).isEqualTo(namesOf(size));
      assertThat(names(store)).hasSizeLessThanOrEqualTo(namesOf(size).size() + 256);
      if (size % 64 == 0 || size % 256 < 2) {
        assertThat(verify(store).findings()).as("size %d", size).isEmpty();
      }
    }
  }

  @Test
  void afterCommitsOfManyEntriesTheStoreHoldsExactlyWhatTheHeadNeeds() {
    ObjectStoreAuditLog log = log(store);
    int size = 0;
    for (int more : new int[] {1, 254, 1, 1, 255, 256, 257, 600, 3}) {
      assertThat(log.append(events(size, size + more)).get(0).index()).isEqualTo(size);
      size += more;
      assertThat(log.checkpoint().size()).isEqualTo(size);
      assertThat(published(store)).as("size %d", size).isEqualTo(namesOf(size));
      AuditReport report = verify(store);
      assertThat(report.findings()).isEmpty();
      assertThat(report.notices()).isEmpty();
      assertThat(report.entries()).isEqualTo(size);
    }
    assertThat(log.entries(0).map(AuditEntry::event)).containsExactlyElementsOf(events(0, size));
  }

  @Test
  void equalEventsHaveDifferentHashes() {
    AuditLog log = log(store);
    assertThat(log.append(event(1)).leafHash()).isNotEqualTo(log.append(event(1)).leafHash());
  }

  @Test
  void anotherInstanceContinuesTheLog() {
    log(store).append(events(0, 300));
    ObjectStoreAuditLog second = log(store);
    assertThat(second.append(event(300)).index()).isEqualTo(300);
    assertThat(second.entries(0).map(AuditEntry::event)).containsExactlyElementsOf(events(0, 301));
    assertThat(verify(store).findings()).isEmpty();
  }

  @Test
  void instancesThatTakeTurnsSeeEachOthersEntries() {
    List<AuditLog> logs = List.of(log(store), log(store), log(store));
    for (int i = 0; i < 30; i++) {
      assertThat(logs.get(i % 3).append(event(i)).index()).isEqualTo(i);
      assertThat(logs.get((i + 1) % 3).entry(i).orElseThrow().event()).isEqualTo(event(i));
      assertThat(logs.get((i + 2) % 3).checkpoint().size()).isEqualTo(i + 1);
      assertThat(published(store)).isEqualTo(namesOf(i + 1));
    }
  }

  @Test
  void readingAnEntryReadsOneBundle() {
    ObjectStore filled = storeOf(600);
    List<String> got = new ArrayList<>();
    AuditLog log =
        log(
            new FaultyObjectStore(
                filled,
                (number, operation, key) -> {
                  if (operation == StoreOperation.GET) {
                    got.add(key.substring(PREFIX.length()));
                  }
                  return FaultyObjectStore.Fault.NONE;
                }));
    log.size();
    got.clear();
    assertThat(log.entry(300).orElseThrow().event()).isEqualTo(event(300));
    assertThat(got).containsExactly("tile/entries/001");
    got.clear();
    assertThat(log.entry(599).orElseThrow().event()).isEqualTo(event(599));
    assertThat(got).isEmpty(); // it is at the end, which every instance holds
    got.clear();
    assertThat(log.entries(500).limit(20).map(AuditEntry::index)).hasSize(20);
    assertThat(got).containsExactly("head", "tile/entries/001");
  }

  @Test
  void proofsFromTheStoreAreAccepted() {
    ObjectStoreAuditLog log = log(store);
    log.append(events(0, 300));
    Checkpoint old = log.checkpoint();
    log.append(events(300, 900));
    Checkpoint now = log.checkpoint();
    for (long index : new long[] {0, 255, 256, 299, 700, 899}) {
      byte[] leaf = HexFormat.of().parseHex(log.entry(index).orElseThrow().leafHash());
      assertThat(
              MerkleProofs.verifyInclusion(
                  leaf, index, 900, log.inclusionProof(index, 900), now.root()))
          .isTrue();
    }
    assertThat(
            MerkleProofs.verifyInclusion(
                HexFormat.of().parseHex(log.entry(255).orElseThrow().leafHash()),
                255,
                300,
                log.inclusionProof(255, 300),
                old.root()))
        .isTrue();
    assertThat(
            MerkleProofs.verifyConsistency(
                300, old.root(), 900, now.root(), log.consistencyProof(300, 900)))
        .isTrue();
    assertThatThrownBy(() -> log.inclusionProof(0, 901))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.NO_SUCH_ENTRY));
    assertThatThrownBy(() -> log.inclusionProof(900, 900)).isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> log.consistencyProof(0, 900)).isInstanceOf(AuditException.class);
  }

  @Test
  void proofsSurviveGrowthByAnotherWriter() {
    ObjectStoreAuditLog reader = log(store);
    reader.append(events(0, 10));
    Checkpoint old = reader.checkpoint();
    log(store).append(events(10, 20));
    byte[] leaf = HexFormat.of().parseHex(reader.entry(3).orElseThrow().leafHash());
    assertThat(MerkleProofs.verifyInclusion(leaf, 3, 10, reader.inclusionProof(3, 10), old.root()))
        .isTrue();
    assertThat(reader.entry(12).orElseThrow().event()).isEqualTo(event(12));
  }

  @Test
  void tooLargeEventIsRefusedAndNothingIsWritten() {
    AuditEvent large = event(0).withReason("x".repeat(AuditEvent.MAX_ENTRY_BYTES));
    assertThatThrownBy(() -> log(store).append(large))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_TOO_LARGE));
    assertThat(store.list("", null, 10)).isEmpty();
  }

  @Test
  void commitsOfTheLargestEntriesAreSplitAndStored() {
    ObjectStoreAuditLog log = log(store);
    List<AuditEvent> large = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      large.add(event(i).withReason("x".repeat(65_000)));
    }
    assertThat(log.append(large)).hasSize(20);
    assertThat(log.append(event(20)).index()).isEqualTo(20);
    assertThat(verify(store).findings()).isEmpty();
  }

  // --- What is refused.

  static void assertRefused(ObjectStore damaged, AuditErrorCode code, String object) {
    InMemoryObjectStore before = copy(damaged);
    assertThatThrownBy(() -> log(damaged).append(event(1000)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(object);
            });
    assertThat(names(damaged)).isEqualTo(names(before));
    assertThat(read(damaged, "checkpoint")).isEqualTo(read(before, "checkpoint"));
  }

  @Test
  void headThatWasRolledBackIsNotContinued() {
    InMemoryObjectStore old = storeOf(3);
    InMemoryObjectStore now = copy(old);
    LogFixture.publish(log(now), event(3));
    overwrite(now, "head", read(old, "head"));
    assertRefused(now, AuditErrorCode.LOG_INCONSISTENT, "head");
  }

  @Test
  void headThatNamesAnotherTreeIsNotContinued() {
    InMemoryObjectStore mine = storeOf(3);
    overwrite(mine, "head", read(storeOf(3), "head"));
    assertRefused(mine, AuditErrorCode.LOG_INCONSISTENT, "head");
  }

  @Test
  void headThatForksTheSignedTreeIsNotSigned() {
    InMemoryObjectStore mine = storeOf(3);
    // Whoever can write the store puts down a head and a journal of another history.
    List<byte[]> forged = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      forged.add(event(i).encode("0".repeat(32)));
    }
    byte[] root = TreeEdge.empty().append(forged).edge().root();
    byte[] signed = Head.decode(read(mine, "head"), ORIGIN).root();
    byte[] empty = MerkleProofs.emptyRoot();
    overwrite(mine, "head", new Head(ORIGIN, 0, 5, root, Head.Range.NONE).encode());
    for (JournalObject journal :
        List.of(
            new JournalObject(ORIGIN, 0, empty, 5, root, forged),
            new JournalObject(ORIGIN, 3, empty, 5, root, forged.subList(3, 5)),
            new JournalObject(ORIGIN, 3, signed, 5, root, forged.subList(3, 5)))) {
      overwrite(mine, journal.name(), journal.encode());
      assertRefused(mine, AuditErrorCode.LOG_INCONSISTENT, "journal/5-");
    }
  }

  @Test
  void committedEntriesThatAreNoEventsAreNotSigned() {
    List<byte[]> signed = new ArrayList<>();
    InMemoryObjectStore mine = storeOf(3);
    log(mine).entries(0).forEach(entry -> signed.add(entry.bytes()));
    byte[] good = event(3).encode("0".repeat(32));
    for (byte[] bad : List.of(new byte[] {'{', '}'}, new byte[0], new byte[] {(byte) 0xff})) {
      InMemoryObjectStore store = copy(mine);
      List<byte[]> added = List.of(good, bad);
      List<byte[]> all = new ArrayList<>(signed);
      all.addAll(added);
      byte[] root = TreeEdge.empty().append(all).edge().root();
      byte[] before = Head.decode(read(store, "head"), ORIGIN).root();
      JournalObject journal = new JournalObject(ORIGIN, 3, before, 5, root, added);
      overwrite(store, "head", new Head(ORIGIN, 0, 5, root, Head.Range.NONE).encode());
      overwrite(store, journal.name(), journal.encode());
      assertRefused(store, AuditErrorCode.OBJECT_DAMAGED, journal.name());
    }
  }

  @Test
  void objectTooLargeToBeReadIsDamagedAndNamed() {
    InMemoryObjectStore mine = storeOf(3);
    for (String name : namesOf(3)) {
      assertThat(names(mine)).contains(name);
      ObjectStore seen =
          new ForwardingObjectStore(mine) {
            @Override
            public Optional<StoredObject> get(String key) {
              if (key.equals(PREFIX + name)) {
                throw new StorageException(StorageErrorCode.OBJECT_TOO_LARGE, key);
              }
              return inner.get(key);
            }
          };
      assertRefusedAsSeen(seen, mine, name);
      assertThat(verify(seen).findings()).extracting(AuditFinding::object).contains(name);
    }
  }

  private static void assertRefusedAsSeen(
      ObjectStore seen, InMemoryObjectStore damaged, String object) {
    InMemoryObjectStore before = copy(damaged);
    assertThatThrownBy(() -> log(seen).append(event(1000)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED);
              assertThat(e.getMessage()).contains(object);
            });
    assertThat(names(damaged)).isEqualTo(names(before));
  }

  @Test
  void missingHeadIsNotTakenForAnEmptyLog() {
    InMemoryObjectStore mine = storeOf(3);
    mine.delete(PREFIX + "head");
    assertRefused(mine, AuditErrorCode.OBJECT_DAMAGED, "head");
  }

  @Test
  void tilesWithoutHeadAndCheckpointAreNotTakenForAnEmptyLog() {
    InMemoryObjectStore mine = storeOf(3);
    mine.delete(PREFIX + "head");
    mine.delete(PREFIX + "checkpoint");
    assertThatThrownBy(() -> log(mine).append(event(1)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED));
  }

  @Test
  void missingCheckpointIsNotSignedAnew() {
    InMemoryObjectStore mine = storeOf(3);
    mine.delete(PREFIX + "checkpoint");
    assertThatThrownBy(() -> log(mine).append(event(1)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED));
    assertThat(names(mine)).doesNotContain("checkpoint");
  }

  @Test
  void forgedCheckpointIsNotContinued() {
    InMemoryObjectStore mine = storeOf(3);
    Signer other = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(7));
    Head head = Head.decode(read(mine, "head"), ORIGIN);
    overwrite(mine, "checkpoint", LogFixture.note(ORIGIN, 3, head.root(), other));
    assertRefused(mine, AuditErrorCode.CHECKPOINT_KEY_UNKNOWN, "checkpoint");
  }

  @Test
  void damagedEdgeIsNotContinued() {
    for (String name : List.of("tile/0/000.p/3", "tile/entries/000.p/3")) {
      InMemoryObjectStore mine = storeOf(3);
      byte[] bytes = read(mine, name);
      bytes[bytes.length - 2] ^= 1;
      overwrite(mine, name, bytes);
      assertThatThrownBy(() -> log(mine).append(event(1)))
          .isInstanceOfSatisfying(
              AuditException.class, e -> assertThat(e.category().name()).isEqualTo("INTEGRITY"));
      mine.delete(PREFIX + name);
      assertRefused(mine, AuditErrorCode.OBJECT_DAMAGED, name);
    }
  }

  @Test
  void edgeReplacedByOneThatAgreesWithItselfIsNotContinued() {
    InMemoryObjectStore mine = storeOf(3);
    InMemoryObjectStore other = storeOf(3);
    for (String name : List.of("tile/0/000.p/3", "tile/entries/000.p/3")) {
      overwrite(mine, name, read(other, name));
    }
    assertRefused(mine, AuditErrorCode.LOG_INCONSISTENT, "tile/");
  }

  @Test
  void tileThatIsThereWithOtherBytesStopsTheWriter() {
    InMemoryObjectStore mine = storeOf(255);
    overwrite(mine, "tile/0/000", new byte[8192]);
    ObjectStoreAuditLog log = log(mine);
    assertThat(log.append(event(255)).index()).isEqualTo(255);
    for (Runnable call : List.<Runnable>of(log::checkpoint, () -> log.append(event(256)))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> {
                assertThat(e.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED);
                assertThat(e.getMessage()).contains("tile/0/000");
              });
    }
    mine.delete(PREFIX + "tile/0/000");
    assertThat(log.checkpoint().size()).isEqualTo(256);
    assertThat(log.append(event(256)).index()).isEqualTo(256);
  }

  @Test
  void instanceRefusesACheckpointThatGoesBehindTheOneItSaw() {
    InMemoryObjectStore old = storeOf(3);
    InMemoryObjectStore mine = copy(old);
    ObjectStoreAuditLog log = log(mine);
    log.append(events(3, 6));
    log.checkpoint();
    for (String name : names(mine)) {
      mine.delete(PREFIX + name);
    }
    for (String name : names(old)) {
      overwrite(mine, name, read(old, name));
    }
    assertThatThrownBy(() -> log.append(event(6)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.LOG_INCONSISTENT));
    assertThatThrownBy(log::checkpoint).isInstanceOf(AuditException.class);
  }

  @Test
  void instanceRefusesASignedTreeThatDoesNotContinueTheOneItSaw() {
    InMemoryObjectStore mine = storeOf(3);
    ObjectStoreAuditLog log = log(mine);
    log.checkpoint();
    InMemoryObjectStore other = storeOf(6);
    for (String name : names(mine)) {
      mine.delete(PREFIX + name);
    }
    for (String name : names(other)) {
      overwrite(mine, name, read(other, name));
    }
    assertThatThrownBy(() -> log.append(event(6)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.LOG_INCONSISTENT));
  }

  @Test
  void signerOfAnotherPurposeOrOutsideTheKeyringIsRefused() {
    Signer manifests = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed(1));
    Signer unknown = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(2));
    Signer notForNotes = MlDsaSigner.fromSeed(KeyPurpose.CHECKPOINT, seed(3));
    Keyring all =
        keyring(VerificationKey.of(SIGNER, "log"), VerificationKey.of(notForNotes, "log"));
    for (Signer signer : List.of(manifests, unknown, notForNotes)) {
      assertThatThrownBy(() -> new ObjectStoreAuditLog(store, PREFIX, ORIGIN, signer, all))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.SIGNER_REFUSED));
    }
  }

  @Test
  void keySignsOnlyTheSizesThatTheKeyringLetsItSign() {
    VerificationKey key =
        new VerificationKey(
            SIGNER.keyId(),
            KeyPurpose.CHECKPOINT,
            SIGNER.publicKey(),
            "log",
            0,
            OptionalLong.of(2));
    ObjectStoreAuditLog log = with(SIGNER, keyring(key));
    log.append(events(0, 2));
    log.checkpoint();
    assertThatThrownBy(() -> log.append(event(2)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.SIGNER_REFUSED));
    assertThat(published(store)).isEqualTo(namesOf(2));

    Signer next = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(2));
    VerificationKey nextKey =
        new VerificationKey(
            next.keyId(), KeyPurpose.CHECKPOINT, next.publicKey(), "log", 2, OptionalLong.empty());
    LogFixture.publish(with(next, keyring(key, nextKey)), event(2));
    assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, keyring(key, nextKey)).findings())
        .isEmpty();
    assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, keyring(key)).findings())
        .extracting(AuditFinding::object)
        .containsExactly("checkpoint");
  }

  private ObjectStoreAuditLog with(Signer signer, Keyring keyring) {
    return ObjectStoreAuditLog.builder(store, PREFIX, ORIGIN, CheckpointSigners.of(signer), keyring)
        .withoutThread()
        .build();
  }

  @Test
  void originsAndPrefixesThatNoNoteOrStoreCanCarryAreRefused() {
    for (String origin : List.of("", "two words", "a+b", "tab\tbed", "o".repeat(256), "\u2003")) {
      assertThatThrownBy(() -> new ObjectStoreAuditLog(store, PREFIX, origin, SIGNER, KEYRING))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.LOG_NAME_REFUSED));
    }
    for (String prefix : List.of("audit", "/", "a//", "../", "p".repeat(940) + "/")) {
      assertThatThrownBy(() -> new ObjectStoreAuditLog(store, prefix, ORIGIN, SIGNER, KEYRING))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.LOG_NAME_REFUSED));
    }
  }

  @Test
  void logWithoutPrefixWorks() {
    try (ObjectStoreAuditLog log = new ObjectStoreAuditLog(store, "", ORIGIN, SIGNER, KEYRING)) {
      log.append(event(0));
    }
    assertThat(store.get("head")).isPresent();
    assertThat(store.get("checkpoint")).isPresent();
    assertThat(AuditVerifier.verify(store, "", ORIGIN, KEYRING).findings()).isEmpty();
  }

  @Test
  void negativeIndexIsRefused() {
    assertThatThrownBy(() -> log(store).entry(-1)).isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> log(store).entries(-1)).isInstanceOf(AuditException.class);
  }

  @Test
  void damagedBundleIsNamedWhenAnEntryIsRead() {
    InMemoryObjectStore mine = storeOf(300);
    overwrite(mine, "tile/entries/000", new byte[] {0});
    assertThatThrownBy(() -> log(mine).entry(7))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AuditErrorCode.OBJECT_DAMAGED);
              assertThat(e.getMessage()).contains("tile/entries/000");
            });
    mine.delete(PREFIX + "tile/entries/000");
    assertThatThrownBy(() -> log(mine).entry(7)).hasMessageContaining("tile/entries/000");
  }

  @Test
  void sweepDeletesSupersededTilesOfAnyAgeAndNothingElse() {
    InMemoryObjectStore mine = storeOf(600);
    byte[] bundle = EntryBundle.encode(List.of(event(0).encode("0".repeat(32))));
    for (String name : List.of("tile/entries/000.p/9", "tile/0/001.p/200", "tile/1/000.p/1")) {
      overwrite(mine, name, bundle);
    }
    assertThat(verify(mine).notices()).hasSize(3);
    assertThat(log(mine).sweep()).isEqualTo(3);
    assertThat(published(mine)).isEqualTo(namesOf(600));
  }
}
