package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.fixedRandom;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.verify;
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
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs whose every byte is checked in. What they fix is described in FORMAT.md. */
@Tag("verify")
class GoldenLogTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  /** Five entries in two commits. */
  static InMemoryObjectStore published() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    ObjectStoreAuditLog log = fixedLog(store);
    log.append(events(0, 2));
    log.append(events(2, 5));
    log.checkpoint();
    return store;
  }

  /** The same, and two entries more that no checkpoint covers. */
  static InMemoryObjectStore committed() {
    InMemoryObjectStore store = published();
    fixedLog(store).append(events(5, 7));
    return store;
  }

  /** Enough entries for full tiles on level 0 and a partial one on level 1. */
  static InMemoryObjectStore sixHundred() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    ObjectStoreAuditLog log = fixedLog(store);
    log.append(events(0, 600));
    log.checkpoint();
    return store;
  }

  private static ObjectStoreAuditLog fixedLog(ObjectStore store) {
    return LogFixture.settings(store).random(fixedRandom()).build();
  }

  /** The keys of a log that has every kind of line. */
  private static final Signer[] ALL_KINDS = {
    SIGNER,
    EcdsaSigner.fromScalar(SigningAlgorithm.ECDSA_P256, KeyPurpose.CHECKPOINT, LogFixture.seed(3)),
    MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, LogFixture.seed(4))
  };

  private static Keyring keysOfAllKinds() {
    return LogFixture.keyring(
        Stream.of(ALL_KINDS)
            .map(signer -> VerificationKey.of(signer, "log"))
            .toArray(VerificationKey[]::new));
  }

  /** One entry, signed by a key of every kind. */
  static InMemoryObjectStore signedByAll() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    LogFixture.publish(
        ObjectStoreAuditLog.builder(
                store,
                PREFIX,
                ORIGIN,
                CheckpointSigners.of(ALL_KINDS)
                    .withClock(() -> Instant.ofEpochSecond(1_769_000_000)),
                keysOfAllKinds())
            .withoutThread()
            .random(fixedRandom())
            .build(),
        LogFixture.event(0));
    return store;
  }

  private static byte[] policyOfAll() {
    Signer witness = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, LogFixture.seed(41));
    String key =
        NoteKey.of("witness.example.com/w1", NoteKey.Type.COSIGNATURE, witness.publicKey())
            .verifierKey();
    return CheckpointPolicy.of(ORIGIN, keysOfAllKinds(), 1)
        .withWitnesses(1, Map.of("w1", key))
        .encode();
  }

  @Test
  void checkpointWithLinesOfEveryKindAndItsPolicyAreReproducedAndVerified() throws IOException {
    byte[] note = Files.readAllBytes(GOLDEN.resolve("all-lines/checkpoint"));
    byte[] policy = Files.readAllBytes(GOLDEN.resolve("all-lines/policy"));
    assertThat(read(signedByAll(), "checkpoint")).isEqualTo(note);
    assertThat(policyOfAll()).isEqualTo(policy);
    Keyring keyring = keysOfAllKinds();
    assertThat(Checkpoint.verify(note, ORIGIN, keyring).size()).isEqualTo(1);
    CheckpointPolicy asked = CheckpointPolicy.parse(policy);
    assertThatThrownBy(() -> Checkpoint.verify(note, ORIGIN, keyring, asked))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.QUORUM_MISSING));
    byte[] witnessed = Files.readAllBytes(GOLDEN.resolve("all-lines/witnessed"));
    assertThat(Checkpoint.verify(witnessed, ORIGIN, keyring, asked).size()).isEqualTo(1);
    assertThat(asked.cosignatures(Checkpoint.verify(witnessed, ORIGIN, keyring)))
        .extracting(Cosignature::name)
        .containsExactly(ORIGIN, "witness.example.com/w1");
  }

  private static Map<String, byte[]> golden(String name) throws IOException {
    Path folder = GOLDEN.resolve(name);
    Map<String, byte[]> objects = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return objects;
  }

  private static void assertSame(InMemoryObjectStore store, Map<String, byte[]> golden) {
    assertThat(names(store)).isEqualTo(golden.keySet());
    golden.forEach((name, bytes) -> assertThat(read(store, name)).as(name).isEqualTo(bytes));
  }

  private static InMemoryObjectStore stored(Map<String, byte[]> golden) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    golden.forEach((name, bytes) -> overwrite(store, name, bytes));
    return store;
  }

  @Test
  void publishedLogIsReproducedByteForByte() throws IOException {
    assertSame(published(), golden("published"));
  }

  @Test
  void publishedLogIsVerified() throws IOException {
    AuditReport report = verify(stored(golden("published")));
    assertThat(report.findings()).isEmpty();
    assertThat(report.notices()).isEmpty();
    assertThat(report.entries()).isEqualTo(5);
  }

  @Test
  void committedLogIsReproducedByteForByte() throws IOException {
    assertSame(committed(), golden("committed"));
  }

  @Test
  void committedLogIsVerifiedAndContinued() throws IOException {
    InMemoryObjectStore store = stored(golden("committed"));
    assertThat(verify(store).findings()).isEmpty();
    assertThat(verify(store).entries()).isEqualTo(7);
    assertThat(LogFixture.publish(LogFixture.log(store), LogFixture.event(7)).index()).isEqualTo(7);
    assertThat(LogFixture.published(store)).isEqualTo(LogFixture.namesOf(8));
  }

  @Test
  void largerLogIsReproducedByteForByte() throws IOException {
    InMemoryObjectStore store = sixHundred();
    StringBuilder digests = new StringBuilder();
    for (String name : names(store)) {
      byte[] bytes = read(store, name);
      digests
          .append(HexFormat.of().formatHex(MerkleProofs.sha256(bytes, 0, bytes.length)))
          .append("  ")
          .append(name)
          .append('\n');
    }
    assertThat(digests.toString())
        .isEqualTo(Files.readString(GOLDEN.resolve("six-hundred.sha256")));
  }

  @Test
  void examplesOfTheFormatAreTheGoldenBytes() throws IOException {
    String format = Files.readString(Path.of("..", "FORMAT.md"));
    Map<String, byte[]> golden = golden("published");
    List<byte[]> entries = EntryBundle.decode(golden.get("tile/entries/000.p/5"), 5);
    for (byte[] example : List.of(entries.get(0), golden.get("head"), golden.get("checkpoint"))) {
      assertThat(format).contains(new String(example, StandardCharsets.UTF_8));
    }
    byte[] journal =
        golden("committed").entrySet().stream()
            .filter(object -> object.getKey().startsWith(JournalObject.FOLDER + "7-"))
            .findFirst()
            .orElseThrow()
            .getValue();
    String header = new String(journal, StandardCharsets.UTF_8).split("\n", -1)[0];
    assertThat(format).contains(header);
    assertThat(format).contains(Checkpoint.verifierKey(ORIGIN, SIGNER.publicKey()));
  }
}
