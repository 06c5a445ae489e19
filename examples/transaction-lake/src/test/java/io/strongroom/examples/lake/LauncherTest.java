package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a tree of its own, with a {@code mvn} and a {@code java} that only tell. */
@Tag("verify")
class LauncherTest {
  @TempDir Path root;
  private Path example;
  private Path tools;

  private record Outcome(int exitCode, String text) {}

  @BeforeEach
  void aTree() throws IOException {
    example = Files.createDirectories(root.resolve("examples/transaction-lake"));
    Files.createDirectories(example.resolve("src/main/java"));
    Files.writeString(example.resolve("pom.xml"), "<project/>");
    Files.copy(Path.of("run"), example.resolve("run"));
    tools = Files.createDirectories(root.resolve("tools"));
    tool("java", "echo \"java: $*\"");
    tool(
        "mvn",
        "mkdir -p examples/transaction-lake/target/lib; "
            + ": > examples/transaction-lake/target/example-transaction-lake.jar; "
            + "echo built >> \""
            + root
            + "/builds\"");
  }

  @Test
  void whatIsMissingIsBuiltOnceAndArgumentsAreHandedOn() throws Exception {
    assertThat(run("run", "my file.csv", "--lake", "x").text())
        .contains("Building")
        .contains("-Dlake.home=" + example)
        .endsWith("example-transaction-lake.jar run my file.csv --lake x\n");
    assertThat(run("verify").text()).doesNotContain("Building");
    assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(1);
  }

  @Test
  void whatIsOlderThanItsSourcesIsBuiltAgain() throws Exception {
    run("help");
    Path library = Files.createDirectories(root.resolve("platform-base/src/main/java"));
    Path source = Files.writeString(library.resolve("A.java"), "class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run("help").text()).contains("Building");
  }

  @Test
  void outputsAndTestsAreNoSources() throws Exception {
    run("help");
    for (String path : List.of("platform-base/target/src/main/B.java", "a/src/test/C.java")) {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    }
    assertThat(run("help").text()).doesNotContain("Building");
  }

  @Test
  void aBuildThatFailsIsShownAndTriedAgain() throws Exception {
    tool("mvn", "echo 'no such plugin'; exit 1");
    Outcome outcome = run("help");
    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.text())
        .contains("no such plugin")
        .endsWith(line(LakeErrorCode.BUILD_FAILED, "the build ended with an error"))
        .doesNotContain("java:");
    assertThat(run("help").exitCode()).isEqualTo(78);
  }

  @Test
  void withoutMavenNothingIsBuilt() throws Exception {
    Files.delete(tools.resolve("mvn"));
    for (String needed : List.of("dirname", "find", "head", "sh")) {
      tool(needed, "exec " + located(needed) + " \"$@\"");
    }
    Outcome outcome = run(Map.of("PATH", tools.toString()), "help");
    assertThat(outcome.text())
        .isEqualTo(line(LakeErrorCode.BUILD_FAILED, "mvn is not on the path"));
    assertThat(outcome.exitCode()).isEqualTo(LakeErrorCode.BUILD_FAILED.exitCode());
  }

  @Test
  void aJavaThatIsNotThereIsNamedBeforeAnythingIsBuilt() throws Exception {
    Outcome outcome = run(Map.of("JAVA_HOME", "/no/jdk"), "help");
    assertThat(outcome.text())
        .isEqualTo(line(LakeErrorCode.JAVA_MISSING, "/no/jdk/bin/java cannot be started"));
    assertThat(outcome.exitCode()).isEqualTo(LakeErrorCode.JAVA_MISSING.exitCode());
    assertThat(root.resolve("builds")).doesNotExist();
  }

  private static String line(LakeErrorCode code, String what) {
    return new LakeException(code, what).oneLine() + "\n";
  }

  private static Path located(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private Outcome run(String... words) throws IOException, InterruptedException {
    return run(Map.of("PATH", tools + ":" + System.getenv("PATH")), words);
  }

  private Outcome run(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", example.resolve("run").toString()));
    command.addAll(Arrays.asList(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private void tool(String name, String script) throws IOException {
    Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
