package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand processes that append, killed by SIGKILL. */
@Tag("exhaustive")
class JournalKillExhaustiveTest {
  @TempDir Path root;

  @Test
  void nothingThatSevenHundredKilledProcessesAcknowledgedIsLostOrRenumberedOnDisk()
      throws Exception {
    kill("local", root.resolve("journal"), 700);
  }

  @Test
  void nothingThatThreeHundredKilledProcessesAcknowledgedIsLostOrRenumberedInAStore()
      throws Exception {
    kill("stored", root.resolve("store"), 300);
  }

  private static void kill(String kind, Path folder, int times) throws Exception {
    Kills kills = new Kills(kind, folder, times);
    kills.run(times);
    System.out.printf(
        "journal %s: %d kills, %d acknowledged records, none lost%n",
        kind, times, kills.acknowledged());
    assertThat(kills.acknowledged()).isGreaterThan(10L * times);
  }
}
