package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planted customer number stands in no log, no message and, in clear, in no stored object. */
@Tag("verify")
class NoCustomerValueTest {
  private static final String MARKER = "PLANTED7731CUSTOMER";
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";

  @TempDir Path folder;

  @Test
  void aPlantedCustomerNumberIsNowhereInClear() throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 200; i++) {
      text.append("T")
          .append(i)
          .append(',')
          .append(MARKER)
          .append(",1.00,EUR,2026-01-05T10:00:00Z\n");
    }
    String bad =
        MARKER
            + ",C0001,1.00,EUR,2026-01-05T10:00:00Z\n"
            + "T1001,"
            + MARKER
            + ",x,eur,yesterday\n"
            + "T1002,"
            + MARKER
            + "\n\"T1003,"
            + MARKER
            + ",1.00,EUR,2026-01-05T10:00:00Z\n"
            + "T1004,"
            + MARKER
            + " "
            + MARKER
            + ",1.00,EUR,2026-01-05T10:00:00Z\n"
            + "T1,"
            + MARKER
            + ",1.00,EUR,2026-01-05T10:00:00Z\n";
    TestLake lake = new TestLake(folder.resolve("lake"));
    StringBuilder said = new StringBuilder();
    said.append(lake.done("run", write("in.csv", text + bad)));
    // The same wrong rows once more, beside enough good ones.
    said.append(lake.done("run", write("more.csv", text.toString().replace("\nT", "\nU") + bad)));
    said.append(lake.done("run", folder.resolve("in.csv").toString(), "--again", "--reason", "r"));
    said.append(lake.done("balances", "--limit", "0"));
    said.append(lake.done("verify"));
    for (String wrong :
        List.of(
            HEADER + bad.repeat(30),
            HEADER.replace("Currency", MARKER) + bad,
            MARKER + "\n",
            HEADER + "1," + MARKER.repeat(5_000),
            HEADER + MARKER + "\u00e9\u00fc")) {
      Path file = folder.resolve("wrong.csv");
      Files.write(file, wrong.getBytes(StandardCharsets.ISO_8859_1));
      TestLake.Outcome outcome = lake.run("run", file.toString());
      assertThat(outcome.exitCode()).isNotZero();
      said.append(outcome.out()).append(outcome.err());
    }
    assertThat(said).contains("DUPLICATE_FAILURE", "DUPLICATE_TRANSACTION").doesNotContain(MARKER);

    try (Stream<Path> files = Files.walk(lake.root())) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
            .as(path.toString())
            .doesNotContain(MARKER);
      }
    }
    Path log = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));
    assertThat(Files.readString(log)).contains("run").doesNotContain(MARKER);
    assertThat(lake.done("reveal", "--reason", "the marker is there to be found")).contains(MARKER);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
