package io.strongroom.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Compares what two commits measured in turns on one machine, one value a round, and fails when the
 * newer one is slower: when the two confidence intervals lie more than 15 % apart.
 */
public final class Regression {
  private static final double CONFIDENCE = 0.99;
  private static final double TOLERATED = 0.15;

  private Regression() {}

  /**
   * Arguments: the number of rounds, and a folder with the results of round {@code n} of each
   * commit in {@code base-n} and {@code head-n}. Ends with status 1 when something became slower.
   */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    if (rounds < 3) {
      throw new IllegalArgumentException("an interval needs 3 rounds");
    }
    Map<String, List<Double>> base = read(Path.of(args[1]), "base-", rounds);
    Map<String, List<Double>> head = read(Path.of(args[1]), "head-", rounds);
    boolean slower = false;
    for (Map.Entry<String, List<Double>> entry : head.entrySet()) {
      List<Double> before = base.get(entry.getKey());
      if (before == null) {
        System.out.printf("%s: new%n", entry.getKey());
        continue;
      }
      double gap = gap(before, entry.getValue());
      slower |= gap > TOLERATED;
      System.out.printf(
          Locale.ROOT,
          "%s: %.4g s before, %.4g s now%s%n",
          entry.getKey(),
          statistics(before).getMean(),
          statistics(entry.getValue()).getMean(),
          gap > TOLERATED ? ", SLOWER" : "");
    }
    if (slower) {
      System.exit(1);
    }
  }

  /**
   * How far the confidence interval of the newer times lies above that of the older, as a share of
   * the older interval's end; negative or 0 when they meet.
   */
  static double gap(List<Double> before, List<Double> now) {
    double end = statistics(before).getConfidenceIntervalAt(CONFIDENCE)[1];
    double begin = statistics(now).getConfidenceIntervalAt(CONFIDENCE)[0];
    return begin / end - 1;
  }

  private static ListStatistics statistics(List<Double> values) {
    return new ListStatistics(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Seconds an operation by CPU time, for each question and JDK. */
  private static Map<String, List<Double>> read(Path folder, String side, int rounds)
      throws IOException {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      Path file = folder.resolve(side + round).resolve("latest.jsonl");
      for (Row row : new ResultsFile(file).read()) {
        if (row.contender().equals(Question.STRONGROOM) && row.clock().equals(Row.CPU)) {
          double seconds = row.unit().endsWith("/s") ? 1 / row.value() : row.value() / 1e6;
          times
              .computeIfAbsent(row.question() + ", JDK " + row.jdk(), unused -> new ArrayList<>())
              .add(seconds);
        }
      }
    }
    return times;
  }
}
