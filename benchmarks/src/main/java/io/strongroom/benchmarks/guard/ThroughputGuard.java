package io.strongroom.benchmarks.guard;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Fails when a hot path has become slower than its floor, which is a share of the limit that is
 * measured beside it. What is below its floor is measured twice more and fails when it stays there.
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
    boolean slow = false;
    for (Map.Entry<String, HotPath> path : HotPath.all().entrySet()) {
      String name = path.getKey() + "." + Runtime.version().feature();
      double floor = Double.parseDouble(floors.getProperty(name));
      slow |= !holds(name, path.getValue(), floor);
    }
    if (slow) {
      System.exit(1);
    }
  }

  private static boolean holds(String name, HotPath path, double floor) throws IOException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      double share = new Throughput().share(path.work(), path.limit());
      boolean enough = share >= floor;
      System.out.printf(
          Locale.ROOT,
          "guard %s: %.3f of the limit, floor %.3f%s%n",
          name,
          share,
          floor,
          enough ? "" : ", TOO SLOW");
      if (enough) {
        return true;
      }
    }
    return false;
  }
}
