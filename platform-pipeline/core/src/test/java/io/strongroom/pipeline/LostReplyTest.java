package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.GOLD;
import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One fault at every operation that changes the store in a whole run. */
@Tag("verify")
class LostReplyTest {
  private final TestLake.Keys keys = new TestLake.Keys();
  private final RowsPipeline rows = RowsPipeline.small();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void runWithAFaultAtAnyWriteCompletesAtOnceOrWhenRunAgain(Fault fault) {
    long writes = 0;
    long completedAtOnce = 0;
    for (long at = 1; ; at++) {
      InMemoryObjectStore store = new InMemoryObjectStore();
      StoreProbe.requireProven(store);
      AtomicLong seen = new AtomicLong();
      AtomicBoolean hit = new AtomicBoolean();
      long wanted = at;
      FaultyObjectStore faulty =
          new FaultyObjectStore(
              store,
              (number, operation, key) -> {
                if (operation.isWrite() && seen.incrementAndGet() == wanted) {
                  hit.set(true);
                  return fault;
                }
                return Fault.NONE;
              });
      String where = fault + " at write " + at;
      TestLake after = new TestLake(keys, store);
      try {
        RunResult result =
            new TestLake(keys, faulty).builder(1).build().run(rows.pipeline(), rows.spec());
        assertThat(result).as(where).isInstanceOf(RunResult.Completed.class);
        completedAtOnce++;
      } catch (PlatformException e) {
        assertThat(e.category())
            .as(where)
            .isIn(ErrorCategory.TRANSIENT, ErrorCategory.UNKNOWN_OUTCOME);
      }
      if (!hit.get()) {
        break;
      }
      writes++;
      while (faulty.deliver()) {
        // What was only slow arrives now, after the runner has given up or gone on.
      }

      PipelineRunner next = after.builder(1).watch(Duration.ofMillis(2)).build();
      RunResult again = next.run(rows.pipeline(), rows.spec());

      assertThat(again.exitCode()).as(where).isZero();
      assertThat(after.published(REF).liveRuns(SILVER))
          .as(where)
          .extracting(Manifest::run)
          .containsExactly(again.run());
      assertThat(after.lines(REF, SILVER)).as(where).isEqualTo(RowsPipeline.smallSilver());
      assertThat(after.lines(REF, GOLD)).as(where).containsExactly("4");
      assertThat(after.verifyAudit().findings()).as(where).isEmpty();
      assertThat(after.verify(REF)).as(where).isEmpty();
    }
    assertThat(writes).isGreaterThan(30);
    if (fault == Fault.LOST_AFTER_EFFECT) {
      assertThat(completedAtOnce).as("lost replies cost nothing").isGreaterThan(writes / 2);
    }
  }
}
