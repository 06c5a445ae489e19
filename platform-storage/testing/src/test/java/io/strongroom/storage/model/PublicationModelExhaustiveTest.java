package io.strongroom.storage.model;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The scenarios of {@link PublicationModelTest} with more faults, and without taking replies for
 * one.
 */
@Tag("exhaustive")
class PublicationModelExhaustiveTest {

  @TestFactory
  Stream<DynamicTest> twoProcessesWithManyFaultsKeepTheRulesInEveryState() {
    return PublicationModelTest.tests(Scenarios.allPairs().map(scenario -> scenario.faults(4, 2)));
  }

  @TestFactory
  Stream<DynamicTest> twoProcessesUnmergedKeepTheRulesInEveryState() {
    return PublicationModelTest.tests(
        Scenarios.allPairs().map(scenario -> scenario.faults(1, 0).unmerged()));
  }

  @TestFactory
  Stream<DynamicTest> threeProcessesWithFaultsKeepTheRulesInEveryState() {
    return PublicationModelTest.tests(
        Scenarios.triples().stream().map(scenario -> scenario.faults(1, 1)));
  }

  @TestFactory
  Stream<DynamicTest> whoeverApprovesHoldsOrDeletesKeepsTheRulesAmongFaults() {
    return PublicationModelTest.tests(
        Scenarios.keeping().stream().map(scenario -> scenario.faults(1, 1)));
  }

  @TestFactory
  Stream<DynamicTest> moreOfThemKeepTheRulesInEveryState() {
    return PublicationModelTest.tests(
        Scenarios.keepingLonger().stream()
            .map(scenario -> scenario.faults(scenario.actors().size() == 2 ? 1 : 0, 0)));
  }
}
