package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Coverage-guided fuzzing, in a box of some minutes. */
@Tag("exhaustive")
class LongFuzzingTest {
  private static final int SECONDS = 300;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.strongroom.crypto.FuzzTarget#all")
  void noInputBreaksARule(FuzzTarget target) throws IOException, InterruptedException {
    long tried = Fuzzing.run(target.type(), target.seeds().read(), SECONDS, folder);
    System.out.println("fuzzing " + target + ": " + tried + " inputs in " + SECONDS + " s");
    assertThat(tried).isGreaterThan(10_000);
  }
}
