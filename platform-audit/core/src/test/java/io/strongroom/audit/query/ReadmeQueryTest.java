package io.strongroom.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ReadmeQueryTest {
  @Test
  void theExampleRuns() {
    ObjectStore store = new InMemoryObjectStore();
    AuditLog log = AuditIndexTest.log(store);
    Instant monday = Instant.parse("2026-01-19T00:00:00Z");
    Instant tuesday = monday.plus(Duration.ofDays(1));
    log.append(AuditEvent.of("ops", "RUN_ABORTED", "p", "success", monday).withRun("run-7"));
    log.append(AuditEvent.of("ops", "RUN_ABORTED", "p", "success", tuesday).withRun("run-7"));
    // question
    AuditIndex index = new AuditIndex(log, store, "audit-index/"); // or inFolder(log, folder)
    index.update(); // whenever it suits: what is not indexed yet is read from the log
    AuditQuery query = AuditQuery.all().ofRun("run-7").byActor("ops").since(monday).before(tuesday);
    try (Stream<AuditEntry> entries = index.find(query)) {
      entries.forEach(entry -> System.out.println(entry.index() + " " + entry.event().action()));
    }
    // end
    assertThat(index.find(query)).extracting(AuditEntry::index).containsExactly(0L);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/audit/query/ReadmeQueryTest.java"));
    String begin = "    // question\n";
    int start = source.indexOf(begin) + begin.length();
    String code = source.substring(start, source.indexOf("    // end\n", start));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {4}", "") + "```\n");
  }
}
