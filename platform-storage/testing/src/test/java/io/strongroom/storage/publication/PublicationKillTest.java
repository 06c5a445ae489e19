package io.strongroom.storage.publication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that run, publish, hold, retain and delete, killed by SIGKILL. */
@Tag("verify")
class PublicationKillTest {
  @TempDir private Path folder;

  @Test
  void sixKilledProcessesLeaveNothingHalfVisibleAndNothingAcknowledgedIsLost() throws Exception {
    PublicationKills.Counts counts =
        new PublicationKills(folder, System.nanoTime()).within(120, 200).run(6);
    assertThat(counts.kills()).isEqualTo(6);
    assertThat(counts.reads()).isGreaterThanOrEqualTo(6);
    assertThat(counts.acknowledged()).isGreaterThanOrEqualTo(6);
  }
}
