package io.strongroom.benchmarks.compare;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table and the chart of all rows of the results file. */
final class Report {
  private static final String OURS = Question.STRONGROOM;
  private static final String LIMIT = "limit";

  private final List<Row> rows;
  private final String commit;

  Report(List<Row> rows, String commit) {
    this.rows = List.copyOf(rows);
    this.commit = commit;
  }

  /** Writes {@code latest.md} and {@code latest.svg}. */
  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve("latest.md"), table());
    Files.writeString(folder.resolve("latest.svg"), new Chart(compared()).svg());
  }

  private String table() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# Newest results\n\n")
        .append(
            "Last run: %s, commit %s, %s, %d processors. Questions not asked in that run keep their"
                .formatted(
                    LocalDate.now(ZoneOffset.UTC),
                    commit,
                    processor(),
                    Runtime.getRuntime().availableProcessors()))
        .append(" earlier rows.\n")
        .append("MiB/s, rows/s and entries/s: more is better; us: less is better.")
        .append(" Ratios above 1 are in favor of strongroom.\n\n")
        .append("| question | JDK | cores | clock | contender | version | median | low | high")
        .append(" | unit | bytes an operation | strongroom to it |\n")
        .append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (Row row : rows) {
      text.append(
          "| %s | %d | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  row.question(),
                  row.jdk(),
                  row.threads(),
                  row.clock(),
                  row.contender(),
                  row.version(),
                  number(row.value()),
                  number(row.low()),
                  number(row.high()),
                  row.unit(),
                  row.bytesPerOp() == null ? "" : number(row.bytesPerOp()),
                  ratio(row).map(ratio -> "%.2f".formatted(ratio)).orElse("")));
    }
    return text.toString();
  }

  private Optional<Double> ratio(Row other) {
    return rows.stream()
        .filter(row -> row.contender().equals(OURS) && row.sameCircumstances(other))
        .findFirst()
        .filter(ours -> !other.contender().equals(OURS))
        .map(ours -> ratio(ours, other));
  }

  private static double ratio(Row ours, Row other) {
    boolean rate = other.unit().endsWith("/s");
    return rate ? ours.value() / other.value() : other.value() / ours.value();
  }

  /** For each question, JDK, number of cores and clock: us, the limit and the best competitor. */
  private List<Chart.Bar> compared() {
    return rows.stream()
        .filter(row -> row.contender().equals(OURS))
        .sorted(Comparator.comparing(Row::question, Comparator.comparingInt(this::place)))
        .map(
            ours ->
                new Chart.Bar(
                    "%s, JDK %d, %d core%s, %s"
                        .formatted(
                            ours.question(),
                            ours.jdk(),
                            ours.threads(),
                            ours.threads() == 1 ? "" : "s",
                            ours.clock()),
                    best(ours),
                    others(ours, LIMIT).map(limit -> ratio(ours, limit))))
        .toList();
  }

  private int place(String question) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).question().equals(question)) {
        return i;
      }
    }
    return rows.size();
  }

  private Optional<Chart.Against> best(Row ours) {
    return rows.stream()
        .filter(row -> row.sameCircumstances(ours))
        .filter(row -> !row.contender().equals(OURS) && !row.contender().equals(LIMIT))
        .map(row -> new Chart.Against(row.contender(), ratio(ours, row)))
        .min(Comparator.comparingDouble(Chart.Against::ratio));
  }

  private Optional<Row> others(Row ours, String contender) {
    return rows.stream()
        .filter(row -> row.sameCircumstances(ours) && row.contender().equals(contender))
        .findFirst();
  }

  static String number(double value) {
    return value >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static String processor() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpus)) {
      for (String line : Files.readAllLines(cpus)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }
}
