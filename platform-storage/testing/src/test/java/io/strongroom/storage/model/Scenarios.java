package io.strongroom.storage.model;

import io.strongroom.storage.model.Bench.Job;
import java.util.List;

/** The scenarios that are explored. Runs of different months share no partition. */
final class Scenarios {
  private static final List<Job> ONE = List.of(Job.of("P1", "k1", "2026-01"));
  private static final List<Job> TWO =
      List.of(Job.of("P1", "k1", "2026-01"), Job.of("P2", "k2", "2026-02"));

  private static final Program FIRST = Program.run(Job.of("R1", "a", "2026-03"));
  private static final Program OTHER_KEY = Program.run(Job.of("R2", "b", "2026-04"));
  private static final Program SAME_KEY = Program.run(Job.of("R2", "a", "2026-03"));
  private static final Program SAME_PARTITION = Program.run(Job.of("R2", "b", "2026-03"));
  private static final Program TAKEOVER = Program.takeover(Job.of("R2", "a", "2026-03"));
  private static final Program ROLLBACK = Program.rollback("back", 1);
  private static final Program SUPERSEDING =
      Program.run(Job.of("R1", "k2", "2026-02").superseding("P2"));

  private Scenarios() {}

  /** Two processes. */
  static List<Scenario> pairs() {
    return List.of(
        Scenario.of("two runs, two keys", ONE, FIRST, OTHER_KEY),
        Scenario.of("two first runs", List.of(), FIRST, OTHER_KEY),
        Scenario.of("two runs, one partition", ONE, FIRST, SAME_PARTITION),
        Scenario.of("two runs, one key", ONE, FIRST, SAME_KEY),
        Scenario.of("run and takeover", ONE, FIRST, TAKEOVER),
        Scenario.of("two takeovers", ONE, TAKEOVER, Program.takeover(Job.of("R3", "a", "2026-03"))),
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
