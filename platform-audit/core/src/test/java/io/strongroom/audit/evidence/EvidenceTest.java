package io.strongroom.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.AuditPruning;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.Opening;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class EvidenceTest {
  @TempDir Path folder;
  private final AuditedLake lake = new AuditedLake();

  private EvidenceReport export(EvidenceRequest request) throws IOException {
    return lake.evidence().export(request, file());
  }

  private Path file() {
    return folder.resolve("run.evidence");
  }

  private List<String> lines() throws IOException {
    return new ArrayList<>(Files.readAllLines(file(), StandardCharsets.UTF_8));
  }

  /** Writes lines with the digest that they then have, as a forger would. */
  private void write(List<String> lines) throws IOException {
    List<String> all = new ArrayList<>(lines);
    if (!all.isEmpty() && all.get(all.size() - 1).contains("\"type\":\"end\"")) {
      all.remove(all.size() - 1);
      byte[] bytes = (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
      String digest = HexFormat.of().formatHex(EvidenceWriter.sha256().digest(bytes));
      all.add("{\"sha256\":\"" + digest + "\",\"type\":\"end\"}");
    }
    Files.writeString(file(), String.join("\n", all) + "\n");
  }

  private EvidenceReport verify() throws IOException {
    return Evidence.verify(file(), AuditedLake.KEYRING);
  }

  private static void assertRefused(ThrowingCallable verification, String... words) {
    assertThatThrownBy(verification)
        .isInstanceOfSatisfying(
            AuditException.class,
            e ->
                assertThat(e.code())
                    .isIn(AuditErrorCode.EVIDENCE_DAMAGED, AuditErrorCode.EVIDENCE_REFUSED))
        .hasMessageContainingAll(words);
  }

  @Test
  void publishedRunIsProvenFromItsTrailToTheNewestPublication() throws IOException {
    lake.publish("run-1", "2026-01-20");
    lake.publish("run-2", "2026-01-21");
    lake.rollBackTo(1);

    EvidenceReport exported = export(EvidenceRequest.of(new RunId("run-2")));

    EvidenceReport report = verify();
    assertThat(report).isEqualTo(exported);
    assertThat(report.trail()).isEqualTo(Trail.COMPLETE);
    assertThat(report.entries()).isEqualTo(3 + 1 + 1 + 1); // trail, its end, two intents
    assertThat(report.manifest().orElseThrow().run().value()).isEqualTo("run-2");
    assertThat(report.promotion().orElseThrow().seq()).isEqualTo(2);
    assertThat(report.newest().orElseThrow().seq()).isEqualTo(3);
    assertThat(report.proven())
        .anyMatch(line -> line.startsWith("Publication 2 made the run live in 1 of its 1 datasets"))
        .anyMatch(line -> line.startsWith("In publication 3 the run is live in 0 of its 1"))
        .anyMatch(line -> line.contains("COMMITTED, with 1 files of 20 rows in 1 datasets"))
        .anyMatch(line -> line.contains("The trail of the run is complete: 3 entries"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file());
    }
  }

  @Test
  void whatIsNotThereIsSaidToBeNotProven() throws IOException {
    lake.log.append(AuditedLake.event("RUN_STARTED").withRun("run-0"));
    EvidenceReport started = export(EvidenceRequest.of(new RunId("run-0")));
    assertThat(started.trail()).isEqualTo(Trail.NONE);
    assertThat(started.notProven())
        .anyMatch(line -> line.contains("it was not decided yet"))
        .anyMatch(line -> line.contains("no publication is in this file"))
        .anyMatch(line -> line.contains("it kept no trail"));

    lake.trail("run-3", 2);
    lake.abort("run-3", "2026-01-22");
    EvidenceReport aborted = export(EvidenceRequest.of(new RunId("run-3")));
    assertThat(aborted.trail()).isEqualTo(Trail.OPEN);
    assertThat(aborted.manifest().orElseThrow().isCommitted()).isFalse();
    assertThat(aborted.promotion()).isEmpty();
    assertThat(aborted.notProven()).anyMatch(line -> line.contains("was not closed"));

    lake.trail("run-3", 1);
    assertThat(export(EvidenceRequest.of(new RunId("run-3"))).trail()).isEqualTo(Trail.AMBIGUOUS);
    assertThatThrownBy(() -> export(EvidenceRequest.of(new RunId("run-9"))))
        .isInstanceOfSatisfying(
            AuditException.class, e -> assertThat(e.code()).isEqualTo(AuditErrorCode.NO_SUCH_RUN));
  }

  @Test
  void keptCheckpointIsContinuedAndAForeignOneIsRefused() throws IOException {
    lake.publish("run-1", "2026-01-20");
    Checkpoint kept = lake.log.checkpoint();
    lake.publish("run-2", "2026-01-21");
    EvidenceRequest request = EvidenceRequest.of(new RunId("run-1"));
    assertThat(export(request.continuing(kept)).proven())
        .anyMatch(line -> line.startsWith("The log continues the one of " + kept.size()));
    AuditLog fork = AuditedLake.newLog(new InMemoryObjectStore());
    fork.append(AuditedLake.event("OTHER_DONE"));
    Checkpoint foreign = fork.checkpoint();
    byte[] before = Files.readAllBytes(file());
    assertRefused(
        () -> export(request.continuing(foreign)), "does not continue the checkpoint of 1");
    assertThat(file()).hasBinaryContent(before);
  }

  @Test
  void personalPartIsDisclosedOnlyAsItWasCommitted() throws IOException {
    Opening opening = Opening.of("Erika Mustermann", new SecureRandom());
    long index =
        lake.log
            .append(
                AuditedLake.event("ROW_SHOWN")
                    .withRun("run-1")
                    .withPersonal("customer", opening.commit()))
            .index();
    EvidenceRequest request = EvidenceRequest.of(new RunId("run-1"));
    export(request);
    assertThat(Files.readString(file())).doesNotContain("Mustermann");
    export(request.disclosing(new DisclosedPart(index, "customer", opening)));
    assertThat(verify().proven()).anyMatch(line -> line.contains("the value of customer"));
    assertThat(Files.readString(file())).contains("Mustermann");
    Opening other = Opening.of("Erika Mustermann", new SecureRandom());
    assertRefused(
        () -> export(request.disclosing(new DisclosedPart(index, "customer", other))),
        "is not what it committed to");
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    fullEvidence();
    byte[] good = Files.readAllBytes(file());
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file(), bad);
      assertRefused(this::verify, "line ");
    }
    for (int round = 0; round < 40; round++) {
      Files.write(file(), Arrays.copyOf(good, random.nextInt(good.length)));
      assertRefused(this::verify, "line ");
    }
    Files.write(file(), Arrays.copyOf(good, good.length + 1));
    assertRefused(this::verify, "line ");
  }

  /** As above, by one who writes the right digest under the changed lines. */
  @Test
  void everyForgedLineIsNoticed() throws IOException {
    fullEvidence();
    List<String> good = lines();
    Random random = new Random(12);
    for (int at = 0; at < good.size() - 1; at++) {
      String what = "line " + (at + 1) + ": " + good.get(at);
      List<String> without = new ArrayList<>(good);
      without.remove(at);
      assertNotBelieved(without, what + " removed");
      List<String> twice = new ArrayList<>(good);
      twice.add(at, good.get(at));
      assertNotBelieved(twice, what + " twice");
      if (at < good.size() - 2) {
        List<String> swapped = new ArrayList<>(good);
        Collections.swap(swapped, at, at + 1);
        // Generations are found by their digests, so that their order says nothing.
        if (!swapped.get(at).contains("\"type\":\"generation\"")
            || !swapped.get(at + 1).contains("\"type\":\"generation\"")) {
          assertNotBelieved(swapped, what + " swapped");
        }
      }
      for (int round = 0; round < 8; round++) {
        char[] changed = good.get(at).toCharArray();
        int place = random.nextInt(changed.length);
        changed[place] = changed[place] == '1' ? '2' : '1';
        List<String> flipped = new ArrayList<>(good);
        flipped.set(at, new String(changed));
        assertNotBelieved(flipped, what + " changed at " + place);
      }
    }
  }

  private void assertNotBelieved(List<String> lines, String what) throws IOException {
    write(lines);
    assertThatThrownBy(this::verify)
        .as(what)
        .isInstanceOfSatisfying(
            AuditException.class,
            e ->
                assertThat(e.code())
                    .isIn(AuditErrorCode.EVIDENCE_DAMAGED, AuditErrorCode.EVIDENCE_REFUSED));
  }

  private void fullEvidence() throws IOException {
    lake.publish("run-1", "2026-01-20");
    Opening opening = Opening.of("Erika Mustermann", new SecureRandom());
    RunTrail trail = lake.trail("run-2", 2);
    long index =
        trail
            .append(AuditedLake.event("ROW_SHOWN").withPersonal("customer", opening.commit()))
            .index();
    Checkpoint kept = lake.log.checkpoint();
    lake.commit("run-2", "2026-01-21");
    lake.promote("run-2");
    trail.close(AuditedLake.event("ANY"));
    lake.publish("run-3", "2026-01-22");
    export(
        EvidenceRequest.of(new RunId("run-2"))
            .continuing(kept)
            .disclosing(new DisclosedPart(index, "customer", opening)));
    List<String> good = lines();
    write(good);
    assertThat(verify().trail()).isEqualTo(Trail.COMPLETE);
    assertThat(lines()).isEqualTo(good);
  }

  @Test
  void fileOfVersionOneIsReadForEver() throws IOException {
    EvidenceReport report =
        Evidence.verify(Path.of("src/test/resources/golden/evidence-v1"), AuditedLake.KEYRING);
    assertThat(report.trail()).isEqualTo(Trail.COMPLETE);
    assertThat(report.newest().orElseThrow().seq()).isEqualTo(3);
    assertThat(report.proven()).hasSize(8);
  }

  /** The forger has the log and makes a right proof of what he leaves. */
  @Test
  void entryThatIsLeftOutIsMissedByTheTrail() throws IOException {
    lake.publish("run-1", "2026-01-20");
    export(EvidenceRequest.of(new RunId("run-1")));
    List<String> good = lines();
    for (String number : List.of("\\\"seq\\\":1,", "\\\"seq\\\":2,")) {
      List<String> forged = new ArrayList<>();
      List<Long> indexes = new ArrayList<>();
      for (String line : good) {
        JsonObject json = JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8));
        if (json.string("type").equals("entry")) {
          if (line.contains(number)) {
            continue;
          }
          indexes.add(json.integer("index"));
        }
        if (json.string("type").equals("inclusion")) {
          long[] kept = indexes.stream().mapToLong(Long::longValue).toArray();
          List<byte[]> proof = lake.log.subsetProof(kept, lake.log.checkpoint().size());
          forged.add(
              new String(
                  JsonObject.builder()
                      .putStrings("hashes", EvidenceWriter.hex(proof))
                      .put("type", "inclusion")
                      .build()
                      .canonicalBytes(),
                  StandardCharsets.UTF_8));
        } else {
          forged.add(line);
        }
      }
      write(forged);
      assertRefused(this::verify, "trail");
    }
  }

  @Test
  void onlyKeysOfTheTrustedRootCount() throws IOException {
    lake.publish("run-1", "2026-01-20");
    export(EvidenceRequest.of(new RunId("run-1")));
    RootKey stranger = RootKey.fromSeed(AuditedLake.seed(8));
    Keyring other =
        Keyring.parse(Keyring.create(stranger, 1, AuditedLake.KEYRING.keys()), stranger.digest());
    assertRefused(() -> Evidence.verify(file(), other), "keyring");
    RootKey root = RootKey.fromSeed(AuditedLake.seed(9));
    for (int missing = 0; missing < 3; missing++) {
      List<VerificationKey> fewer = new ArrayList<>(AuditedLake.KEYRING.keys());
      String purpose = fewer.remove(missing).purpose().id();
      Keyring without = Keyring.parse(Keyring.create(root, 2, fewer), root.digest());
      assertRefused(() -> Evidence.verify(file(), without), purpose);
    }
  }

  @Test
  void entriesInTheFileAreThoseOfTheLog() throws IOException {
    lake.publish("run-1", "2026-01-20");
    export(EvidenceRequest.of(new RunId("run-1")));
    for (String line : lines()) {
      JsonObject json = JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8));
      if (json.string("type").equals("entry")) {
        AuditEntry entry = lake.log.entry(json.integer("index")).orElseThrow();
        assertThat(json.string("entry"))
            .isEqualTo(new String(entry.bytes(), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void whatFollowsTheIntentOfTheNewestPublicationIsNeverPruned() {
    AuditedLake lake = new AuditedLake();
    for (int i = 0; i < 260; i++) {
      lake.log.append(AuditedLake.event("OTHER_DONE"));
    }
    lake.publish("run-1", "2026-01-20");
    for (int i = 0; i < 260; i++) {
      lake.log.append(AuditedLake.event("OTHER_DONE"));
    }
    AuditPruning pruning =
        new AuditPruning(lake.log, lake.store, "audit/", AuditedLake.KEYRING, Clock.systemUTC());

    assertThat(pruning.preview(AuditedLake.NOW.plusSeconds(1)).to()).isEqualTo(512);
    assertThat(
            pruning
                .protecting(lake.store, AuditedLake.PIPELINE)
                .preview(AuditedLake.NOW.plusSeconds(1))
                .to())
        .isEqualTo(256);
  }
}
