package io.strongroom.benchmarks.guard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Fails when a hot path has become slower than its floor, which is a share of the speed of the
 * limit, or of another writer and reader of Parquet, that is measured beside it. What is below its
 * floor is measured twice more and fails when it stays there.
 *
 * <p>The floors stand in {@code floors.properties}, by the JDK's feature release.
 */
public final class ThroughputGuard {
  private static final int ATTEMPTS = 3;

  private ThroughputGuard() {}

  /** Prints one line for every hot path; ends with status 1 when one is below its floor. */
  public static void main(String[] args) throws IOException {
    Properties floors = new Properties();
    try (InputStream in = ThroughputGuard.class.getResourceAsStream("floors.properties")) {
      floors.load(in);
    }
    Path folder = Files.createTempDirectory("guard");
    boolean slow = false;
    try {
      for (Map.Entry<String, HotPath> path : HotPath.all(folder).entrySet()) {
        String name = path.getKey() + "." + Runtime.version().feature();
        double floor = Double.parseDouble(floors.getProperty(name));
        slow |= !holds(name, path.getValue(), floor);
      }
    } finally {
      remove(folder);
    }
    if (slow) {
      System.exit(1);
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

  private static boolean holds(String name, HotPath path, double floor) throws IOException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      double share = path.share();
      boolean enough = share >= floor;
      System.out.printf(
          Locale.ROOT,
          "guard %s: %.3f of %s, floor %.3f%s%n",
          name,
          share,
          path.name(),
          floor,
          enough ? "" : ", TOO SLOW");
      if (enough) {
        return true;
      }
    }
    return false;
  }
}
