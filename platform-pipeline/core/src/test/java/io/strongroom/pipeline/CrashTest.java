package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.InMemoryObjectStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A crash before and after every operation on the store that a whole run makes. */
@Tag("verify")
class CrashTest {
  private final CrashWalk walk = new CrashWalk();

  @ParameterizedTest
  @EnumSource
  void firstRunIsInvisibleOrWholeAndARerunCompletesIt(When when) {
    long at = 1;
    while (walk.crashes(new InMemoryObjectStore(), at, when, walk.rows.spec())) {
      at++;
    }
    assertThat(at).as("operations of a whole run").isGreaterThan(80);
  }

  @Test
  void supersedingRunIsInvisibleOrWholeAndARerunCompletesIt() {
    RunSpec again = walk.rows.spec().again("corrected");
    InMemoryObjectStore published = new InMemoryObjectStore();
    new TestLake(walk.keys, published).runner().run(walk.rows.pipeline(), walk.rows.spec());
    long at = 1;
    while (walk.crashes(CrashWalk.copy(published), at, When.AFTER, again)) {
      at++;
    }
    assertThat(at).as("operations of a whole run").isGreaterThan(80);
  }
}
