package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fuzzer's first inputs and some thousand mutations of them, without the fuzzer. */
@Tag("verify")
@Timeout(60)
class ParquetFuzzSeedsTest {
  private static final int MUTATIONS = 4_000;

  @Test
  void noSeedAndNoMutationOfOneBreaksARule() throws IOException {
    List<byte[]> seeds = ParquetFuzz.seeds();
    assertThat(seeds).hasSizeGreaterThan(20);
    Random random = new Random(1);
    for (byte[] seed : seeds) {
      ParquetFuzz.fuzzerTestOneInput(seed);
    }
    for (int i = 0; i < MUTATIONS; i++) {
      ParquetFuzz.fuzzerTestOneInput(mutated(seeds.get(random.nextInt(seeds.size())), random));
    }
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] input = seed.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && input.length > 1; i++) {
      int at = 1 + random.nextInt(input.length - 1);
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
