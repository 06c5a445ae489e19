package io.strongroom.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the comparison set, or some questions of it, on the JDK that runs this, and writes the
 * results file, the table and the chart.
 */
public final class Compare {
  private Compare() {}

  /**
   * Arguments: folder of the results, commit, then {@code --quick}, {@code --ours} (no other
   * contenders) and ids of questions.
   *
   * @param args as above; without ids all questions are asked
   */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Path.of(args[0]);
    String commit = args[1];
    List<String> ids = new ArrayList<>(List.of(args).subList(2, args.length));
    boolean quick = ids.remove("--quick");
    boolean ours = ids.remove("--ours");
    List<Question> questions =
        chosen(ids).stream().map(question -> ours ? question.ours() : question).toList();
    Comparison comparison = new Comparison(quick);
    ResultsFile file = new ResultsFile(folder.resolve("latest.jsonl"));
    int jdk = Runtime.version().feature();
    for (Question question : questions) {
      long start = System.nanoTime();
      List<Row> rows = comparison.ask(question);
      List<Row> all = file.replace(List.of(question.id()), jdk, rows);
      Report report = new Report(all, commit);
      report.write(folder);
      System.out.printf(
          "%s on JDK %d, %d s%n", question.id(), jdk, (System.nanoTime() - start) / 1_000_000_000);
      rows.forEach(
          row ->
              System.out.printf(
                  "  %-20s %d threads %-4s %10.4g %s (%.4g to %.4g), %s bytes/op%n",
                  row.contender(),
                  row.threads(),
                  row.clock(),
                  row.value(),
                  row.unit(),
                  row.low(),
                  row.high(),
                  row.bytesPerOp()));
    }
  }

  private static List<Question> chosen(List<String> ids) {
    if (ids.isEmpty()) {
      return Questions.all();
    }
    List<Question> chosen =
        Questions.all().stream().filter(question -> ids.contains(question.id())).toList();
    if (chosen.size() < ids.size()) {
      throw new IllegalArgumentException(
          "the questions are "
              + Questions.all().stream().map(Question::id).collect(Collectors.joining(", ")));
    }
    return chosen;
  }
}
