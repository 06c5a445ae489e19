package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class GatePolicyTest {
  private static PartitionOutcome totals(long input, long quarantined, Map<String, Long> reasons) {
    return new PartitionOutcome(
        List.of(),
        input,
        input - quarantined,
        quarantined,
        0,
        new TreeMap<>(reasons),
        new TreeMap<>());
  }

  @Test
  void defaultsAreAHundredErrorsOfACodeAWarningAboveOnePercentAndAStopAtFive() {
    GatePolicy policy = GatePolicy.defaults();

    assertThat(policy.errorsOfOneCode()).isEqualTo(100);
    assertThat(policy.quarantineWarnBasisPoints()).isEqualTo(100);
    assertThat(policy.quarantineStopBasisPoints()).isEqualTo(500);
  }

  @Test
  void hundredErrorsOfOneCodePassAndOneMoreStops() {
    GatePolicy policy = GatePolicy.defaults();

    assertThat(policy.tooManyOfOneCode(Map.of("TYPE_ERROR", 100L, "NULL_VALUE_ERROR", 100L)))
        .isEmpty();
    assertThat(policy.tooManyOfOneCode(Map.of("TYPE_ERROR", 101L)))
        .hasValueSatisfying(
            finding -> {
              assertThat(finding.rule()).isEqualTo(GateRule.ERRORS_OF_ONE_CODE);
              assertThat(finding.stops()).isTrue();
              assertThat(finding.why()).contains("101").contains("TYPE_ERROR").contains("100");
            });
  }

  @Test
  void singleCodeMayHaveItsOwnLimit() {
    GatePolicy policy =
        GatePolicy.defaults().withErrorsOf("CURRENCY_ERROR", 0).withErrorsOf("TYPE_ERROR", 1000);

    assertThat(policy.tooManyOfOneCode(Map.of("TYPE_ERROR", 1000L))).isEmpty();
    assertThat(policy.tooManyOfOneCode(Map.of("CURRENCY_ERROR", 1L))).isPresent();
    assertThat(policy.tooManyOfOneCode(Map.of("NULL_VALUE_ERROR", 101L))).isPresent();
  }

  @Test
  void quarantineRateWarnsAboveOnePercentAndStopsAtFivePercentExactly() {
    GatePolicy policy = GatePolicy.defaults();

    assertThat(policy.evaluate(totals(10_000, 100, Map.of()))).isEmpty();
    assertThat(policy.evaluate(totals(10_000, 101, Map.of())))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.rule()).isEqualTo(GateRule.QUARANTINE_RATE);
              assertThat(finding.stops()).isFalse();
            });
    assertThat(policy.evaluate(totals(10_000, 499, Map.of())))
        .singleElement()
        .matches(finding -> !finding.stops());
    assertThat(policy.evaluate(totals(10_000, 500, Map.of())))
        .singleElement()
        .matches(GateFinding::stops);
  }

  @Test
  void runWithoutJudgedRowsPasses() {
    assertThat(GatePolicy.defaults().evaluate(totals(0, 0, Map.of()))).isEmpty();
  }

  @Test
  void rulesAreEvaluatedInOrder() {
    GatePolicy policy = new GatePolicy(1, new TreeMap<>(), 0, 1, 50, 60);

    assertThat(policy.evaluate(totals(10, 10, Map.of("TYPE_ERROR", 10L))))
        .extracting(GateFinding::rule)
        .containsExactly(GateRule.ERRORS_OF_ONE_CODE, GateRule.QUARANTINE_RATE, GateRule.VOLUME);
  }

  @Test
  void unexpectedVolumeOnlyWarns() {
    GatePolicy policy = new GatePolicy(100, new TreeMap<>(), 100, 500, 10, 20);

    assertThat(policy.evaluate(totals(9, 0, Map.of()))).singleElement().matches(f -> !f.stops());
    assertThat(policy.evaluate(totals(10, 0, Map.of()))).isEmpty();
    assertThat(policy.evaluate(totals(20, 0, Map.of()))).isEmpty();
    assertThat(policy.evaluate(totals(21, 0, Map.of()))).singleElement().matches(f -> !f.stops());
  }

  @Test
  void unlimitedPolicyPassesEverything() {
    assertThat(
            GatePolicy.unlimited()
                .evaluate(totals(1_000_000, 1_000_000, Map.of("TYPE_ERROR", 1_000_000L))))
        .isEmpty();
  }

  @Test
  void everyLimitIsConfigurable() {
    ConfigReader reader =
        ConfigReader.of(
            Map.of(
                "pipeline.gates.errors-of-one-code", "7",
                "pipeline.gates.quarantine-warn-basis-points", "1",
                "pipeline.gates.quarantine-stop-basis-points", "2",
                "pipeline.gates.expected-rows-min", "3",
                "pipeline.gates.expected-rows-max", "4"));

    assertThat(GatePolicy.from(reader)).isEqualTo(new GatePolicy(7, new TreeMap<>(), 1, 2, 3, 4));
    reader.verify();
  }

  @Test
  void smallestConfigurationHasTheDefaultsThatTheDocumentationStates() {
    ConfigReader reader = ConfigReader.of(Map.of("pipeline.tenant", "t"));

    assertThat(PipelineConfig.from(reader)).isEqualTo(PipelineConfig.of("t"));
    reader.verify();
  }

  @Test
  void everySettingOfTheRunnerIsConfigurable() {
    ConfigReader reader =
        ConfigReader.of(
            Map.of(
                "pipeline.tenant", "t",
                "pipeline.lease-ttl", "30s",
                "pipeline.threads", "9",
                "pipeline.attempts", "1",
                "pipeline.retry-delay", "2s"));

    assertThat(PipelineConfig.from(reader))
        .isEqualTo(
            new PipelineConfig(
                "t", Duration.ofSeconds(30), 9, 1, Duration.ofSeconds(2), GatePolicy.defaults()));
    reader.verify();
  }

  @Test
  void allProblemsOfTheConfigurationAreReportedAtOnce() {
    ConfigReader reader =
        ConfigReader.of(
            Map.of(
                "pipeline.lease-ttl", "0s",
                "pipeline.threads", "0",
                "pipeline.tenannt", "t",
                "pipeline.gates.quarantine-stop-basis-points", "10002",
                "pipeline.gates.expected-rows-min", "9",
                "pipeline.gates.expected-rows-max", "8"));
    PipelineConfig.from(reader);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(reader::verify)
        .withMessageContaining("pipeline.tenant")
        .withMessageContaining("pipeline.tenannt")
        .withMessageContaining("pipeline.threads")
        .withMessageContaining("pipeline.lease-ttl")
        .withMessageContaining("pipeline.gates.expected-rows-max")
        .withMessageContaining("pipeline.gates.quarantine-stop-basis-points");
  }

  @Test
  void impossibleLimitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GatePolicy(-1, new TreeMap<>(), 0, 0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GatePolicy(0, new TreeMap<>(), 10_002, 0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GatePolicy(0, new TreeMap<>(), 0, -1, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GatePolicy(0, new TreeMap<>(), 0, 0, 2, 1));
  }
}
