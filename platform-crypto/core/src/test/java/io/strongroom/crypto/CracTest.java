package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes of their own, because the library looks for its JDK's support once. */
@Tag("verify")
class CracTest {
  @Test
  void theGuardOfTheProcessHearsOfCheckpointsThroughOrgCrac() throws Exception {
    assertThat(
            run(
                System.getProperty("java.class.path"),
                "-Dorg.crac.Core.Compat=io.strongroom.crypto.checkpoint",
                "checkpoint"))
        .containsExactly("before 0 1", "after 2 0", "CRY-042");
  }

  @Test
  void withoutOrgCracEverythingElseWorks() throws Exception {
    String withoutCrac =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("crac"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(withoutCrac).isNotEqualTo(System.getProperty("java.class.path"));
    assertThat(run(withoutCrac, "-Dplain=true"))
        .containsExactly("before 0 1", "after 0 1", "written");
  }

  private static List<String> run(String classPath, String property, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                property,
                "-cp",
                classPath,
                CheckpointedProcess.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    return lines;
  }
}
