package io.strongroom.crypto.awssecrets;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How long {@link AwsSecrets} waits for Secrets Manager.
 *
 * @param callTimeout for one call, longer than zero
 * @param totalTimeout for one secret with all retries, at least the timeout of a call
 * @param attempts how often a call is made at most, from 1
 * @param firstWait before the first retry; doubles with every further one, each randomly shortened
 *     or lengthened by up to a half
 */
public record AwsSecretsPatience(
    Duration callTimeout, Duration totalTimeout, int attempts, Duration firstWait) {

  /** 3 s a call, 15 s in all, 6 attempts, 100 ms before the first retry. */
  public static final AwsSecretsPatience DEFAULT =
      new AwsSecretsPatience(
          Duration.ofSeconds(3), Duration.ofSeconds(15), 6, Duration.ofMillis(100));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when a number is out of range
   */
  public AwsSecretsPatience {
    for (Duration duration : List.of(callTimeout, totalTimeout, firstWait)) {
      Objects.requireNonNull(duration, "duration");
      if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("a duration is not from zero to an hour");
      }
    }
    if (callTimeout.isZero() || totalTimeout.compareTo(callTimeout) < 0) {
      throw new IllegalArgumentException(
          "the timeout of a call is zero or longer than the total timeout");
    }
    if (firstWait.toMillis() < 10) {
      throw new IllegalArgumentException("the first wait is shorter than 10 ms");
    }
    if (attempts < 1 || attempts > 100) {
      throw new IllegalArgumentException("attempts are not from 1 to 100");
    }
  }
}
