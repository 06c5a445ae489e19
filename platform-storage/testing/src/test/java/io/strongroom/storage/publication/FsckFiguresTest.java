package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.InMemoryIntentLog;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a check of ten thousand published runs takes on a local disk, and in how much memory.
 * The property {@code figures.lake} names a folder in which the lake is kept for the next time,
 * {@code figures.seconds} how long it may grow in one go; it is checked only when it is complete.
 */
@Tag("exhaustive")
class FsckFiguresTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path folder;

  @Test
  void tenThousandRunsAreCheckedWithinAMinuteInLittleMemory() throws IOException {
    int runs = Integer.getInteger("figures.runs", 10_000);
    Path kept = Path.of(System.getProperty("figures.lake", folder.toString()));
    LargeLake lake = new LargeLake(kept);
    int made = lake.grow(runs, Long.getLong("figures.seconds", 3_600));
    System.out.printf("figure lake of %d runs%n", made);
    if (made < runs) {
      return;
    }
    InMemoryIntentLog intents = lake.intents();
    LocalObjectStore store = lake.store();
    System.gc();
    long before = used();
    Most most = new Most();
    most.start();
    long start = System.nanoTime();
    Fsck.Report report =
        new Fsck(store, PIPELINE, KEYRING, intents, TestRuns.CLOCK).check(finding -> {});
    long took = System.nanoTime() - start;
    System.out.printf("figure fsck of %d runs: %.1f s%n", runs, took / 1e9);
    System.out.printf(
        "figure heap in use before %d MB, at most %d MB, of %d MB%n",
        before / 1_000_000, most.end() / 1_000_000, Runtime.getRuntime().maxMemory() / 1_000_000);
    assertThat(report).isEqualTo(new Fsck.Report(0, 0, 0));
    assertThat(took).isLessThan(60 * SECOND);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Looks at the heap again and again; what it saw holds garbage too. */
  private static final class Most extends Thread {
    private volatile boolean done;
    private long most;

    @Override
    public void run() {
      while (!done) {
        most = Math.max(most, used());
        try {
          sleep(50);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    long end() {
      done = true;
      try {
        join();
      } catch (InterruptedException e) {
        interrupt();
      }
      return most;
    }
  }
}
