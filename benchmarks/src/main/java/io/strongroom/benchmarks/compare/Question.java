package io.strongroom.benchmarks.compare;

import java.util.List;
import java.util.Map;

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

  Question {
    params = Map.copyOf(params);
    contenders = List.copyOf(contenders);
    twoCores = List.copyOf(twoCores);
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
