package io.strongroom.benchmarks.storage;

import io.strongroom.benchmarks.compare.CpuTime;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Apache Spark on one core, level 3 of Zstandard, in a process of its own: it has another Parquet
 * than the rest of the class path. It starts from rows in its memory, as it keeps a cached table:
 * the encoding of objects is not in its times.
 */
final class SparkWriteContender implements WriteContender {
  private static final String MAIN = "io.strongroom.benchmarks.spark.SparkWriter";
  private static final String LEVEL = "3";

  /** What Spark itself asks of Java 17. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "sun.nio.ch",
          "sun.security.action",
          "sun.util.calendar");

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  /**
   * Starts Spark.
   *
   * @param home the folder that {@code benchmarks/spark} builds
   */
  SparkWriteContender(WriteTask task, List<Transaction> rows, Path home) {
    if (!Files.isRegularFile(home.resolve("spark.jar"))) {
      throw new IllegalStateException(
          "spark is not there: mvn -f benchmarks/spark/pom.xml package");
    }
    try {
      Path loaded = StrongroomWriteContender.uncompressed(rows);
      try {
        process =
            new ProcessBuilder(command(home, loaded, task))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        questions = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        if (Long.parseLong(answer()) != rows.size()) {
          throw new IllegalStateException("spark did not take all rows");
        }
      } finally {
        Files.delete(loaded);
      }
    } catch (IOException failed) {
      throw new IllegalStateException("spark did not take the rows", failed);
    }
  }

  /** Where the benchmarks' own build leaves room for it: beside their jar or classes. */
  static Path home() {
    try {
      Path own =
          Path.of(
              SparkWriteContender.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      return own.resolveSibling("spark");
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<String> command(Path home, Path rows, WriteTask task) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms3g");
    command.add("-Xmx3g");
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.add("-cp");
    command.add(home.resolve("spark.jar") + File.pathSeparator + home.resolve("lib").resolve("*"));
    command.add(MAIN);
    command.add(rows.toString());
    command.add(task.codec());
    command.add(LEVEL);
    return command;
  }

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public boolean encrypts() {
    return false;
  }

  @Override
  public void write(Path file) throws IOException {
    questions.write(file.toString());
    questions.newLine();
    questions.flush();
    String[] used = answer().split(" ", -1);
    CpuTime.usedElsewhere(Long.parseLong(used[0]), Long.parseLong(used[1]));
  }

  private String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("spark ended");
    }
    return answer;
  }

  @Override
  public void close() {
    try {
      questions.close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("spark does not end");
      }
    } catch (IOException failed) {
      throw new IllegalStateException("spark did not close", failed);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
