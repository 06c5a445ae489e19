package io.strongroom.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Asks the contenders of a question in turn, one process each, round after round, so that what else
 * the machine does falls on all of them.
 */
final class Comparison {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** Those whose allocations the profiler does not see. */
  private static final Set<String> OTHER_PROCESS = Set.of("spark");

  private static final int WARMUPS = 2;
  private static final int ITERATIONS = 3;

  private final boolean quick;
  private final int jdk = Runtime.version().feature();
  private final Properties versions = new Properties();

  /** The quick form has one round of every question. */
  Comparison(boolean quick) throws IOException {
    this.quick = quick;
    try (InputStream in = Comparison.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    }
  }

  /**
   * Answers one question.
   *
   * @throws IllegalStateException when a contender gives no figure, for example because it did not
   *     pass the correctness gate
   */
  List<Row> ask(Question question) throws RunnerException {
    Map<Asked, List<Measured>> measured = new LinkedHashMap<>();
    for (int round = 0; round < question.rounds(quick); round++) {
      for (String contender : question.on(jdk).contenders()) {
        measure(question, new Asked(contender, 1), measured);
        if (question.twoCores().contains(contender)) {
          measure(question, new Asked(contender, 2), measured);
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    measured.forEach(
        (asked, figures) -> {
          if (asked.threads == 1) {
            rows.add(row(question, asked, Row.CPU, figures, figure -> figure.cpuSeconds));
          }
          rows.add(row(question, asked, Row.WALL, figures, figure -> figure.wallSeconds));
        });
    return rows;
  }

  private void measure(Question question, Asked asked, Map<Asked, List<Measured>> into)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(question.benchmark().replace(".", "\\.") + "$")
            .mode(Unit.mode(question.cold()))
            .timeUnit(TimeUnit.NANOSECONDS)
            .param("contender", asked.contender)
            .forks(1)
            .threads(asked.copies())
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .addProfiler(CpuTime.class)
            .addProfiler(GCProfiler.class)
            .warmupIterations(question.cold() ? 0 : WARMUPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(question.cold() ? 1 : ITERATIONS)
            .measurementTime(TimeValue.seconds(1));
    if (jdk >= 24) {
      options.jvmArgsAppend("--sun-misc-unsafe-memory-access=allow"); // JMH's own use of it
    }
    if (!question.cold()) {
      options.param("cores", Integer.toString(asked.threads));
    }
    question.params().forEach(options::param);
    List<Measured> figures = into.computeIfAbsent(asked, unused -> new ArrayList<>());
    int before = figures.size();
    for (RunResult run : new Runner(options.build()).run()) {
      for (BenchmarkResult process : run.getBenchmarkResults()) {
        process
            .getIterationResults()
            .forEach(iteration -> figures.add(figure(iteration, asked.copies())));
      }
    }
    if (figures.size() == before) {
      throw new IllegalStateException(
          asked.contender + " has no figure for " + question.id() + ": run its benchmark by hand");
    }
  }

  private static Measured figure(IterationResult iteration, int copies) {
    return new Measured(
        iteration.getPrimaryResult().getScore() / 1e9 / copies,
        second(iteration, CpuTime.RESULT) / 1e9,
        second(iteration, ALLOCATED));
  }

  private static double second(IterationResult iteration, String name) {
    return iteration.getSecondaryResults().containsKey(name)
        ? iteration.getSecondaryResults().get(name).getScore()
        : Double.NaN;
  }

  private Row row(
      Question question,
      Asked asked,
      String clock,
      List<Measured> figures,
      ToDoubleFunction<Measured> time) {
    double[] values =
        figures.stream().mapToDouble(time).map(question.unit()::of).sorted().toArray();
    double bytes =
        OTHER_PROCESS.contains(asked.contender)
            ? Double.NaN
            : median(figures.stream().mapToDouble(Measured::bytes).sorted().toArray());
    return new Row(
        question.id(),
        asked.contender,
        versions.getProperty(asked.contender, Runtime.version().toString()),
        jdk,
        asked.threads,
        clock,
        rounded(median(values)),
        rounded(values[0]),
        rounded(values[values.length - 1]),
        question.unit().text(),
        Double.isNaN(bytes) ? null : rounded(bytes));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Four significant digits: more would claim what no machine repeats. */
  private static double rounded(double value) {
    return value == 0 ? 0 : new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }

  private record Asked(String contender, int threads) {
    /** The limit has one thread: two cores are given to two of it. */
    int copies() {
      return contender.equals("limit") ? threads : 1;
    }
  }

  private record Measured(double wallSeconds, double cpuSeconds, double bytes) {}
}
