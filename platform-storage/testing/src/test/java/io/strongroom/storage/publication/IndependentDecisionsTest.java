package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.APPROVALS;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reader in JavaScript, which shares no code with the libraries, understands floors, plans and
 * approvals, and refuses what the format says to refuse.
 */
@Tag("oracle")
class IndependentDecisionsTest {
  private static final Path READER = Path.of("../../examples/transaction-lake/reader/read.mjs");
  private static final ControlPaths PATHS = new ControlPaths(PIPELINE);

  @TempDir private Path folder;

  private final StoredRuns lake = GoldenLake.write();
  private final Publication head = lake.pipeline.state().head().orElseThrow();

  private record Answer(int exitCode, String out, String err) {}

  private Answer read() throws IOException, InterruptedException {
    for (String key : lake.keys()) {
      Path file = folder.resolve("store").resolve(key);
      Files.createDirectories(file.getParent());
      Files.write(file, lake.store.get(key).orElseThrow().content());
    }
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                "node",
                READER.toString(),
                folder.resolve("store").toString(),
                TestRuns.rootDigest(),
                PIPELINE.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Answer(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void itReadsWhatPeopleHaveDecidedAndAgrees() throws Exception {
    Answer answer = read();
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exitCode()).isZero();
    JsonObject found = JsonValue.parseObject(answer.out().getBytes(StandardCharsets.UTF_8));
    assertThat(found.integer("seq")).isEqualTo(head.seq());
    assertThat(found.integer("floor")).isEqualTo(head.floor());
    assertThat(found.object("datasets").object(SILVER.path()).strings("runs"))
        .isEqualTo(lake.pipeline.live(SILVER));
  }

  @Test
  void itNamesADecisionOrPlanThatWasAltered() throws Exception {
    List<String> unnoticed = new ArrayList<>();
    int altered = 0;
    String control = PIPELINE.control();
    List<String> published =
        lake.pipeline.state().history().stream().flatMap(step -> step.plan().stream()).toList();
    for (String key : lake.keys()) {
      boolean ofRetention = published.stream().anyMatch(plan -> key.contains("/deletions/" + plan));
      if (key.startsWith(control + "publications/")
          || (key.contains("/approvals/") && (ofRetention || key.contains("/runs/")))
          || (ofRetention && key.endsWith("/plan.json"))) {
        byte[] content = lake.store.get(key).orElseThrow().content();
        byte[] changed = content.clone();
        changed[content.length / 2] ^= 1;
        lake.store.put(key, changed);
        Answer answer = read();
        if (answer.exitCode() != 76 || !answer.err().contains(key)) {
          unnoticed.add(key + ": " + answer);
        }
        lake.store.put(key, content);
        altered++;
      }
    }
    assertThat(unnoticed).isEmpty();
    assertThat(altered).isGreaterThan(9);
  }

  /** Signs a changed copy of the newest publication, and leads the pointer to it. */
  private Answer published(UnaryOperator<JsonObject> change) throws Exception {
    JsonObject body =
        JsonValue.parseObject(
                lake.store
                    .get(PATHS.publication(head.seq(), head.digest()))
                    .orElseThrow()
                    .content())
            .without("signatures");
    byte[] stored = SignedJson.sign(Publication.PAYLOAD_TYPE, change.apply(body), PUBLICATIONS);
    String digest = ControlJson.sha256(stored);
    lake.store.put(PATHS.publication(head.seq(), digest), stored);
    lake.store.put(PATHS.latest(), new LatestPointer(head.seq(), digest).toBytes());
    return read();
  }

  private static JsonObject with(JsonObject json, String member, JsonValue value) {
    JsonObject.Builder changed = JsonObject.builder();
    json.without(member).members().forEach(changed::put);
    return changed.put(member, value).build();
  }

  private static JsonObject named(JsonObject json, String approval) {
    JsonObject.Builder changed = JsonObject.builder();
    json.without("approvals").members().forEach(changed::put);
    return changed.putStrings("approvals", List.of(approval)).build();
  }

  @Test
  void itRefusesAFloorThatFallsOrIsNotThatOfThePlan() throws Exception {
    for (long floor : new long[] {1, 4, 6, 7}) {
      Answer answer =
          published(
              json ->
                  with(
                      json,
                      "floor",
                      JsonObject.builder().put("n", floor).build().members().get("n")));
      assertThat(answer.exitCode()).as("floor " + floor + ": " + answer).isEqualTo(76);
      assertThat(answer.err()).contains("floor");
    }
  }

  @Test
  void itRefusesARetirementOfASweep() throws Exception {
    DeletionPlan sweep =
        lake.pipeline.sweep().plan(List.of(SILVER), Duration.ZERO, "operator", "left");
    Answer answer =
        published(
            json ->
                with(
                        json,
                        "plan",
                        JsonObject.builder().put("p", sweep.digest()).build().members().get("p"))
                    .without("approvals"));
    assertThat(answer.exitCode()).isEqualTo(76);
    assertThat(answer.err()).contains("no retention");
  }

  @Test
  void itRefusesARejectionAnApprovalOfSomethingElseAndOneOfAnotherState() throws Exception {
    String plan = head.plan().orElseThrow();
    String folder = PATHS.deletionApprovals(plan);
    Optional<String> base = Optional.of(lake.pipeline.state().history().get(1).digest());
    String first = lake.pipeline.state().history().get(5).digest();
    List<JsonObject> bad =
        List.of(
            body(Optional.empty(), plan, base, Decision.REJECTED, "approver"),
            body(Optional.empty(), "0".repeat(64), base, Decision.APPROVED, "approver"),
            body(Optional.empty(), plan, Optional.of(first), Decision.APPROVED, "approver"),
            body(Optional.empty(), plan, base, Decision.APPROVED, "somebody else"),
            body(Optional.of(new RunId("r-3")), plan, base, Decision.APPROVED, "approver"));
    for (JsonObject approval : bad) {
      byte[] stored = SignedJson.sign(Approval.PAYLOAD_TYPE, approval, APPROVALS);
      String digest = ControlJson.sha256(stored);
      lake.store.put(folder + digest + ".json", stored);
      Answer answer = published(json -> named(json, digest));
      assertThat(answer.exitCode()).as(approval + ": " + answer).isEqualTo(76);
      assertThat(answer.err()).contains(digest).contains("no approval");
    }
    // The same, and right.
    byte[] stored =
        SignedJson.sign(
            Approval.PAYLOAD_TYPE,
            body(Optional.empty(), plan, base, Decision.APPROVED, "approver"),
            APPROVALS);
    String digest = ControlJson.sha256(stored);
    lake.store.put(folder + digest + ".json", stored);
    assertThat(published(json -> named(json, digest)).exitCode()).isZero();
    assertThat(KEYRING.find(APPROVALS.keyId(), APPROVALS.purpose())).isPresent();
  }

  private JsonObject body(
      Optional<RunId> run,
      String subject,
      Optional<String> base,
      Decision decision,
      String approver) {
    return Approval.body(PIPELINE, run, subject, base, decision, approver, "read", lake.instant());
  }
}
