package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Kills appending processes, one after the other on one journal, and looks what they left. */
final class Kills {
  private final String kind;
  private final Path folder;
  private final Random random;

  /** What was told under each number: a token, acknowledged or read. */
  private final Map<Long, Long> tokens = new HashMap<>();

  private long acknowledged;
  private long checkedThrough;

  Kills(String kind, Path folder, long seed) {
    this.kind = kind;
    this.folder = folder;
    this.random = new Random(seed);
  }

  long acknowledged() {
    return acknowledged;
  }

  void run(int kills) throws IOException, InterruptedException {
    for (int kill = 0; kill < kills; kill++) {
      List<String> told = appendAndKill(1_000_000L * (kill + 1), 1 + random.nextInt(150));
      long released;
      long last;
      try (Journal journal = AppendingProcess.open(kind, folder)) {
        released = journal.released();
        for (String line : told) {
          String[] parts = line.split(" ", -1);
          told(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
          assertThat(Long.parseLong(parts[0])).isLessThanOrEqualTo(journal.last());
        }
        acknowledged += told.size();
        last = readAll(journal);
        byte[] record = AppendingProcess.record(kill);
        long number = journal.append(record);
        assertThat(number).isEqualTo(last + 1);
        told(number, kill);
      }
      assertThat(released).isLessThanOrEqualTo(last);
    }
  }

  /** Reads everything that is not released: numbers have no gaps, and mean what they meant. */
  private long readAll(Journal journal) {
    long number = journal.released();
    assertThat(number).isLessThanOrEqualTo(Math.max(checkedThrough, number));
    for (List<JournalRecord> page = journal.read(0, 100);
        !page.isEmpty();
        page = journal.read(number, 100)) {
      for (JournalRecord record : page) {
        assertThat(record.number()).isEqualTo(++number);
        long token = ByteBuffer.wrap(record.content()).getLong();
        assertThat(record.content()).isEqualTo(AppendingProcess.record(token));
        told(number, token);
      }
    }
    assertThat(number).isEqualTo(journal.last());
    checkedThrough = number;
    return number;
  }

  private void told(long number, long token) {
    Long before = tokens.put(number, token);
    assertThat(before == null || before == token)
        .as("number %d meant record %s and means %d", number, before, token)
        .isTrue();
  }

  private List<String> appendAndKill(long first, int enough)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                AppendingProcess.class.getName(),
                kind,
                folder.toString(),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == 1 && kind.equals("local")) {
          assertThatThrownBy(() -> LocalJournal.open(folder)).isInstanceOf(StorageException.class);
        }
        if (lines.size() == enough) {
          assertThat(child.toHandle().destroyForcibly()).isTrue();
        }
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).isEqualTo(137);
    assertThat(lines).hasSizeGreaterThanOrEqualTo(enough);
    return lines.subList(0, whole(lines));
  }

  /** The last line may have been cut off by the kill. */
  private static int whole(List<String> lines) {
    return lines.get(lines.size() - 1).matches("[0-9]+ [0-9]{7,}")
        ? lines.size()
        : lines.size() - 1;
  }
}
