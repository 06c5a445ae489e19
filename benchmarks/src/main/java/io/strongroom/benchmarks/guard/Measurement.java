package io.strongroom.benchmarks.guard;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures hot paths in this process, which {@link ThroughputGuard} began. */
final class Measurement {
  private Measurement() {}

  /**
   * Prints a line {@code name=share} for each.
   *
   * @param names of the paths; without any, all
   */
  public static void main(String[] names) throws IOException {
    List<String> asked = List.of(names);
    Path folder = Files.createTempDirectory("guard");
    try {
      for (Map.Entry<String, HotPath> path : HotPath.all(folder).entrySet()) {
        if (asked.isEmpty() || asked.contains(path.getKey())) {
          System.out.printf(Locale.ROOT, "%s=%.3f%n", path.getKey(), path.getValue().share());
        }
      }
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
