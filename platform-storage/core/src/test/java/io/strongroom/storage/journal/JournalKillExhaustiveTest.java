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
  void nothingThatAThousandKilledProcessesAcknowledgedIsLostOrRenumbered() throws Exception {
    Kills local = new Kills("local", root.resolve("journal"), 1);
    local.run(700);
    Kills stored = new Kills("stored", root.resolve("store"), 2);
    stored.run(300);
    System.out.println(
        "journal: 1000 kills, "
            + (local.acknowledged() + stored.acknowledged())
            + " acknowledged records, none lost");
    assertThat(local.acknowledged() + stored.acknowledged()).isGreaterThan(10_000);
  }
}
