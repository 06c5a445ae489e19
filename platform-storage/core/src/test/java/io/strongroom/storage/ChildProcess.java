package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process of its own that runs a main class of these tests. */
final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;
  private final PrintStream input;

  private ChildProcess(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
    this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  static ChildProcess start(Class<?> main, String... arguments) throws IOException {
    return start("-Xmx256m", main, arguments);
  }

  /** With 32 MiB of heap. */
  static ChildProcess startSmall(Class<?> main, String... arguments) throws IOException {
    return start("-Xmx32m", main, arguments);
  }

  private static ChildProcess start(String heap, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = java(heap, main);
    command.addAll(List.of(arguments));
    return new ChildProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Starts it from a shell that sets limits first. */
  static ChildProcess startLimited(String limit, Class<?> main, Path argument) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", limit + "; exec \"$@\"", "sh"));
    command.addAll(java("-Xmx256m", main));
    command.add(argument.toString());
    return new ChildProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static List<String> java(String heap, Class<?> main) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            heap,
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
  }

  /** The next line that it prints; null at its end. */
  String line() throws IOException {
    return lines.readLine();
  }

  /** What it prints from here to its end. */
  List<String> rest() {
    return lines.lines().toList();
  }

  void tell(String line) {
    input.println(line);
  }

  /** Kills it; what it printed before can still be read. */
  void kill() throws InterruptedException {
    assertThat(process.toHandle().destroyForcibly()).isTrue();
    process.waitFor();
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
