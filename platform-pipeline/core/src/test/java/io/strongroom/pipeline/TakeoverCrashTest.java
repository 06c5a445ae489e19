package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crash after every operation of a run that takes over a run that had crashed itself. */
@Tag("exhaustive")
class TakeoverCrashTest {
  private final CrashWalk walk = new CrashWalk();

  @ParameterizedTest
  @ValueSource(ints = {12, 40, 75, 95, 100, 110})
  void runThatTakesACrashedRunOverMayCrashAnywhereItself(int firstCrash) {
    InMemoryObjectStore crashed = new InMemoryObjectStore();
    StoreProbe.requireProven(crashed);
    CrashingObjectStore crashing =
        new CrashingObjectStore(crashed, firstCrash, When.AFTER, () -> {});
    PipelineRunner dying = new TestLake(walk.keys, crashing).builder(1).build();
    assertThatThrownBy(() -> dying.run(walk.rows.pipeline(), walk.rows.spec()))
        .isInstanceOf(SimulatedCrash.class);
    long at = 1;
    while (walk.crashes(CrashWalk.copy(crashed), at, When.AFTER, walk.rows.spec())) {
      at++;
    }
    assertThat(at).as("operations of the second run").isGreaterThan(15);
  }
}
