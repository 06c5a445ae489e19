package io.strongroom.benchmarks.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.audit.AuditEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate lets through who keeps every entry, and nobody else. */
@Tag("verify")
class AppendGateTest {
  private static final int COUNT = 600;

  @ParameterizedTest
  @MethodSource("io.strongroom.benchmarks.audit.AppendBenchmark#contenders")
  void everyContenderKeepsEveryEntry(String name, @TempDir Path folder) throws IOException {
    try (AppendContender contender = AppendBenchmark.named(name, folder)) {
      contender.append(COUNT);
      contender.check(COUNT);
    }
  }

  @Test
  void aChangedByteIsNotLetThrough(@TempDir Path folder) throws IOException {
    try (AppendContender contender = AppendBenchmark.named("naive-chain", folder)) {
      contender.append(2);
      flip(folder.resolve("chain"), 400);
      assertThatThrownBy(() -> contender.check(2)).isInstanceOf(IllegalStateException.class);
    }
    Path log = folder.resolve("log-folder");
    try (AppendContender contender = AppendBenchmark.named("strongroom", log)) {
      contender.append(300);
      flip(log.resolve("log/tile/entries/000"), 200);
      assertThatThrownBy(() -> contender.check(300)).isInstanceOf(IllegalStateException.class);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }

  @Test
  void theEventsHaveAboutAsManyBytesAsTheEntriesOfTheOthers(@TempDir Path folder) {
    AuditEvent event = Events.event(1_234_567);
    int texts =
        event.actor().length()
            + event.action().length()
            + event.resource().length()
            + event.outcome().length()
            + event.run().orElseThrow().length()
            + event.reason().orElseThrow().length()
            + event.at().toString().length();
    // Names, quotes and the nonce of an entry take 110 bytes more.
    assertThat(texts + 110).isBetween(Entries.LENGTH - 20, Entries.LENGTH + 20);
  }
}
