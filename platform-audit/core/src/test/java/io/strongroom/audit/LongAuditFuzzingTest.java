package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.testing.CoverageGuidedFuzzing;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Coverage-guided fuzzing of what is read from stores and files, in a box of some minutes. */
@Tag("exhaustive")
class LongAuditFuzzingTest {
  private static final int SECONDS = Integer.getInteger("fuzzing.seconds", 120);
  private static final int LONGEST = 32 * 1024;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.strongroom.audit.FuzzTarget#all")
  void noInputBreaksARule(FuzzTarget target) throws IOException, InterruptedException {
    long tried =
        new CoverageGuidedFuzzing(folder, LONGEST)
            .run(target.type(), target.seeds().read(), SECONDS);
    System.out.println("fuzzing " + target + ": " + tried + " inputs in " + SECONDS + " s");
    assertThat(tried).isGreaterThan(1_000);
  }
}
