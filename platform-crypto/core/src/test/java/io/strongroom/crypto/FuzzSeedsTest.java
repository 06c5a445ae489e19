package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer's first inputs and some thousand mutations of them, without the fuzzer. */
@Tag("verify")
class FuzzSeedsTest {
  private static final int MUTATIONS = 3000;

  @ParameterizedTest
  @MethodSource("io.strongroom.crypto.FuzzTarget#all")
  void noSeedAndNoMutationOfOneBreaksARule(FuzzTarget target) throws IOException {
    List<byte[]> seeds = target.seeds().read();
    assertThat(seeds).hasSizeGreaterThanOrEqualTo(4);
    Random random = new Random(1);
    for (byte[] seed : seeds) {
      target.attempt().on(seed);
    }
    for (int i = 0; i < MUTATIONS; i++) {
      target.attempt().on(mutated(seeds.get(random.nextInt(seeds.size())), random));
    }
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] input = seed.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && input.length > 0; i++) {
      int at = random.nextInt(input.length);
      switch (random.nextInt(4)) {
        case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> input[at] = (byte) random.nextInt();
        case 2 -> input = Arrays.copyOf(input, at);
        default -> {
          byte[] longer = Arrays.copyOf(input, input.length + 1);
          System.arraycopy(input, at, longer, at + 1, input.length - at);
          input = longer;
        }
      }
    }
    return input;
  }
}
