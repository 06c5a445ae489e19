package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeJournalTest {
  private final List<String> delivered = new ArrayList<>();

  private void deliver(long number, byte[] content) {
    delivered.add(number + "=" + new String(content, StandardCharsets.UTF_8));
  }

  @Test
  void theExampleOfTheReadmeWorks(@TempDir Path folder) {
    byte[] record = "a".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 2; i++) {
      // example
      try (Journal journal = LocalJournal.open(folder)) {
        long number = journal.append(record); // durable when it returns
        for (JournalRecord next : journal.read(number - 1, 100)) {
          deliver(next.number(), next.content());
          journal.release(next.number()); // not given again
        }
      }
      // end
    }
    assertThat(delivered).containsExactly("1=a", "2=a");
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/storage/journal/ReadmeJournalTest.java"));
    String code =
        source.substring(source.indexOf("// example\n") + 11, source.indexOf("      // end\n"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains(code.replaceAll("(?m)^ {6}", ""));
  }
}
