package io.strongroom.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred processes that import, killed by SIGKILL, on five lakes. */
@Tag("exhaustive")
class ParquetImportKillExhaustiveTest {
  @TempDir Path folder;

  @Test
  void aHundredKilledImportsLeaveNothingHalfVisibleAndNothingAcknowledgedIsLost() throws Exception {
    int leftovers = 0;
    for (int seed = 1; seed <= 5; seed++) {
      ParquetImportKills kills = new ParquetImportKills(folder.resolve("lake-" + seed), seed);
      kills.run(20, ParquetImportKillTest.files(folder));
      System.out.println("import, lake " + seed + ": 20 kills, " + kills);
      assertThat(kills.reads()).isGreaterThan(20);
      leftovers += kills.leftovers();
    }
    // Some died between the copy and the commit.
    assertThat(leftovers).isPositive();
  }
}
