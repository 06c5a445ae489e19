package io.strongroom.benchmarks.compare;

import org.jspecify.annotations.Nullable;

/**
 * One line of the results file.
 *
 * @param question the question's id
 * @param contender who answered
 * @param version the contender's version; the JDK's for {@code limit}
 * @param jdk feature release of the JDK
 * @param threads cores given to the work
 * @param clock {@code cpu} or {@code wall}
 * @param value median of the iterations
 * @param low least of them
 * @param high greatest of them
 * @param unit what the three count
 * @param bytesPerOp bytes allocated an operation, of a question about rates an operation being its
 *     unit; none where the JVM does not tell
 */
record Row(
    String question,
    String contender,
    String version,
    int jdk,
    int threads,
    String clock,
    double value,
    double low,
    double high,
    String unit,
    @Nullable Double bytesPerOp) {
  static final String CPU = "cpu";
  static final String WALL = "wall";

  /** Whether another row answers the same in the same circumstances. */
  boolean sameCircumstances(Row other) {
    return question.equals(other.question)
        && jdk == other.jdk
        && threads == other.threads
        && clock.equals(other.clock);
  }
}
