package io.strongroom.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.api.ApiConfig;
import io.strongroom.api.DatasetSummary;
import io.strongroom.api.HttpTransport;
import io.strongroom.api.PublishedRun;
import io.strongroom.api.RunPage;
import io.strongroom.api.RunSummary;
import io.strongroom.api.RunsClient;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ReadmeQuickStartTest {

  @Test
  void theQuickStartRuns() throws IOException {
    SampleLake lake = new SampleLake(new InMemoryObjectStore());
    lake.publish("r-1", "2026-01-20");
    lake.publish("r-2", "2026-01-21");
    ApiHandler handler =
        new RunsHandler(
            new StoredPublishedRuns(lake.store, lake.keyring), new ApiServerConfig(100));
    List<String> lines = new ArrayList<>();
    try (LoopbackShell shell = new LoopbackShell(handler)) {
      URI url = shell.url();
      // quick start
      RunsClient client =
          new RunsClient(ApiConfig.of(url), HttpTransport.create(Duration.ofSeconds(5)));
      Optional<String> after = Optional.empty();
      do {
        RunPage page = client.runs("payments", "transactions", after, 100);
        for (PublishedRun published : page.runs()) {
          RunSummary run = client.run("payments", "transactions", published.run());
          for (DatasetSummary dataset : run.datasets()) {
            lines.add(run.window() + " " + dataset.dataset() + ": " + dataset.rows() + " rows");
          }
        }
        after = page.next();
      } while (after.isPresent());
      // end
    }
    assertThat(lines)
        .containsExactly(
            "2026-01-21 silver/payments/transactions: 60 rows",
            "2026-01-20 silver/payments/transactions: 60 rows");
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/api/server/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("      // end\n"));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {6}", ""));
  }
}
