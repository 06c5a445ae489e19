package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.testing.CoverageGuidedFuzzing;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coverage-guided fuzzing of footers and pages, in a box of some minutes. */
@Tag("exhaustive")
class LongParquetFuzzingTest {
  private static final int SECONDS = 300;

  @TempDir Path folder;

  @Test
  void noInputBreaksARule() throws IOException, InterruptedException {
    long tried =
        new CoverageGuidedFuzzing(folder, ParquetFuzz.LONGEST)
            .run(ParquetFuzz.class, ParquetFuzz.seeds(), SECONDS);
    System.out.println("fuzzing ParquetFuzz: " + tried + " inputs in " + SECONDS + " s");
    assertThat(tried).isGreaterThan(10_000);
  }
}
