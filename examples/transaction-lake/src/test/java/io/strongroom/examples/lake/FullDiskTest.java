package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lake on a disk that becomes full; needs the right to mount a small one. */
@Tag("oracle")
class FullDiskTest {
  @TempDir Path folder;

  @Test
  void aFullDiskDamagesNothingAndTheRunCompletesOnceThereIsRoom() throws Exception {
    Path disk = folder.resolve("disk");
    assertThat(disk.toFile().mkdir()).isTrue();
    execute("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk.toString());
    try {
      TestLake lake = new TestLake(disk.resolve("lake"));
      String small = generate(lake, "700", "1");
      String large = generate(lake, "60000", "2");
      lake.done("run", small);
      TestLake.Outcome full = lake.run("run", large);
      assertThat(full.exitCode()).isEqualTo(75);
      assertThat(full.err()).startsWith("STO-002 STORE_FULL").hasLineCount(1).contains("Remedy: ");
      assertThat(lake.done("verify")).contains("Everything is as it was signed.");
      assertThat(lake.done("run", small)).contains("Nothing to do");

      execute("mount", "-o", "remount,size=64m", disk.toString());
      assertThat(lake.done("run", large)).containsPattern("Rows in 2.csv +60,000");
      assertThat(lake.done("verify")).contains("Everything is as it was signed.");
    } finally {
      execute("umount", disk.toString());
    }
  }

  private String generate(TestLake lake, String rows, String seed) {
    String file = folder.resolve(seed + ".csv").toString();
    assertThat(lake.runExactly(List.of("generate", rows, seed, file)).exitCode()).isZero();
    return file;
  }

  private static void execute(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
