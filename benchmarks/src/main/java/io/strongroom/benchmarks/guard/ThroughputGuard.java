package io.strongroom.benchmarks.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/**
 * Fails when a hot path has become slower than its floor, which is a share of the speed of a limit
 * that is measured beside it. What is below its floor is measured twice more, each time in a new
 * process, because what the JIT compiler makes of a path differs from process to process by as much
 * as is to be noticed; it fails when it stays there.
 *
 * <p>The floors stand in {@code floors.properties}, by the JDK's feature release.
 */
public final class ThroughputGuard {
  private static final int ATTEMPTS = 3;

  private final Properties floors;

  private ThroughputGuard(Properties floors) {
    this.floors = floors;
  }

  /**
   * Prints one line for every hot path; ends with status 1 when one is below its floor.
   *
   * @param names of the paths; without any, all
   */
  public static void main(String[] names) throws IOException, InterruptedException {
    Properties floors = new Properties();
    try (InputStream in = ThroughputGuard.class.getResourceAsStream("floors.properties")) {
      floors.load(in);
    }
    ThroughputGuard guard = new ThroughputGuard(floors);
    List<String> slow = guard.slow(List.of(names));
    for (int attempt = 2; attempt <= ATTEMPTS && !slow.isEmpty(); attempt++) {
      slow = guard.slow(slow);
    }
    if (!slow.isEmpty()) {
      System.exit(1);
    }
  }

  /** Measures in a new process; gives the names of those that are below their floor. */
  private List<String> slow(List<String> names) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(names)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> slow = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = out.readLine()) != null) {
        int equals = line.indexOf('=');
        String name = line.substring(0, equals);
        if (!holds(name, Double.parseDouble(line.substring(equals + 1)))) {
          slow.add(name);
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the measurement ended with " + process.exitValue());
    }
    return slow;
  }

  private static List<String> command(List<String> names) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Measurement.class.getName()));
    command.addAll(names);
    return command;
  }

  private boolean holds(String path, double share) {
    String name = path + "." + Runtime.version().feature();
    double floor =
        Double.parseDouble(
            Objects.requireNonNull(floors.getProperty(name), name + " has no floor"));
    boolean enough = share >= floor;
    System.out.printf(
        Locale.ROOT,
        "guard %s: %.3f of the limit, floor %.3f%s%n",
        name,
        share,
        floor,
        enough ? "" : ", TOO SLOW");
    return enough;
  }
}
