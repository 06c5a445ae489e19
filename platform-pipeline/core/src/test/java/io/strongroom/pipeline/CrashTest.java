package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.CONDEMNED;
import static io.strongroom.pipeline.RowsPipeline.GOLD;
import static io.strongroom.pipeline.RowsPipeline.QUARANTINE;
import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A crash before and after every operation on the store that a whole run makes. */
@Tag("verify")
class CrashTest {
  private static final Map<DatasetRef, List<String>> EXPECTED =
      Map.of(
          SILVER, RowsPipeline.smallSilver(),
          QUARANTINE, List.of("3,", "6,sixty"),
          CONDEMNED, List.of("dup7,70"),
          GOLD, List.of("4"));

  private final TestLake.Keys keys = new TestLake.Keys();
  private final RowsPipeline rows = RowsPipeline.small();

  @ParameterizedTest
  @EnumSource
  void firstRunIsInvisibleOrWholeAndARerunCompletesIt(When when) {
    long at = 1;
    while (crashes(new InMemoryObjectStore(), at, when, rows.spec())) {
      at++;
    }
    assertThat(at).as("operations of a whole run").isGreaterThan(80);
  }

  @Test
  void supersedingRunIsInvisibleOrWholeAndARerunCompletesIt() {
    RunSpec again = rows.spec().again("corrected");
    InMemoryObjectStore published = new InMemoryObjectStore();
    new TestLake(keys, published).runner().run(rows.pipeline(), rows.spec());
    long at = 1;
    while (crashes(copy(published), at, When.AFTER, again)) {
      at++;
    }
    assertThat(at).as("operations of a whole run").isGreaterThan(80);
  }

  private static InMemoryObjectStore copy(InMemoryObjectStore from) {
    InMemoryObjectStore copy = new InMemoryObjectStore();
    for (ObjectInfo info : from.list("", null, 10_000)) {
      copy.put(info.key(), from.get(info.key()).orElseThrow().content());
    }
    return copy;
  }

  /**
   * Runs to the crash, looks, runs again, looks again; false when the run made no such operation.
   */
  private boolean crashes(InMemoryObjectStore store, long at, When when, RunSpec spec) {
    TestLake after = new TestLake(keys, store);
    int liveBefore = after.published(REF).liveRuns(SILVER).size();
    CrashingObjectStore crashing = new CrashingObjectStore(store, at, when, () -> {});
    PipelineRunner dying = new TestLake(keys, crashing).builder(1).build();
    String where = when + " operation " + at;
    RunResult undisturbed = null;
    try {
      undisturbed = dying.run(rows.pipeline(), spec);
    } catch (SimulatedCrash expected) {
      assertThat(crashing.crashed()).isTrue();
    }
    if (!crashing.crashed()) {
      assertThat(undisturbed).isInstanceOf(RunResult.Completed.class);
      return false;
    }

    boolean published = seesNothingOrEverything(after, where);
    assertThat(published || liveBefore == 0).as(where).isTrue();

    RunResult result = after.runner().run(rows.pipeline(), spec);

    assertThat(result.exitCode()).as(where).isZero();
    assertThat(seesNothingOrEverything(after, where)).as(where).isTrue();
    for (DatasetRef dataset : EXPECTED.keySet()) {
      assertThat(after.published(REF).liveRuns(dataset))
          .as(where + ": live runs of " + dataset)
          .extracting(Manifest::run)
          .containsExactly(result.run());
    }
    assertThat(after.verifyAudit().findings()).as(where).isEmpty();
    assertThat(after.verify(REF)).as(where).isEmpty();
    List<Publication> history = after.published(REF).history();
    assertThat(after.entries("RUN_PROMOTED"))
        .as(where)
        .extracting(entry -> entry.event().attributes().get("publication"))
        .containsAll(history.stream().map(Publication::digest).toList())
        .doesNotHaveDuplicates();
    assertThat(after.runs(REF).unfinished(RunLife.key(rows.pipeline(), spec))).as(where).isEmpty();
    return true;
  }

  private static boolean seesNothingOrEverything(TestLake lake, String where) {
    if (lake.published(REF).head().isEmpty()) {
      return false;
    }
    EXPECTED.forEach(
        (dataset, lines) ->
            assertThat(lake.lines(REF, dataset)).as(where + ": " + dataset).isEqualTo(lines));
    return true;
  }
}
