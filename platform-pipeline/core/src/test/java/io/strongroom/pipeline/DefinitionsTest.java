package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.InputFile;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class DefinitionsTest {
  private static final String DIGEST = "a".repeat(64);

  private static Step step(String name) {
    return new Step() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<String> partitions(RunContext run) {
        return List.of();
      }

      @Override
      public PartitionOutcome run(PartitionContext context) {
        return PartitionOutcome.of(List.of());
      }
    };
  }

  private static void refused(Runnable definition, String why) {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(definition::run)
        .withMessageContaining(why)
        .matches(e -> e.category() == ErrorCategory.CONFIGURATION);
  }

  @Test
  void contradictoryPipelinesAreRefusedAndTheReasonIsNamed() {
    GatePolicy gates = GatePolicy.unlimited();
    Pipeline good = RowsPipeline.of(gates, step("a"));

    refused(() -> RowsPipeline.of(gates), "no step");
    refused(() -> RowsPipeline.of(gates, step("a"), step("a")), "'a' stands twice");
    refused(() -> RowsPipeline.of(gates, step("A b")), "'A b' does not match");
    refused(() -> new Pipeline(good.ref(), " ", good.datasets(), good.steps(), gates), "version");
    refused(() -> new Pipeline(good.ref(), "1", List.of(), good.steps(), gates), "no dataset");
    refused(
        () ->
            new Pipeline(
                good.ref(),
                "1",
                List.of(good.datasets().get(0), good.datasets().get(0)),
                good.steps(),
                gates),
        "stands twice");
    assertThat(good.dataset(RowsPipeline.GOLD)).isPresent();
  }

  @Test
  void incompleteRunSpecsAreRefusedAndTheReasonIsNamed() {
    InputFile input = new InputFile("a", DIGEST, 1, 1);

    refused(() -> RunSpec.of(" ", List.of(), "actor"), "window");
    refused(() -> RunSpec.of("2024", List.of(), ""), "actor");
    refused(() -> RunSpec.of("2024", List.of(), "a".repeat(1025)), "actor");
    refused(() -> RunSpec.of("2024", List.of(input, input), "actor"), "'a' stands twice");
    refused(() -> RunSpec.of("2024", List.of(input), "actor").again(" "), "reason");
    refused(
        () -> new RunSpec("2024", Map.of(), List.of(), "actor", true, Optional.empty()), "reason");
  }

  @Test
  void runKeyDependsOnWindowParametersInputsAndVersionAndNotOnTheirOrderActorOrReason() {
    Pipeline pipeline = RowsPipeline.of(GatePolicy.unlimited(), step("a"));
    InputFile a = new InputFile("a", DIGEST, 1, 1);
    InputFile b = new InputFile("b", DIGEST, 1, 1);
    RunSpec spec =
        new RunSpec("w", Map.of("p", "1"), List.of(a, b), "actor", false, Optional.empty());
    String id = RunLife.key(pipeline, spec).id();

    assertThat(RunLife.key(pipeline, spec.again("other reason")).id()).isEqualTo(id);
    assertThat(
            RunLife.key(
                    pipeline,
                    new RunSpec(
                        "w", Map.of("p", "1"), List.of(b, a), "other", false, Optional.empty()))
                .id())
        .isEqualTo(id);
    assertThat(
            List.of(
                new RunSpec("x", Map.of("p", "1"), List.of(a, b), "t", false, Optional.empty()),
                new RunSpec("w", Map.of("p", "2"), List.of(a, b), "t", false, Optional.empty()),
                new RunSpec("w", Map.of("p", "1"), List.of(a), "t", false, Optional.empty()),
                new RunSpec(
                    "w",
                    Map.of("p", "1"),
                    List.of(a, new InputFile("b", "b".repeat(64), 1, 1)),
                    "t",
                    false,
                    Optional.empty())))
        .allSatisfy(other -> assertThat(RunLife.key(pipeline, other).id()).isNotEqualTo(id));
    Pipeline newer =
        new Pipeline(pipeline.ref(), "2", pipeline.datasets(), pipeline.steps(), pipeline.gates());
    assertThat(RunLife.key(newer, spec).id()).isNotEqualTo(id);
  }

  @Test
  void outcomeIsTheSameAfterItsBytes() {
    PartitionOutcome outcome =
        new PartitionOutcome(
                List.of(
                    new StagedFile(
                        RowsPipeline.SILVER,
                        new DataFile(
                            "silver/payments/rows/x",
                            2,
                            3,
                            DIGEST,
                            Optional.of(DIGEST),
                            new TreeMap<>(Map.of("year", "2024"))))),
                9,
                2,
                4,
                3,
                new TreeMap<>(Map.of("TYPE_ERROR", 7L)),
                new TreeMap<>())
            .note("months", "2024-01");

    assertThat(
            PartitionOutcome.fromJson(
                JsonValue.parseCanonicalObject(outcome.toJson().canonicalBytes())))
        .isEqualTo(outcome);
  }

  @Test
  void outcomeWithAMissingCountIsRefused() {
    JsonObject json = PartitionOutcome.of(List.of()).toJson();

    for (String member : json.members().keySet()) {
      assertThatExceptionOfType(JsonException.class)
          .isThrownBy(() -> PartitionOutcome.fromJson(json.without(member)))
          .withMessageContaining(member);
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Duration second = Duration.ofSeconds(1);
    GatePolicy gates = GatePolicy.defaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipelineConfig(" ", second, 1, 1, second, gates));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipelineConfig("t", Duration.ZERO, 1, 1, second, gates));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipelineConfig("t", second, 0, 1, second, gates));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipelineConfig("t", second, 1, 21, second, gates));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipelineConfig("t", second, 1, 1, second.negated(), gates));
  }

  @Test
  void errorCodesAreUniqueCompleteAndInOrder() {
    List<String> ids = Arrays.stream(PipelineErrorCode.values()).map(c -> c.id()).toList();

    assertThat(ids).doesNotHaveDuplicates().isSorted().allMatch(id -> id.matches("PIP-\\d{3}"));
    assertThat(PipelineErrorCode.values())
        .allSatisfy(
            code -> {
              assertThat(code.meaning()).endsWith(".");
              assertThat(code.remedy()).endsWith(".");
            });
    assertThat(PipelineException.inputRefused("file x has no column id").category())
        .isEqualTo(ErrorCategory.INPUT);
  }

  @Test
  void builderNamesWhatIsMissing() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> PipelineRunner.builder(PipelineConfig.of("t")).build())
        .withMessage("store");
  }
}
