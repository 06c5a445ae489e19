package io.strongroom.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every state that the scenarios reach keeps every rule, and a rule that is taken away is missed.
 *
 * <p>The bound: two processes with one crash and one lost reply, or with one of the two; without
 * faults where one of them approves, holds, retires, deletes or sweeps; three processes as stated
 * at each scenario. {@link PublicationModelExhaustiveTest} goes farther.
 */
@Tag("verify")
class PublicationModelTest {

  @TestFactory
  Stream<DynamicTest> twoProcessesKeepTheRulesInEveryState() {
    return tests(Scenarios.pairs().stream().map(scenario -> scenario.faults(1, 1)));
  }

  @TestFactory
  Stream<DynamicTest> twoProcessesThatReachMoreKeepTheRulesInEveryState() {
    return tests(
        Scenarios.largerPairs().stream()
            .flatMap(scenario -> Stream.of(scenario.faults(1, 0), scenario.faults(0, 1))));
  }

  @TestFactory
  Stream<DynamicTest> whoeverApprovesHoldsOrDeletesKeepsTheRulesInEveryState() {
    return tests(Scenarios.keeping().stream().map(scenario -> scenario.faults(0, 0)));
  }

  @TestFactory
  Stream<DynamicTest> threeProcessesKeepTheRulesInEveryState() {
    return tests(Scenarios.triples().stream());
  }

  @ParameterizedTest
  @CsvSource({
    "HISTORY, run and rollback",
    "INTENT, 'two runs, two keys'",
    "DIGEST_IN_NAME, 'two runs, two keys'",
    "MANIFEST_IF_ABSENT, run and takeover",
    "POINTER_IF_MATCH, 'two runs, two keys'",
    "PARTITION_CONFLICT, 'two runs, one partition'",
    "APPROVED_AGAIN, approved run and rollback",
    "FLOOR, retention and rollback",
    "FLOOR, retention and a run that waits",
    "RETIRED_FIRST, retention and rollback",
    "HOLDS, retention and hold",
    "HOLDS, 'retirement of what is held, and run'",
    "ENDED_FIRST, sweep and run",
    "MANIFEST_IF_ABSENT, sweep and run",
    "LOOKED_AGAIN, lists of a promotion and a rollback"
  })
  void takingAwayARuleIsNoticed(Rule rule, String name) {
    Scenario scenario = scenario(name).faults(rule.crashesToNotice(), 0).without(rule);
    Optional<String> violation = new Explorer(scenario).explore().violation();
    System.out.printf(
        "model without %s: %s%n", rule, violation.map(text -> text.lines().findFirst().orElse("")));
    assertThat(violation).as("without " + rule).isPresent();
  }

  @Test
  void takingRepliesForOneChangesNothingThatIsTold() {
    Scenario scenario = scenario("superseding run and rollback").faults(0, 1);
    Explorer.Outcome merged = new Explorer(scenario).explore();
    Explorer.Outcome unmerged = new Explorer(scenario.unmerged()).explore();
    assertThat(merged.quiet()).isEqualTo(unmerged.quiet());
    assertThat(merged.told()).isEqualTo(unmerged.told());
    assertThat(merged.states()).isLessThan(unmerged.states());
  }

  private static Scenario scenario(String name) {
    return Stream.concat(Scenarios.allPairs(), Scenarios.keeping().stream())
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static Stream<DynamicTest> tests(Stream<Scenario> scenarios) {
    return scenarios.map(
        scenario -> DynamicTest.dynamicTest(scenario.toString(), () -> requireHolds(scenario)));
  }

  private static void requireHolds(Scenario scenario) {
    Explorer.Outcome outcome = new Explorer(scenario).explore();
    System.out.printf(
        "model %s: %d states, %d quiet stores, told %s%n",
        scenario, outcome.states(), outcome.quiet(), outcome.told());
    assertThat(outcome.violation()).as(scenario.name()).isEmpty();
    // One process after the other passes through fewer in the smallest scenario.
    assertThat(outcome.states()).isGreaterThan(15);
    assertThat(outcome.told()).isNotEmpty();
  }
}
