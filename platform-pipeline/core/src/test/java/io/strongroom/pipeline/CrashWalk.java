package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.CONDEMNED;
import static io.strongroom.pipeline.RowsPipeline.GOLD;
import static io.strongroom.pipeline.RowsPipeline.QUARANTINE;
import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.RunTrail;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Crashes a run at one operation on its store, looks, runs it again, and looks again. */
final class CrashWalk {
  private static final Map<DatasetRef, List<String>> EXPECTED =
      Map.of(
          SILVER, RowsPipeline.smallSilver(),
          QUARANTINE, List.of("3,", "6,sixty"),
          CONDEMNED, List.of("dup7,70"),
          GOLD, List.of("4"));

  final TestLake.Keys keys = new TestLake.Keys();
  final RowsPipeline rows = RowsPipeline.small();

  static InMemoryObjectStore copy(InMemoryObjectStore from) {
    InMemoryObjectStore copy = new InMemoryObjectStore();
    for (ObjectInfo info : from.list("", null, 10_000)) {
      copy.put(info.key(), from.get(info.key()).orElseThrow().content());
    }
    return copy;
  }

  /**
   * Runs to the crash, looks, runs again, looks again; false when the run made no such operation.
   */
  boolean crashes(InMemoryObjectStore store, long at, When when, RunSpec spec) {
    StoreProbe.requireProven(store);
    TestLake after = new TestLake(keys, store);
    int liveBefore = after.published(REF).liveRuns(SILVER).size();
    CrashingObjectStore crashing = new CrashingObjectStore(store, at, when, () -> {});
    PipelineRunner dying =
        new TestLake(keys, crashing).builder(1).watch(Duration.ofMillis(2)).build();
    String where = when + " operation " + at;
    RunResult undisturbed = null;
    try {
      undisturbed = dying.run(rows.pipeline(), spec);
    } catch (SimulatedCrash expected) {
      assertThat(crashing.crashed()).isTrue();
    }
    if (!crashing.crashed()) {
      assertThat(undisturbed.exitCode()).isZero();
      return false;
    }

    boolean published = seesNothingOrEverything(after, after.published(REF), where);
    assertThat(published || liveBefore == 0).as(where).isTrue();

    PipelineRunner next = after.builder(1).watch(Duration.ofMillis(2)).build();
    RunResult result = next.run(rows.pipeline(), spec);

    assertThat(result.exitCode()).as(where).isZero();
    PublishedState state = after.published(REF);
    assertThat(seesNothingOrEverything(after, state, where)).as(where).isTrue();
    for (DatasetRef dataset : EXPECTED.keySet()) {
      assertThat(state.liveRuns(dataset))
          .as(where + ": live runs of " + dataset)
          .extracting(Manifest::run)
          .containsExactly(result.run());
    }
    assertThat(after.verifyAudit().findings()).as(where).isEmpty();
    assertThat(after.verify(REF)).as(where).isEmpty();
    List<Publication> history = state.history();
    assertThat(after.entries("RUN_PROMOTED"))
        .as(where)
        .extracting(entry -> entry.event().attributes().get("publication"))
        .containsAll(history.stream().map(Publication::digest).toList())
        .doesNotHaveDuplicates();
    trailsAreHonest(after, result, where);
    assertThat(after.runs(REF).unfinished(RunLife.key(rows.pipeline(), spec))).as(where).isEmpty();
    return true;
  }

  /** No run claims a number twice or leaves one out; that of the live run has its end. */
  private static void trailsAreHonest(TestLake lake, RunResult result, String where) {
    Map<String, List<AuditEvent>> trails =
        lake.audit
            .entries(0)
            .map(AuditEntry::event)
            .filter(event -> event.sequence().isPresent())
            .collect(Collectors.groupingBy(event -> event.run().orElseThrow()));
    trails.forEach(
        (run, events) ->
            assertThat(events)
                .as(where + ": run " + run)
                .extracting(event -> event.sequence().orElseThrow())
                .containsExactlyElementsOf(LongStream.range(0, events.size()).boxed().toList()));
    List<AuditEvent> live = trails.get(result.run().value());
    assertThat(live.get(live.size() - 1).action()).as(where).isEqualTo(RunTrail.CLOSED);
  }

  private static boolean seesNothingOrEverything(
      TestLake lake, PublishedState state, String where) {
    if (state.head().isEmpty()) {
      return false;
    }
    EXPECTED.forEach(
        (dataset, lines) ->
            assertThat(lake.lines(state, dataset)).as(where + ": " + dataset).isEqualTo(lines));
    return true;
  }
}
