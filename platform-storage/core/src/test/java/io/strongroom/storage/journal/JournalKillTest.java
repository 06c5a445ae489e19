package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that append, killed by SIGKILL. */
@Tag("verify")
class JournalKillTest {
  @TempDir Path root;

  @Test
  void nothingThatSevenKilledProcessesAcknowledgedIsLostOrRenumberedOnDisk() throws Exception {
    Kills kills = new Kills("local", root.resolve("journal"), System.nanoTime());
    kills.run(7);
    assertThat(kills.acknowledged()).isGreaterThanOrEqualTo(7);
  }

  @Test
  void nothingThatThreeKilledProcessesAcknowledgedIsLostOrRenumberedInAStore() throws Exception {
    Kills kills = new Kills("stored", root.resolve("store"), System.nanoTime());
    kills.run(3);
    assertThat(kills.acknowledged()).isGreaterThanOrEqualTo(3);
  }
}
