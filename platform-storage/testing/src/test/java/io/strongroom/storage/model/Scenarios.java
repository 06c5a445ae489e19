package io.strongroom.storage.model;

import io.strongroom.storage.model.Bench.Job;
import java.util.List;
import java.util.stream.Stream;

/** The scenarios that are explored. Runs of different months share no partition. */
final class Scenarios {
  private static final Program P1 = Program.run(Job.of("P1", "k1", "2026-01"));
  private static final Program P2 = Program.run(Job.of("P2", "k2", "2026-02"));

  /** The first run is replaced by the second: only the first publication names it. */
  private static final Program REPLACING =
      Program.run(Job.of("P2", "k2", "2026-02").superseding("P1"));

  private static final Program GOVERNED = Program.commit(Job.of(Bench.GOVERNED, "a", "2026-03"));
  private static final List<Program> ONE = List.of(P1);
  private static final List<Program> TWO = List.of(P1, P2);
  private static final List<Program> REPLACED = List.of(P1, REPLACING);

  private static final Program FIRST = Program.run(Job.of("R1", "a", "2026-03"));
  private static final Program OTHER_KEY = Program.run(Job.of("R2", "b", "2026-04"));
  private static final Program SAME_KEY = Program.run(Job.of("R2", "a", "2026-03"));
  private static final Program SAME_PARTITION = Program.run(Job.of("R2", "b", "2026-03"));
  private static final Program TAKEOVER = Program.takeover(Job.of("R2", "a", "2026-03"));
  private static final Program ROLLBACK = Program.rollback("back", 1);
  private static final Program SUPERSEDING =
      Program.run(Job.of("R1", "k2", "2026-02").superseding("P2"));

  private static final Program CLAIMED = Program.claim(Job.of("R1", "a", "2026-03"));

  private static final Program ENGINES = Program.run(Job.of("E1", "e1", "2026-01")).andLists();

  private Scenarios() {}

  /** Two processes. */
  static List<Scenario> pairs() {
    return List.of(
        Scenario.of("two runs, two keys", ONE, FIRST, OTHER_KEY),
        Scenario.of("two runs, one partition", ONE, FIRST, SAME_PARTITION),
        Scenario.of("two runs, one key", ONE, FIRST, SAME_KEY),
        Scenario.of("run and rollback", TWO, FIRST, ROLLBACK),
        Scenario.of("two tries of a rollback", TWO, ROLLBACK, ROLLBACK),
        Scenario.of("two rollbacks", TWO, ROLLBACK, Program.rollback("farther", 0)),
        Scenario.of("superseding run and rollback", TWO, SUPERSEDING, ROLLBACK),
        Scenario.of(
            "two runs superseding one",
            TWO,
            Program.run(Job.of("R1", "a", "2026-03").superseding("P2")),
            Program.run(Job.of("R2", "b", "2026-04").superseding("P2"))),
        Scenario.of("zombie of the same run", ONE, FIRST, FIRST),
        Scenario.of(
            "two schemas of a dataset", List.of(), Program.register("a"), Program.register("b")),
        Scenario.of(
                "two attempts at a partition",
                List.of(),
                Program.outcome("R1", "one"),
                Program.outcome("R1", "two"))
            .allToldTheSame(),
        Scenario.of(
                "two processes make the keys of a run",
                List.of(),
                Program.keys(Job.of("R4", "a", "2026-03"), 1),
                Program.keys(Job.of("R4", "a", "2026-03"), 2))
            .allToldTheSame());
  }

  /** Two processes that reach more states. */
  static List<Scenario> largerPairs() {
    return List.of(
        Scenario.of("two first runs", List.of(), FIRST, OTHER_KEY),
        Scenario.of("run and takeover", ONE, FIRST, TAKEOVER),
        Scenario.of(
            "two takeovers", ONE, TAKEOVER, Program.takeover(Job.of("R3", "a", "2026-03"))));
  }

  /** All of the two. */
  static Stream<Scenario> allPairs() {
    return Stream.concat(pairs().stream(), largerPairs().stream());
  }

  /** Two processes, of which one approves, holds, retires, deletes or sweeps. */
  static List<Scenario> keeping() {
    return List.of(
        Scenario.of(
            "approved run and rollback",
            List.of(P1, P2, GOVERNED, Program.approve(Bench.GOVERNED)),
            Program.promote(Bench.GOVERNED),
            ROLLBACK),
        Scenario.of(
            "approval and promotion",
            List.of(P1, P2, GOVERNED),
            Program.promote(Bench.GOVERNED),
            Program.approve(Bench.GOVERNED)),
        Scenario.of("retention and rollback", REPLACED, Program.retain("one"), ROLLBACK),
        Scenario.of("retention and run", REPLACED, Program.retain("one"), FIRST),
        Scenario.of(
            "retention and a run that waits",
            List.of(P1, Program.commit(Job.of("R1", "a", "2026-03")), REPLACING),
            Program.retain("one"),
            Program.promote("R1")),
        Scenario.of("retention and hold", REPLACED, Program.retain("one"), Program.hold("P1")),
        Scenario.of("expiry and superseding run", TWO, Program.expire("one"), SUPERSEDING),
        Scenario.of(
            "retirement of what is held, and run",
            List.of(P1, P2, Program.plan(), Program.hold("P1")),
            Program.retireStanding(),
            FIRST),
        Scenario.of(
            "lists of a promotion and a rollback",
            List.of(ENGINES, Program.commit(Job.of("E2", "e2", "2026-02"))),
            Program.promote("E2").andLists(),
            ROLLBACK.andLists()),
        Scenario.of(
            "lists of a rollback, and mending",
            List.of(ENGINES, Program.run(Job.of("E2", "e2", "2026-02"))),
            ROLLBACK.andLists(),
            Program.mend().andLists()),
        Scenario.of("sweep and run", ONE, Program.sweep(), FIRST),
        Scenario.of(
            "two sweeps of a dead run", List.of(P1, CLAIMED), Program.sweep(), Program.sweep()));
  }

  /** More of them, which take longer. */
  static List<Scenario> keepingLonger() {
    return List.of(
        Scenario.of("two retentions", REPLACED, Program.retain("one"), Program.retain("one")),
        Scenario.of("retentions of two", REPLACED, Program.retain("one"), Program.retain("two")),
        Scenario.of("sweep and takeover", ONE, Program.sweep(), TAKEOVER),
        Scenario.of("retention, run, rollback", REPLACED, Program.retain("one"), FIRST, ROLLBACK),
        Scenario.of("retention, two runs", REPLACED, Program.retain("one"), FIRST, OTHER_KEY));
  }

  /** Three processes, each scenario with a bound that it reaches within seconds. */
  static List<Scenario> triples() {
    return List.of(
        Scenario.of("run, takeover, rollback", TWO, FIRST, TAKEOVER, ROLLBACK).faults(0, 0),
        Scenario.of("zombie, same run, rollback", TWO, FIRST, FIRST, ROLLBACK).faults(1, 0),
        Scenario.of("zombie, same run, takeover", ONE, FIRST, FIRST, TAKEOVER).faults(0, 1),
        Scenario.of(
                "two runs of one key, a third of another",
                ONE,
                FIRST,
                SAME_KEY,
                Program.run(Job.of("R3", "b", "2026-04")))
            .faults(0, 0));
  }
}
