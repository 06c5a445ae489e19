package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.evidence.Evidence;
import io.strongroom.audit.evidence.EvidenceReport;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import io.strongroom.audit.evidence.EvidenceRequest;
import io.strongroom.audit.query.OpenIntents;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an outsider can tell about the entries of a run, however it ended. */
@Tag("verify")
class TrailTest {
  private static final TestLake.Keys KEYS = new TestLake.Keys();

  /** The process is gone: nothing it does later reaches the store. */
  private static final class Dead extends Error {
    private static final long serialVersionUID = 1;
  }

  @TempDir Path folder;

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final TestLake lake = new TestLake(KEYS, store);
  private final RowsPipeline rows = RowsPipeline.small();

  @Test
  void publishedRunHasACompleteTrailOfItsStepsAndEvidenceSaysSo() throws IOException {
    RunResult result = lake.runner().run(rows.pipeline(), rows.spec());

    List<AuditEntry> numbered = numbered(result.run());
    assertThat(numbered)
        .extracting(entry -> entry.event().action())
        .containsExactly("RUN_STARTED", "STEP_FINISHED", "STEP_FINISHED", "RUN_CLOSED");
    assertThat(numbered.get(1).event().attributes())
        .isEqualTo(
            Map.of(
                "step", rows.pipeline().steps().get(0).name(),
                "partitions", "2",
                "files", "5",
                "input", "7",
                "valid", "4",
                "quarantined", "2",
                "condemned", "1"));
    AuditEvent closing = numbered.get(3).event();
    assertThat(closing.outcome()).isEqualTo("staged");
    assertThat(closing.attributes())
        .containsEntry(RunTrail.ENTRIES, "3")
        .containsEntry(RunTrail.ROOT, rootOfThree(numbered));
    EvidenceReport report = evidence(result.run());
    assertThat(report.trail()).isEqualTo(Trail.COMPLETE);
    assertThat(report.promotion()).isPresent();
    assertThat(report.proven())
        .contains("The trail of the run is complete: 3 entries and the one that closes it.");
  }

  @Test
  void runThatTheBreakerStoppedHasACompleteTrail() throws IOException {
    RunResult result = lake.runner().run(rows.pipeline(GatePolicy.defaults()), rows.spec());

    assertThat(result).isInstanceOf(RunResult.BreakerOpen.class);
    assertThat(numbered(result.run()))
        .extracting(entry -> entry.event().action())
        .containsExactly(
            "RUN_STARTED", "STEP_FINISHED", "STEP_FINISHED", "RUN_ABORTED", "RUN_CLOSED");
    EvidenceReport report = evidence(result.run());
    assertThat(report.trail()).isEqualTo(Trail.COMPLETE);
    assertThat(report.manifest()).hasValueSatisfying(m -> assertThat(m.isCommitted()).isFalse());
  }

  @Test
  void runThatAnotherProcessHadToEndSaysThatItsTrailWasNotClosed() throws IOException {
    RunId dead = crash("control/payments/rows/runs/", "plan.json");

    RunResult result = lake.runner().run(rows.pipeline(), rows.spec());

    assertThat(result.run()).isNotEqualTo(dead);
    EvidenceReport report = evidence(dead);
    assertThat(report.trail()).isEqualTo(Trail.OPEN);
    assertThat(report.notProven())
        .contains("That the trail of the run is complete: it has 1 entries and was not closed.");
    assertThat(lake.entries("RUN_ABORTED"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.event().sequence()).isEmpty());
    assertThat(evidence(result.run()).trail()).isEqualTo(Trail.COMPLETE);
  }

  @Test
  void runThatAnotherProcessPublishedHasTheTrailOfTheOneThatDidIt() throws IOException {
    RunId committed = crash("control/payments/rows/publications/", "");
    assertThat(OpenIntents.among(lake.audit.entries(0)))
        .singleElement()
        .matches(entry -> entry.event().action().equals("RUN_PROMOTING"));

    RunResult result = lake.runner().run(rows.pipeline(), rows.spec());

    assertThat(((RunResult.Completed) result).recovered()).isTrue();
    assertThat(result.run()).isEqualTo(committed);
    assertThat(OpenIntents.among(lake.audit.entries(0))).isEmpty();
    assertThat(numbered(committed)).hasSize(4);
    assertThat(evidence(committed).trail()).isEqualTo(Trail.COMPLETE);
  }

  /** Runs until an object of such a name is about to be written; the run that was at work. */
  private RunId crash(String prefix, String suffix) {
    StoreProbe.requireProven(store);
    AtomicBoolean dead = new AtomicBoolean();
    FaultyObjectStore dying =
        new FaultyObjectStore(
            store,
            (number, operation, key) -> {
              boolean here = operation.isWrite() && key.startsWith(prefix) && key.endsWith(suffix);
              if (here || dead.get()) {
                dead.set(true);
                throw new Dead();
              }
              return Fault.NONE;
            });
    assertThatExceptionOfType(Dead.class)
        .isThrownBy(
            () -> new TestLake(KEYS, dying).builder(1).build().run(rows.pipeline(), rows.spec()));
    return new RunId(lake.entries("RUN_STARTED").get(0).event().run().orElseThrow());
  }

  private List<AuditEntry> numbered(RunId run) {
    return lake.audit
        .entries(0)
        .filter(entry -> entry.event().run().equals(Optional.of(run.value())))
        .filter(entry -> entry.event().sequence().isPresent())
        .toList();
  }

  private static String rootOfThree(List<AuditEntry> entries) {
    byte[][] leaves =
        entries.stream()
            .map(entry -> HexFormat.of().parseHex(entry.leafHash()))
            .toArray(byte[][]::new);
    return HexFormat.of()
        .formatHex(MerkleProofs.nodeHash(MerkleProofs.nodeHash(leaves[0], leaves[1]), leaves[2]));
  }

  private EvidenceReport evidence(RunId run) throws IOException {
    Path file = folder.resolve(run.value() + ".evidence");
    new Evidence(lake.audit, store, RowsPipeline.REF, KEYS.publishedKeyring, KEYS.keyring)
        .export(EvidenceRequest.of(run), file);
    return Evidence.verify(file, KEYS.keyring);
  }
}
