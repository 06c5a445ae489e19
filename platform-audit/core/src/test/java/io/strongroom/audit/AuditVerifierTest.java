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
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.seed;
import static io.strongroom.audit.LogFixture.storeOf;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class AuditVerifierTest {

  private static List<String> objects(List<AuditFinding> findings) {
    return findings.stream().map(AuditFinding::object).toList();
  }

  private static void assertNamed(InMemoryObjectStore store, String name, String how) {
    assertThat(objects(verify(store).findings())).as(how).containsExactly(name);
  }

  private static void flipAndVerify(
      InMemoryObjectStore store, String name, byte[] original, int position, int bit) {
    byte[] flipped = original.clone();
    flipped[position] ^= (byte) bit;
    overwrite(store, name, flipped);
    assertNamed(store, name, name + " byte " + position + " bit " + bit);
  }

  @Test
  void everyByteOfASmallLogIsAccountedFor() {
    InMemoryObjectStore store = storeOf(4);
    for (String name : names(store)) {
      byte[] original = read(store, name);
      for (int position = 0; position < original.length; position++) {
        for (int bit : new int[] {0x01, 0x80}) {
          flipAndVerify(store, name, original, position, bit);
        }
      }
      overwrite(store, name, original);
    }
    assertThat(verify(store).findings()).isEmpty();
  }

  @Test
  void sampledBytesOfALogOfSixHundredAreAccountedFor() {
    InMemoryObjectStore store = storeOf(600);
    Random random = new Random(600);
    assertThat(names(store)).hasSize(10);
    for (String name : names(store)) {
      byte[] original = read(store, name);
      for (int i = 0; i < 16; i++) {
        flipAndVerify(
            store, name, original, random.nextInt(original.length), 1 << random.nextInt(8));
      }
      for (int position : new int[] {0, 1, original.length - 1}) {
        flipAndVerify(store, name, original, position, 1);
      }
      overwrite(store, name, original);
    }
    assertThat(verify(store).findings()).isEmpty();
  }

  @Test
  void everyDeletedObjectIsNamed() {
    for (int size : new int[] {4, 256, 600}) {
      InMemoryObjectStore store = storeOf(size);
      for (String name : names(store)) {
        byte[] original = read(store, name);
        store.delete(PREFIX + name);
        assertNamed(store, name, "deleted " + name);
        overwrite(store, name, original);
      }
      assertThat(verify(store).findings()).isEmpty();
    }
  }

  @Test
  void everyCutOrLengthenedObjectIsNamed() {
    InMemoryObjectStore store = storeOf(300);
    for (String name : names(store)) {
      byte[] original = read(store, name);
      for (int length : new int[] {0, 1, original.length - 1, original.length + 1}) {
        overwrite(store, name, Arrays.copyOf(original, length));
        assertNamed(store, name, name + " with " + length + " bytes");
      }
      overwrite(store, name, original);
    }
  }

  @Test
  void swappedEntriesAndSwappedTilesAreNamed() {
    InMemoryObjectStore store = storeOf(600);
    byte[] first = read(store, "tile/entries/000");
    List<byte[]> entries = new ArrayList<>(EntryBundle.decode(first, 256));
    entries.add(3, entries.remove(9));
    overwrite(store, "tile/entries/000", EntryBundle.encode(entries));
    assertNamed(store, "tile/entries/000", "entries in another order");
    overwrite(store, "tile/entries/000", first);

    byte[] zero = read(store, "tile/0/000");
    byte[] one = read(store, "tile/0/001");
    overwrite(store, "tile/0/000", one);
    overwrite(store, "tile/0/001", zero);
    assertThat(objects(verify(store).findings()))
        .containsExactlyInAnyOrder("tile/0/000", "tile/0/001");
  }

  @Test
  void entryReplacedTogetherWithItsTileIsNoticed() {
    InMemoryObjectStore store = storeOf(600);
    List<byte[]> entries =
        new ArrayList<>(EntryBundle.decode(read(store, "tile/entries/000"), 256));
    entries.set(5, event(77).encode("0".repeat(32)));
    overwrite(store, "tile/entries/000", EntryBundle.encode(entries));
    byte[] tile = read(store, "tile/0/000");
    System.arraycopy(MerkleProofs.leafHash(entries.get(5)), 0, tile, 5 * 32, 32);
    overwrite(store, "tile/0/000", tile);
    assertThat(objects(verify(store).findings()))
        .containsExactlyInAnyOrder("tile/0/000", "tile/entries/000");
    overwrite(
        store,
        "tile/1/000.p/2",
        concat(
            MerkleProofs.foldHashes(tile, 0, 256),
            MerkleProofs.foldHashes(read(store, "tile/0/001"), 0, 256)));
    assertThat(objects(verify(store).findings())).containsExactly("checkpoint");
  }

  private static byte[] concat(byte[] left, byte[] right) {
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  @Test
  void wholeLogReplacedByAnotherIsRefusedByTheSignature() {
    InMemoryObjectStore forged = storeOf(10);
    Head head = Head.decode(read(forged, "head"), ORIGIN);
    overwrite(
        forged,
        "checkpoint",
        LogFixture.note(
            ORIGIN, 10, head.root(), Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(9))));
    assertNamed(forged, "checkpoint", "signed by a stranger");
    assertThat(verify(forged).checkpoint()).isEmpty();
  }

  @Test
  void keyOfAnotherPurposeDoesNotSignCheckpoints() {
    InMemoryObjectStore store = storeOf(3);
    VerificationKey asManifestKey =
        VerificationKey.of(Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed(1)), "log");
    assertThat(
            objects(AuditVerifier.verify(store, PREFIX, ORIGIN, keyring(asManifestKey)).findings()))
        .containsExactly("checkpoint");
  }

  @Test
  void logOfAnotherOriginIsRefused() {
    AuditReport report =
        AuditVerifier.verify(storeOf(3), PREFIX, "audit.example.com/other", KEYRING);
    assertThat(objects(report.findings()))
        .contains("checkpoint", "head")
        .allMatch(name -> !name.startsWith("tile/"));
    assertThat(report.clean()).isFalse();
  }

  @Test
  void headAndCheckpointRolledBackLeaveTilesThatTellOfIt() {
    InMemoryObjectStore old = storeOf(3);
    InMemoryObjectStore store = copy(old);
    ObjectStoreAuditLog log = log(store);
    log.append(events(3, 6));
    log.checkpoint();
    for (String name : names(old)) {
      overwrite(store, name, read(old, name));
    }
    assertThat(objects(verify(store).findings()))
        .containsExactlyInAnyOrder("tile/0/000.p/6", "tile/entries/000.p/6");
  }

  @Test
  void checkpointRolledBackAloneIsNoticed() {
    InMemoryObjectStore old = storeOf(3);
    InMemoryObjectStore store = copy(old);
    ObjectStoreAuditLog log = log(store);
    log.append(events(3, 6));
    log.checkpoint();
    overwrite(store, "checkpoint", read(old, "checkpoint"));
    assertThat(objects(verify(store).findings()))
        .containsExactlyInAnyOrder("tile/0/000.p/3", "tile/entries/000.p/3");
  }

  @Test
  void objectThatBelongsToNoLogIsNamed() {
    InMemoryObjectStore store = storeOf(3);
    for (String name : List.of("tile/0/001", "tile/x", "notes.txt", "journal/1", "tile/0/000")) {
      overwrite(store, name, new byte[] {1});
      assertNamed(store, name, name);
      store.delete(PREFIX + name);
    }
  }

  @Test
  void entryThatIsNoEventIsNamedAlthoughItIsSigned() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    TreeEdge.Growth growth = TreeEdge.empty().append(List.of(new byte[] {'{', '}'}));
    growth.tiles().forEach(tile -> overwrite(store, tile.path().name(), tile.bytes()));
    byte[] root = growth.edge().root();
    overwrite(store, "head", new Head(ORIGIN, 0, 1, root, Head.Range.NONE).encode());
    JournalObject journal =
        new JournalObject(
            ORIGIN, 0, MerkleProofs.emptyRoot(), 1, root, List.of(new byte[] {'{', '}'}));
    overwrite(store, journal.name(), journal.encode());
    overwrite(store, "checkpoint", LogFixture.note(ORIGIN, 1, root, SIGNER));
    assertNamed(store, "tile/entries/000.p/1", "not an event");
  }

  @Test
  void emptyPrefixIsACleanEmptyLog() {
    AuditReport report = verify(new InMemoryObjectStore());
    assertThat(report.clean()).isTrue();
    assertThat(report.entries()).isZero();
    assertThat(report.checkpoint()).isEmpty();
  }

  @Test
  void verifierWritesNothing() {
    InMemoryObjectStore store = storeOf(300);
    CrashingObjectStore counting =
        new CrashingObjectStore(store, -1, CrashingObjectStore.When.BEFORE, () -> {});
    InMemoryObjectStore before = copy(store);
    assertThat(verify(counting).clean()).isTrue();
    for (String name : names(store)) {
      assertThat(read(store, name)).isEqualTo(read(before, name));
    }
  }

  @Test
  void hugeSizeInAForgedHeadDoesNotKeepTheVerifierBusy() {
    InMemoryObjectStore store = storeOf(300);
    store.delete(PREFIX + "checkpoint");
    overwrite(store, "head", new Head(ORIGIN, 0, 1L << 52, new byte[32], Head.Range.NONE).encode());
    assertThat(verify(store).findings()).hasSize(1000);
  }

  @Test
  void treeOfThreeLevelsIsVerified() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    ObjectStoreAuditLog log = log(store);
    for (int size = 0; size < 65_800; size += 3290) {
      log.append(events(size, size + 3290));
    }
    log.checkpoint();
    AuditReport report = verify(store);
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isEqualTo(65_800);
    byte[] original = read(store, "tile/1/000");
    flipAndVerify(store, "tile/1/000", original, 5000, 4);
    overwrite(store, "tile/1/000", original);
    store.delete(PREFIX + "tile/2/000.p/1");
    assertNamed(store, "tile/2/000.p/1", "deleted");
  }

  @Test
  void numberOfFindingsIsBounded() {
    InMemoryObjectStore store = storeOf(3);
    for (int i = 0; i < 1500; i++) {
      overwrite(store, "stranger-" + i, new byte[0]);
    }
    assertThat(verify(store).findings()).hasSize(1000);
  }

  // --- Committed and not yet published.

  /** A log whose writer died after it had moved the head from 3 (or 0) to 5. */
  private static InMemoryObjectStore committed(int from, int tilesWritten) {
    InMemoryObjectStore store = from == 0 ? new InMemoryObjectStore() : storeOf(from);
    for (int at = 1; ; at++) {
      InMemoryObjectStore attempt = copy(store);
      try {
        ObjectStoreAuditLog log =
            log(new CrashingObjectStore(attempt, at, CrashingObjectStore.When.AFTER, () -> {}));
        log.append(events(from, 5));
        log.checkpoint();
      } catch (SimulatedCrash crash) {
        Set<String> names = names(attempt);
        long tiles = names.stream().filter(name -> name.endsWith(".p/5")).count();
        boolean moved =
            names.contains("head") && Head.decode(read(attempt, "head"), ORIGIN).size() == 5;
        if (moved && tiles == tilesWritten) {
          return attempt;
        }
      }
    }
  }

  @Test
  void committedLogIsCleanAndEveryByteOfItIsAccountedFor() {
    for (int from : new int[] {0, 3}) {
      for (int tiles : new int[] {0, from == 0 ? 2 : 1}) {
        InMemoryObjectStore store = committed(from, tiles);
        AuditReport report = verify(store);
        assertThat(report.findings()).isEmpty();
        assertThat(report.entries()).isEqualTo(5);
        assertThat(objects(report.notices())).containsExactly("head");
        for (String name : names(store)) {
          byte[] original = read(store, name);
          for (int position = 0; position < original.length; position++) {
            byte[] flipped = original.clone();
            flipped[position] ^= 1;
            overwrite(store, name, flipped);
            assertThat(objects(verify(store).findings()))
                .as("%s byte %d", name, position)
                .contains(name);
          }
          overwrite(store, name, original);
        }
      }
    }
  }

  @Test
  void deletedObjectsOfACommittedLogAreNamed() {
    InMemoryObjectStore store = committed(3, 0);
    for (String name : names(store)) {
      byte[] original = read(store, name);
      store.delete(PREFIX + name);
      assertThat(objects(verify(store).findings())).as(name).contains(name);
      overwrite(store, name, original);
    }
  }

  @Test
  void leftoversOfCrashesAreNoticesAndTheNextWriterRemovesThem() {
    for (int at = 1; at < 20; at++) {
      InMemoryObjectStore store = storeOf(3);
      boolean crashed = false;
      try {
        LogFixture.publish(
            log(new CrashingObjectStore(store, at, CrashingObjectStore.When.AFTER, () -> {})),
            event(3));
      } catch (SimulatedCrash crash) {
        crashed = true;
      }
      AuditReport report = verify(store);
      assertThat(report.findings()).isEmpty();
      if (!crashed) {
        assertThat(report.notices()).isEmpty();
      }
      LogFixture.publish(log(store), event(4));
      assertThat(verify(store).notices())
          .allMatch(notice -> notice.object().startsWith(JournalObject.FOLDER));
    }
  }

  @Test
  void originAndPrefixThatAreMalformedAreRefused() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    assertThatThrownBy(() -> AuditVerifier.verify(store, "audit", ORIGIN, KEYRING))
        .isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> AuditVerifier.verify(store, PREFIX, "", KEYRING))
        .isInstanceOf(AuditException.class);
  }
}
