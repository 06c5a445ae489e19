package io.strongroom.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.xml.sax.SAXException;

@Tag("verify")
class ResultsTest {
  @TempDir Path folder;

  @Test
  void onlyTheRowsOfTheQuestionsThatRanOnThisJdkAreReplaced() throws IOException {
    ResultsFile file = new ResultsFile(folder.resolve("latest.jsonl"));
    Row old17 = row("a", "strongroom", 17, 1);
    Row old25 = row("a", "strongroom", 25, 2);
    Row other = row("b", "strongroom", 17, 3);
    file.replace(List.of("a", "b"), 17, List.of(old17, other));
    file.replace(List.of("a"), 25, List.of(old25));
    Row young = row("a", "strongroom", 17, 4);
    file.replace(List.of("a"), 17, List.of(young));
    assertThat(file.read()).containsExactlyInAnyOrder(young, old25, other);
  }

  @Test
  void aRowIsOneLineWithTheMembersOfTheFormat() throws IOException {
    Path path = folder.resolve("latest.jsonl");
    new ResultsFile(path).replace(List.of(), 17, List.of(row("a", "limit", 17, 1.5)));
    assertThat(Files.readString(path))
        .isEqualTo(
            "{\"question\":\"a\",\"contender\":\"limit\",\"version\":\"1\",\"jdk\":17,"
                + "\"threads\":1,\"clock\":\"cpu\",\"value\":1.5,\"low\":1.5,\"high\":1.5,"
                + "\"unit\":\"MiB/s\",\"bytesPerOp\":3.0}\n");
  }

  @Test
  void aMalformedLineIsNamed() throws IOException {
    Path path = folder.resolve("latest.jsonl");
    new ResultsFile(path).replace(List.of(), 17, List.of(row("a", "limit", 17, 1)));
    Files.writeString(path, Files.readString(path) + "{\"question\":");
    assertThatThrownBy(() -> new ResultsFile(path).read()).hasMessageContaining("line 2");
  }

  @Test
  void theTableShowsLossesAsTheyAre() throws Exception {
    List<Row> rows =
        List.of(
            row("a", "strongroom", 17, 50),
            row("a", "limit", 17, 100),
            row("a", "tink", 17, 80),
            row("a", "tink", 25, 10));
    new Report(rows, "0000000").write(folder);
    assertThat(Files.readAllLines(folder.resolve("latest.md")))
        .anySatisfy(line -> assertThat(line).contains("| limit |").endsWith("| 0.50 |"))
        .anySatisfy(line -> assertThat(line).contains("| 17 |", "| tink |").endsWith("| 0.63 |"))
        .anySatisfy(line -> assertThat(line).contains("| 25 |", "| tink |").endsWith("|  |"));
    String chart = Files.readString(folder.resolve("latest.svg"));
    assertThat(chart).contains("0.63 tink", "0.50 limit");
    requireXml(folder.resolve("latest.svg"));
  }

  @Test
  void lessTimeIsBetter() throws IOException {
    Row ours = timed("strongroom", 2);
    Row theirs = timed("tink", 6);
    new Report(List.of(ours, theirs), "0000000").write(folder);
    assertThat(Files.readString(folder.resolve("latest.md"))).contains("| 3.00 |");
  }

  @Test
  void everyQuestionNamesABenchmarkAndContendersThatItHas() throws Exception {
    for (Question question : Questions.all()) {
      int dot = question.benchmark().lastIndexOf('.');
      Class<?> type = Class.forName(question.benchmark().substring(0, dot));
      Method method = type.getMethod(question.benchmark().substring(dot + 1));
      assertThat(method.isAnnotationPresent(Benchmark.class)).isTrue();
      assertThat(Arrays.asList(type.getField("contender").getAnnotation(Param.class).value()))
          .as(question.id())
          .containsAll(question.contenders());
      assertThat(question.contenders()).contains("strongroom").containsAll(question.twoCores());
    }
  }

  @Test
  void sparkIsAskedOnJdk17Only() {
    Question zstd =
        Questions.all().stream()
            .filter(each -> each.id().equals("parquet-write-zstd"))
            .findFirst()
            .orElseThrow();
    assertThat(zstd.on(17).contenders()).contains("spark", "duckdb");
    assertThat(zstd.on(25).contenders()).contains("duckdb").doesNotContain("spark");
    assertThat(zstd.processes(17)).isEqualTo(zstd.processes(25) + 1);
  }

  @Test
  void theWholeSetIsAskedWithinAnHour() {
    int seconds =
        IntStream.of(17, 25)
            .map(
                jdk ->
                    Questions.all().stream()
                        .mapToInt(each -> each.processes(jdk) * processSeconds(each))
                        .sum())
            .sum();
    assertThat(seconds).isLessThan(3600);
  }

  /** What a process takes on a machine of two cores, as README.md says. */
  private static int processSeconds(Question question) {
    if (question.cold()) {
      return question.id().equals("parquet-first-file") ? 7 : 4;
    }
    if (question.benchmark().contains(".audit.")) {
      return question.unit() == Unit.ENTRIES ? 16 : 20;
    }
    boolean files = question.benchmark().contains(".Parquet");
    return files ? 21 : question.unit() == Unit.MEBIBYTES ? 8 : 6;
  }

  private static void requireXml(Path file) throws Exception {
    try {
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    } catch (SAXException malformed) {
      throw new AssertionError("the chart is no XML", malformed);
    }
  }

  private static Row row(String question, String contender, int jdk, double value) {
    return new Row(question, contender, "1", jdk, 1, "cpu", value, value, value, "MiB/s", 3.0);
  }

  private static Row timed(String contender, double value) {
    return new Row("t", contender, "1", 17, 1, "cpu", value, value, value, "us", 3.0);
  }
}
