package io.strongroom.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.Mutation;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The row of evidence in the matrix of mutations: each is refused for what was done, also when the
 * file has the digest that it then needs.
 */
@Tag("verify")
class EvidenceMutationTest {
  private static final RootKey ROOT = RootKey.fromSeed(AuditedLake.seed(9));

  /** Lines of evidence of a run whose log went on, and other checkpoints of that log. */
  private static List<String> good = List.of();

  private static List<Integer> entries = List.of();
  private static String foreignEntry = "";
  private static byte[] newer = {};
  private static byte[] forked = {};

  private record Cell(
      Mutation mutation,
      Consumer<List<String>> damage,
      boolean newDigest,
      Keyring trusted,
      AuditErrorCode cause,
      String problem) {
    @Override
    public String toString() {
      return "EVIDENCE " + mutation;
    }
  }

  @BeforeAll
  static void export(@TempDir Path folder) throws IOException {
    AuditedLake lake = new AuditedLake();
    lake.publish("run-1", "2026-01-20");
    Path file = folder.resolve("evidence");
    lake.evidence().export(EvidenceRequest.of(new RunId("run-1")), file);
    good = Files.readAllLines(file);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < good.size(); i++) {
      if (good.get(i).contains("\"type\":\"entry\"")) {
        found.add(i);
      }
    }
    entries = List.copyOf(found);
    // Entry 1 is of others; the file holds entry 0 and what follows of the run.
    foreignEntry =
        line(
            JsonObject.builder()
                .put(
                    "entry",
                    new String(lake.log.entry(1).orElseThrow().bytes(), StandardCharsets.UTF_8))
                .put("index", 1)
                .put("type", "entry")
                .build());
    lake.log.append(AuditedLake.event("LATER"));
    newer = lake.log.checkpoint().note();
    var fork = AuditedLake.newLog(new InMemoryObjectStore());
    fork.append(AuditedLake.event("OTHER"));
    forked = fork.checkpoint().note();
  }

  private static String line(JsonObject json) {
    return new String(json.canonicalBytes(), StandardCharsets.UTF_8);
  }

  private static String consistency(byte[] note) {
    return line(
        JsonObject.builder()
            .putStrings("hashes", List.of())
            .put("note", new String(note, StandardCharsets.UTF_8))
            .put("type", "consistency")
            .build());
  }

  private static void addConsistency(List<String> lines, byte[] note) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("\"type\":\"inclusion\"")) {
        lines.add(i + 1, consistency(note));
        return;
      }
    }
    throw new IllegalStateException("no proof");
  }

  private static Keyring keyring(boolean retired, boolean postQuantum) {
    List<VerificationKey> keys = new ArrayList<>();
    for (VerificationKey key : AuditedLake.KEYRING.keys()) {
      boolean ends = retired && key.purpose() == KeyPurpose.CHECKPOINT;
      keys.add(
          new VerificationKey(
              key.keyId(),
              key.algorithm(),
              key.purpose(),
              key.publicKey(),
              "log",
              0,
              ends ? OptionalLong.of(1) : OptionalLong.empty(),
              false));
    }
    if (postQuantum) {
      keys.add(
          VerificationKey.of(
              MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, AuditedLake.seed(4)), "log"));
    }
    return Keyring.parse(Keyring.create(ROOT, 2, keys), ROOT.digest());
  }

  static Stream<Cell> cells() {
    Keyring all = AuditedLake.KEYRING;
    AuditErrorCode damaged = AuditErrorCode.EVIDENCE_DAMAGED;
    AuditErrorCode refused = AuditErrorCode.EVIDENCE_REFUSED;
    String elsewhere = "the entries do not lead to the root that the checkpoint signs";
    return Stream.of(
        new Cell(
            Mutation.FLIP,
            lines -> lines.set(entries.get(1), lines.get(entries.get(1)).replace("DONE", "DONF")),
            true,
            all,
            refused,
            elsewhere),
        new Cell(
            Mutation.FLIP,
            lines -> lines.set(0, lines.get(0).replace("evidence", "evidencf")),
            false,
            all,
            damaged,
            "it is of a type that version 1 does not have"),
        new Cell(
            Mutation.DELETE,
            lines -> lines.remove((int) entries.get(1)),
            true,
            all,
            refused,
            elsewhere),
        new Cell(
            Mutation.INSERT,
            lines -> lines.add(entries.get(1), foreignEntry),
            true,
            all,
            refused,
            "entry 1 is of another run"),
        new Cell(
            Mutation.SWAP,
            lines -> Collections.swap(lines, entries.get(0), entries.get(1)),
            true,
            all,
            refused,
            "entries are not in the order of the log"),
        new Cell(
            Mutation.TRUNCATE,
            lines -> lines.remove(lines.size() - 1),
            false,
            all,
            damaged,
            "it is missing: the file was cut off"),
        new Cell(
            Mutation.ROLL_BACK,
            lines -> addConsistency(lines, newer),
            true,
            all,
            refused,
            "the log does not continue the checkpoint of " + size(newer)),
        new Cell(
            Mutation.FORK,
            lines -> addConsistency(lines, forked),
            true,
            all,
            refused,
            "the log does not continue the checkpoint of 1 "),
        new Cell(
            Mutation.RETIRED_KEY,
            lines -> {},
            true,
            keyring(true, false),
            AuditErrorCode.CHECKPOINT_KEY_RETIRED,
            "checkpoint"),
        new Cell(
            Mutation.STRIP_POST_QUANTUM,
            lines -> {},
            true,
            keyring(false, true),
            AuditErrorCode.POST_QUANTUM_LINE_MISSING,
            "checkpoint"),
        new Cell(
            Mutation.APPEND,
            lines -> lines.add(lines.get(lines.size() - 1)),
            false,
            all,
            damaged,
            "it is behind the end"));
  }

  private static long size(byte[] note) {
    return Checkpoint.verify(note, AuditedLake.ORIGIN, AuditedLake.KEYRING).size();
  }

  private static byte[] file(List<String> lines, boolean newDigest) {
    List<String> all = new ArrayList<>(lines);
    if (newDigest) {
      all.remove(all.size() - 1);
      byte[] before = (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
      all.add(
          "{\"sha256\":\""
              + HexFormat.of().formatHex(EvidenceWriter.sha256().digest(before))
              + "\",\"type\":\"end\"}");
    }
    return (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void mutatedEvidenceIsRefusedForWhatWasDone(Cell cell, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("evidence");
    Files.write(file, file(good, true));
    assertThat(Evidence.verify(file, AuditedLake.KEYRING).entries()).isEqualTo(entries.size());
    List<String> lines = new ArrayList<>(good);
    cell.damage().accept(lines);
    Files.write(file, file(lines, cell.newDigest()));
    assertThatThrownBy(() -> Evidence.verify(file, cell.trusted()))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              AuditException said = e.getCause() instanceof AuditException cause ? cause : e;
              assertThat(said.code()).isEqualTo(cell.cause());
            })
        .hasMessageContaining(cell.problem());
  }

  @Test
  void everyMutationIsThere() {
    Set<Mutation> done = EnumSet.noneOf(Mutation.class);
    cells().forEach(cell -> done.add(cell.mutation()));
    assertThat(done).containsExactlyInAnyOrder(Mutation.values());
  }
}
