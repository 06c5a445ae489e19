package io.strongroom.storage.model;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who does what at the same time, and what may go wrong.
 *
 * @param name names it
 * @param before what is done, one after the other, before it begins
 * @param actors the processes; equal programs are two processes of one run
 * @param crashes how often processes may crash, all together; each restarts at most once
 * @param lostReplies how many replies to writes may be lost, all together; the write may arrive at
 *     once, later or never
 * @param agree whether all who end must be told the same
 * @param merging whether replies that leave a program in the same state are taken for one
 * @param without rules that are taken away
 */
record Scenario(
    String name,
    List<Program> before,
    List<Program> actors,
    int crashes,
    int lostReplies,
    boolean agree,
    boolean merging,
    Set<Rule> without) {

  static Scenario of(String name, List<Program> before, Program... actors) {
    return new Scenario(name, before, List.of(actors), 2 * actors.length, 1, false, true, Set.of());
  }

  Scenario faults(int mostCrashes, int mostLostReplies) {
    return new Scenario(
        name, before, actors, mostCrashes, mostLostReplies, agree, merging, without);
  }

  Scenario allToldTheSame() {
    return new Scenario(name, before, actors, crashes, lostReplies, true, merging, without);
  }

  /** The runs in legal hold from the start. */
  Set<String> held() {
    return before.stream()
        .filter(program -> program.name().startsWith(Program.HOLD))
        .map(program -> program.name().substring(Program.HOLD.length()))
        .collect(Collectors.toSet());
  }

  /** Whether all end with the lists of what is published, and nothing goes wrong on the way. */
  boolean listing() {
    return crashes == 0
        && lostReplies == 0
        && actors.stream().allMatch(program -> program.name().endsWith(Program.LISTS));
  }

  Scenario unmerged() {
    return new Scenario(name, before, actors, crashes, lostReplies, agree, false, without);
  }

  Scenario without(Rule rule) {
    return new Scenario(name, before, actors, crashes, lostReplies, agree, merging, Set.of(rule));
  }

  @Override
  public String toString() {
    return name
        + " ("
        + crashes
        + " crashes, "
        + lostReplies
        + " lost replies"
        + (merging ? ")" : ", unmerged)");
  }
}
