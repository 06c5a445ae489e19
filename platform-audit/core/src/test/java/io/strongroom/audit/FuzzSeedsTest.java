package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.testing.CoverageGuidedFuzzing;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer's first inputs and some thousand mutations of them, without the fuzzer. */
@Tag("verify")
class FuzzSeedsTest {
  private static final int MUTATIONS = 1_000;

  @ParameterizedTest
  @MethodSource("io.strongroom.audit.FuzzTarget#all")
  void noSeedAndNoMutationOfOneBreaksARule(FuzzTarget target) throws IOException {
    List<byte[]> seeds = target.seeds().read();
    assertThat(seeds).hasSizeGreaterThanOrEqualTo(2);
    Random random = new Random(1);
    for (byte[] seed : seeds) {
      target.attempt().on(seed);
    }
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] seed = seeds.get(random.nextInt(seeds.size()));
      target.attempt().on(CoverageGuidedFuzzing.mutated(seed, random));
    }
  }
}
