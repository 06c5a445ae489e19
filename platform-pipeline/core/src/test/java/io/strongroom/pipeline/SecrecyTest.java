package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A value planted in rows stands nowhere but, encrypted, in data files. */
@Tag("verify")
class SecrecyTest {
  private static final String MARKER = "plantedmarkerx7Q";
  private static final Path LOG = Path.of("target", "test.log");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final TestLake lake = new TestLake(store);
  private final RowsPipeline rows =
      new RowsPipeline().input("a", "1,10", MARKER + ",20", "3," + MARKER, "dup" + MARKER + ",4");

  private void markerStandsNowhere() throws IOException {
    for (ObjectInfo object : store.list("", null, 10_000)) {
      assertThat(object.key()).doesNotContain(MARKER);
      assertThat(new String(store.get(object.key()).orElseThrow().content(), UTF_8))
          .as(object.key())
          .doesNotContain(MARKER);
    }
    assertThat(Files.readString(LOG)).contains("RUN_STARTED").doesNotContain(MARKER);
  }

  @Test
  void publishedRunHoldsTheValueInEncryptedFilesOnly() throws IOException {
    RunResult result = lake.runner().run(rows.pipeline(), rows.spec());

    assertThat(lake.lines(REF, SILVER)).contains(MARKER + ",20");
    assertThat(new String(result.toJson().canonicalBytes(), UTF_8)).doesNotContain(MARKER);
    markerStandsNowhere();
  }

  @Test
  void openBreakerDoesNotNameTheValue() throws IOException {
    RunResult result =
        lake.runner()
            .run(rows.pipeline(GatePolicy.defaults().withErrorsOf("TYPE_ERROR", 0)), rows.spec());

    assertThat(result).isInstanceOf(RunResult.BreakerOpen.class);
    assertThat(new String(result.toJson().canonicalBytes(), UTF_8)).doesNotContain(MARKER);
    markerStandsNowhere();
  }

  private void failsWithoutTheValue(Consumer<PartitionContext> failure) throws IOException {
    Step step =
        new Step() {
          @Override
          public String name() {
            return "fails";
          }

          @Override
          public List<String> partitions(RunContext run) {
            return List.of("all");
          }

          @Override
          public PartitionOutcome run(PartitionContext context) {
            failure.accept(context);
            return PartitionOutcome.of(List.of());
          }
        };
    StringWriter trace = new StringWriter();
    try {
      lake.runner().run(RowsPipeline.of(GatePolicy.unlimited(), step), rows.spec());
    } catch (PipelineException e) {
      e.printStackTrace(new PrintWriter(trace));
      trace.append(e.oneLine());
    }
    assertThat(trace.toString()).contains("PIP-").doesNotContain(MARKER);
    markerStandsNowhere();
  }

  @Test
  void stepsExceptionDoesNotCarryTheValue() throws IOException {
    failsWithoutTheValue(
        context -> {
          throw new IllegalStateException(MARKER, new IllegalArgumentException(MARKER));
        });
  }

  @Test
  void stepsFailureToReadDoesNotCarryTheValue() throws IOException {
    failsWithoutTheValue(
        context -> {
          throw new UncheckedIOException(new IOException(MARKER));
        });
  }

  @Test
  void rulesExceptionDoesNotCarryTheValue() throws IOException {
    UnaryOperator<String> parse = text -> Long.toString(Long.parseLong(text));
    RowRules<String> rules =
        RowRules.<String>builder()
            .rule("parses", row -> parse.apply(row).isEmpty() ? null : RowVerdict.accepted())
            .build();
    failsWithoutTheValue(context -> rules.judge(MARKER));
  }

  @Test
  void refusedPathDoesNotCarryTheValue() throws IOException {
    failsWithoutTheValue(
        context -> context.path(SILVER, Map.of("year", MARKER + "/"), "part-00000.txt"));
    failsWithoutTheValue(context -> context.path(SILVER, Map.of(), MARKER + "/part"));
  }
}
