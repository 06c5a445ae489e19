package io.strongroom.storage.publication;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.publication.PublicationLife.Deed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand processes killed by SIGKILL in the midst of everything that is done to a pipeline's
 * data. The properties {@code kills.first} and {@code kills.last} choose some of the hundred lakes
 * of ten kills each.
 */
@Tag("exhaustive")
class PublicationKillExhaustiveTest {
  private static final int KILLS = 10;

  @TempDir private Path root;

  @Test
  void aThousandKilledProcessesLeaveNothingHalfVisibleAndNothingAcknowledgedIsLost()
      throws Exception {
    int first = Integer.getInteger("kills.first", 1);
    int last = Integer.getInteger("kills.last", 100);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    PublicationKills.Counts all = new PublicationKills.Counts();
    try {
      List<Future<PublicationKills.Counts>> lakes = new ArrayList<>();
      for (int lake = first; lake <= last; lake++) {
        int seed = lake;
        lakes.add(
            threads.submit(
                () -> new PublicationKills(root.resolve("lake-" + seed), seed).run(KILLS)));
      }
      for (Future<PublicationKills.Counts> lake : lakes) {
        all.add(lake.get());
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.println("publication: " + all);
    int lakes = last - first + 1;
    assertThat(all.kills()).isEqualTo(KILLS * lakes);
    assertThat(all.reads()).isGreaterThan(all.kills());
    assertThat(all.acknowledged()).isGreaterThan(4 * all.kills());
    assertThat(all.listed()).isGreaterThan(all.kills());
    if (lakes >= 100) {
      for (Deed deed : Deed.values()) {
        assertThat(all.killedIn(deed)).as("killed in " + deed).isPositive();
      }
    }
  }
}
