package io.strongroom.benchmarks.compare;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One question of the comparison set.
 *
 * @param id its name in the results file
 * @param benchmark class and method of the JMH benchmark that answers it
 * @param params parameters of the benchmark beside the contender
 * @param contenders who is asked
 * @param twoCores who is asked a second time with two cores
 * @param unit what an operation is and what its speed is counted in
 * @param cold whether the first operation of a new process is what is asked about
 */
record Question(
    String id,
    String benchmark,
    Map<String, String> params,
    List<String> contenders,
    List<String> twoCores,
    Unit unit,
    boolean cold) {
  static final String STRONGROOM = "strongroom";

  /** Those that are asked twice, so that more than one process answers them. */
  private static final Set<String> TWICE =
      Set.of("encrypt-64MiB", "decrypt-64MiB", "message-4KiB", "range-4KiB", "ff1-pan");

  /** The newest JDK on which a contender runs, where it does not run on every one. */
  private static final Map<String, Integer> NEWEST_JDK = Map.of("spark", 17);

  /** A new process gives one figure, and these differ. */
  private static final int COLD_ROUNDS = 5;

  private static final int QUICK_COLD_ROUNDS = 3;

  Question {
    params = Map.copyOf(params);
    contenders = List.copyOf(contenders);
    twoCores = List.copyOf(twoCores);
  }

  /**
   * How often every contender is asked, each time in a new process. So that the whole set is asked
   * within an hour, few questions are asked more than once.
   *
   * @param quick whether little time is to be spent
   */
  int rounds(boolean quick) {
    if (cold) {
      return quick ? QUICK_COLD_ROUNDS : COLD_ROUNDS;
    }
    return !quick && TWICE.contains(id) ? 2 : 1;
  }

  /** How many processes the question takes on a JDK. */
  int processes(int jdk) {
    return rounds(false) * (on(jdk).contenders.size() + twoCores.size());
  }

  /** The same question to the contenders that a JDK can run. */
  Question on(int jdk) {
    List<String> able =
        contenders.stream().filter(each -> jdk <= NEWEST_JDK.getOrDefault(each, jdk)).toList();
    return new Question(id, benchmark, params, able, twoCores, unit, cold);
  }

  /** The same question to strongroom alone. */
  Question ours() {
    List<String> alone = List.of(STRONGROOM);
    return new Question(
        id,
        benchmark,
        params,
        alone,
        twoCores.contains(STRONGROOM) ? alone : List.of(),
        unit,
        cold);
  }
}
