package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.EcdsaSigner;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.PublicKeyEncodings;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs of random sizes, read by golang.org/x/mod (Debian's golang-go and golang-golang-x-mod-dev),
 * by {@code @sigstore/verify} on Node and by the ML-DSA of a newer JDK. A tool that is missing is a
 * failure.
 */
@Tag("oracle")
class CheckpointOraclesTest {
  private static final Path ORACLES = Path.of("src", "test", "oracle").toAbsolutePath();
  private static final Signer ED = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
  private static final Signer P256 =
      EcdsaSigner.fromScalar(SigningAlgorithm.ECDSA_P256, KeyPurpose.CHECKPOINT, seed(3));
  private static final Signer PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, seed(4));
  private static final Signer WITNESS = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(5));

  @TempDir Path folder;

  /** What a command prints; fails when it fails. */
  private String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    String printed = Files.readString(output);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), printed).isZero();
    return printed.trim();
  }

  private static String property(String name) {
    String value = System.getProperty(name, "");
    assertThat(value).as("system property %s", name).isNotEmpty();
    return value;
  }

  private static List<String> verifierKeys() {
    List<String> keys = new ArrayList<>();
    for (Signer signer : List.of(ED, P256, PQ)) {
      keys.add(Checkpoint.verifierKey(ORIGIN, VerificationKey.of(signer, "log")));
    }
    keys.add(witness().verifierKey());
    return keys;
  }

  private static NoteKey witness() {
    return NoteKey.of("witness.example.com/w", NoteKey.Type.COSIGNATURE, WITNESS.publicKey());
  }

  /** A log with lines of every kind, one of a witness too; a checkpoint of it that is older. */
  private ObjectStoreAuditLog grow(Path store, int older, int size) throws IOException {
    Keyring keyring =
        keyring(
            VerificationKey.of(ED, "log"),
            VerificationKey.of(P256, "log"),
            VerificationKey.of(PQ, "log"));
    ObjectStoreAuditLog log =
        new ObjectStoreAuditLog(
            new LocalObjectStore(Files.createDirectories(store)),
            "",
            ORIGIN,
            CheckpointSigners.of(ED, P256, PQ),
            keyring);
    if (older > 0) {
      log.append(events(0, older));
    }
    Files.write(folder.resolve("older"), log.checkpoint().note());
    if (older == 0) {
      Files.writeString(
          folder.resolve("older"),
          CheckpointNote.text(new Checkpoint(ORIGIN, 0, MerkleProofs.emptyRoot(), new byte[0])));
    }
    log.append(events(older, size));
    Checkpoint newest = log.checkpoint();
    Files.writeString(
        store.resolve("checkpoint"),
        CheckpointNote.line(witness(), witness().sign(newest, WITNESS, 1_769_000_000)),
        StandardOpenOption.APPEND);
    return log;
  }

  @Test
  void goReadsCheckpointsTilesBundlesAndProofs() throws Exception {
    Path program = folder.resolve("verifylog");
    Map<String, String> environment =
        Map.of(
            "GO111MODULE",
            "off",
            "GOPATH",
            "/usr/share/gocode",
            "GOCACHE",
            folder.resolve("cache").toString());
    run(environment, "go", "build", "-o", program.toString(), ORACLES + "/verifylog.go");
    Path keys = Files.write(folder.resolve("keys"), verifierKeys());
    Random random = new Random(7);
    int[] sizes = {1, 256, 1 + random.nextInt(600), 600 + random.nextInt(3_000), 66_000};
    for (int size : sizes) {
      int older = random.nextInt(size);
      Path store = folder.resolve("log-" + size);
      grow(store, older, size);
      String[] command = {
        program.toString(), store.toString(), keys.toString(), folder.resolve("older").toString()
      };
      assertThat(run(Map.of(), command)).isEqualTo("ok " + size + " entries 3 keys");
    }
  }

  @Test
  void sigstoreOnNodeReadsCheckpointsAndProofs() throws Exception {
    Random random = new Random(8);
    for (Signer signer : List.of(ED, P256)) {
      int size = 300 + random.nextInt(900);
      Path store = folder.resolve("node-" + size);
      ObjectStoreAuditLog log = grow(store, 1, size);
      List<JsonObject> proofs = new ArrayList<>();
      List<byte[]> bundle = new ArrayList<>();
      for (long index = 0; index < size; index += 1 + random.nextInt(40)) {
        bundle =
            EntryBundle.decode(
                Files.readAllBytes(
                    store.resolve(
                        (index / 256 < size / 256
                                ? TilePath.full(TilePath.ENTRIES, index / 256)
                                : TilePath.partial(TilePath.ENTRIES, size).orElseThrow())
                            .name())),
                index / 256 < size / 256 ? 256 : size % 256);
        proofs.add(
            JsonObject.builder()
                .put("index", index)
                .put("entry", Base64.getEncoder().encodeToString(bundle.get((int) (index % 256))))
                .putStrings(
                    "hashes",
                    log.inclusionProof(index, size).stream()
                        .map(Base64.getEncoder()::encodeToString)
                        .toList())
                .build());
      }
      NoteKey key = NoteKey.ofLog(ORIGIN, VerificationKey.of(signer, "log")).orElseThrow();
      JsonObject task =
          JsonObject.builder()
              .put("checkpoint", Files.readString(store.resolve("checkpoint")))
              .put("name", ORIGIN)
              .put("id", HexFormat.of().formatHex(key.id()))
              .put(
                  "key",
                  Base64.getEncoder()
                      .encodeToString(
                          PublicKeyEncodings.toSpki(signer.algorithm(), signer.publicKey())))
              .putObjects("proofs", proofs)
              .build();
      Path file = Files.write(folder.resolve("task-" + size + ".json"), task.canonicalBytes());
      String printed =
          run(
              Map.of("SIGSTORE_VERIFY", property("strongroom.sigstore-verify")),
              "node",
              ORACLES + "/verifynote.js",
              file.toString());
      assertThat(printed).isEqualTo("ok " + proofs.size() + " proofs");
      assertThat(proofs).hasSizeGreaterThan(5);
    }
  }

  @Test
  void aNewerJdkVerifiesThePostQuantumLine() throws Exception {
    Path key = folder.resolve("key");
    Files.writeString(
        key, Checkpoint.verifierKey(ORIGIN, VerificationKey.of(PQ, "log")), StandardCharsets.UTF_8);
    String java = property("strongroom.newer-jdk") + "/bin/java";
    for (int size : new int[] {1, 300}) {
      Path store = folder.resolve("pq-" + size);
      grow(store, 0, size);
      String printed =
          run(
              Map.of(),
              java,
              ORACLES + "/VerifyMlDsa.java",
              store.resolve("checkpoint").toString(),
              key.toString());
      assertThat(printed).isEqualTo("ok 1 lines");
    }
    Path golden = Path.of("src", "test", "resources", "golden", "all-lines", "checkpoint");
    assertThat(
            run(Map.of(), java, ORACLES + "/VerifyMlDsa.java", golden.toString(), key.toString()))
        .isEqualTo("ok 1 lines");
  }
}
