package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.examples.lake.transactions.Reasons;
import io.strongroom.pipeline.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is what the program does. */
@Tag("verify")
class ReadmeTest {
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| ([^|]*) \\|");

  @TempDir Path folder;

  @Test
  void theHelpIsTheHelp() throws IOException {
    assertThat(readme()).contains("```\n" + CommandLine.HELP + "```\n");
    assertThat(new TestLake(folder).runExactly(List.of("help")).out()).isEqualTo(CommandLine.HELP);
  }

  @Test
  void theReasonsAreThereInTheirOrderWithTheirDestination() throws IOException {
    Matcher row =
        Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| (quarantine|condemned) \\|").matcher(readme());
    List<String> found = new ArrayList<>();
    while (row.find()) {
      found.add(row.group(1) + " " + row.group(2).toUpperCase(Locale.ROOT));
    }
    assertThat(found)
        .containsExactlyElementsOf(
            Reasons.IN_ORDER.stream()
                .map((RejectReason reason) -> reason.code() + " " + reason.goesTo())
                .toList());
  }

  @Test
  void theColumnsAreThoseOfTheFiles() throws IOException {
    assertThat(readme())
        .contains("| silver | " + listed(LakeSchemas.SILVER.columns()) + " |")
        .contains("| quarantine, condemned | " + listed(LakeSchemas.REJECTED.columns()) + " |")
        .contains("| gold | " + listed(LakeSchemas.GOLD.columns()) + " |");
  }

  @Test
  void everySettingIsOneThatTheProgramKnows() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    new LakeSetup(lake.folder(), new SecureRandom()).complete();
    List<String> words = new ArrayList<>(List.of("verify"));
    Matcher row = SETTING.matcher(readme());
    while (row.find()) {
      String usual = row.group(2);
      words.add("--set");
      words.add(row.group(1) + "=" + (usual.contains(" ") ? "EUR" : usual));
    }
    assertThat(words).hasSizeGreaterThan(20);
    TestLake.Outcome outcome = lake.run(words.toArray(String[]::new));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
  }

  private static String listed(List<String> columns) {
    return "`" + String.join("` `", columns) + "`";
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }
}
