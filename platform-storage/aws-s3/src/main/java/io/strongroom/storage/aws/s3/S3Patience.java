package io.strongroom.storage.aws.s3;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How long a store waits for S3.
 *
 * @param callTimeout for one request, longer than zero; a part of an upload must get through within
 *     it
 * @param totalTimeout for one operation with all its retries, at least the timeout of a request
 * @param attempts how often a request is made at most, from 1
 * @param firstWait before the first retry; doubles with every further one up to 10 s, each randomly
 *     shortened or lengthened by up to a half
 */
public record S3Patience(
    Duration callTimeout, Duration totalTimeout, int attempts, Duration firstWait) {

  /** 1 minute a request, 5 minutes in all, 10 attempts, 100 ms before the first retry. */
  public static final S3Patience DEFAULT =
      new S3Patience(Duration.ofMinutes(1), Duration.ofMinutes(5), 10, Duration.ofMillis(100));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when a number is out of range
   */
  public S3Patience {
    for (Duration duration : List.of(callTimeout, totalTimeout, firstWait)) {
      Objects.requireNonNull(duration, "duration");
      if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("a duration is not from zero to an hour");
      }
    }
    if (callTimeout.isZero() || totalTimeout.compareTo(callTimeout) < 0) {
      throw new IllegalArgumentException(
          "the timeout of a request is zero or longer than the total timeout");
    }
    if (firstWait.toMillis() < 10) {
      throw new IllegalArgumentException("the first wait is shorter than 10 ms");
    }
    if (attempts < 1 || attempts > 100) {
      throw new IllegalArgumentException("attempts are not from 1 to 100");
    }
  }
}
