package io.strongroom.crypto.rewrap;

import static io.strongroom.crypto.rewrap.RewrapProcess.NEW;
import static io.strongroom.crypto.rewrap.RewrapProcess.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.LocalKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own re-wrap and are killed; they leave a trace of every call. */
class RewrapKillTest {
  private static final int KILLED = 128 + 9;

  @TempDir Path folder;

  @Test
  @Tag("verify")
  void aCampaignThatIsKilledTwiceMakesHardlyACallTwiceAndLosesNothing() throws Exception {
    killTwice(1_000);
  }

  @Test
  @Tag("exhaustive")
  void aHundredAndNinetyThousandRecordsAreRewrappedThroughTwoKills() throws Exception {
    killTwice(190_000);
  }

  private static String id(int number) {
    return "run-%06d".formatted(number);
  }

  private static EncryptionContext context(int number) {
    return EncryptionContext.strongroom().tenant("acme").run(id(number)).build();
  }

  private void killTwice(int count) throws Exception {
    Path keyFile = folder.resolve("keys.json");
    Path stored = Files.createDirectory(folder.resolve("records"));
    Path output = folder.resolve("output.txt");
    byte[][] plaintexts = new byte[count][];
    try (LocalKeyFile keys =
        LocalKeyFile.create(keyFile, "local", Set.of(OLD, NEW), new SecureRandom())) {
      for (int number = 0; number < count; number++) {
        try (DataKey dataKey = keys.generateDataKey(OLD, context(number))) {
          plaintexts[number] = dataKey.plaintext();
          Files.write(
              stored.resolve(id(number) + ".json"),
              KeyRecord.stored(
                  id(number), 1, List.of(new RecordedKey(context(number), dataKey.wrapped()))));
        }
      }
    }
    long begun = System.nanoTime();
    List<Long> callsAtKill = new ArrayList<>();
    for (int third = 1; third <= 2; third++) {
      Process process = start(keyFile, stored, output);
      while (calls() < (long) count * third / 3 && process.isAlive()) {
        Thread.sleep(1);
      }
      process.destroyForcibly();
      assertThat(process.waitFor()).as(Files.readString(output)).isEqualTo(KILLED);
      callsAtKill.add(calls());
    }
    assertThat(start(keyFile, stored, output).waitFor()).isZero();
    long calls = calls();
    System.out.printf(
        "re-wrapping: %d records in %d s, killed after %s calls; %d calls in all, %d of them for"
            + " nothing; %s",
        count,
        Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
        callsAtKill,
        calls,
        calls - count,
        Files.readString(output));
    assertThat(output).content().startsWith("finished ").endsWith(" failed=0\n");
    // What was under way when a process died had no fruit, and nothing else.
    assertThat(calls).isBetween((long) count, count + 2L * RewrapProcess.THREADS);

    try (KeyRecordFolder records = KeyRecordFolder.open(stored);
        LocalKeyFile left = RewrapProcess.without(OLD, keyFile, folder.resolve("fewer.json"))) {
      KeyCensus census = KeyCensus.of(records);
      assertThat(census.under("old")).isZero();
      assertThat(census.under("new")).isEqualTo(count);
      assertThat(census.unreadable()).isZero();
      for (int number = 0; number < count; number++) {
        RecordedKey key = records.read(id(number)).orElseThrow().keys().get(0);
        try (DataKey dataKey = left.unwrap(key.wrapped(), context(number))) {
          assertThat(dataKey.plaintext()).isEqualTo(plaintexts[number]);
        }
      }
    }
    System.out.printf("re-wrapping: %d read without the old key%n", count);
  }

  private long calls() throws IOException {
    Path file = folder.resolve("calls");
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private Process start(Path keyFile, Path stored, Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            RewrapProcess.class.getName(),
            keyFile.toString(),
            stored.toString(),
            folder.resolve("checkpoint.json").toString(),
            folder.resolve("calls").toString())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
