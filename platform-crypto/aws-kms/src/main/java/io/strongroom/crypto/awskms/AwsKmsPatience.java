package io.strongroom.crypto.awskms;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How long a key service waits for KMS.
 *
 * @param callTimeout for one call, longer than zero
 * @param totalTimeout for one use of a key with all its retries and Regions, at least the timeout
 *     of a call
 * @param attempts how often a call in one Region is made at most, from 1
 * @param firstWait before the first retry; doubles with every further one, each randomly shortened
 *     or lengthened by up to a half
 * @param grantWait for how long a denied call without a grant token is repeated, because a grant or
 *     policy made a moment ago may not be known everywhere; zero for not at all
 */
public record AwsKmsPatience(
    Duration callTimeout,
    Duration totalTimeout,
    int attempts,
    Duration firstWait,
    Duration grantWait) {

  /** 3 s a call, 15 s in all, 6 attempts, 100 ms before the first retry, 5 s for a fresh grant. */
  public static final AwsKmsPatience DEFAULT =
      new AwsKmsPatience(
          Duration.ofSeconds(3),
          Duration.ofSeconds(15),
          6,
          Duration.ofMillis(100),
          Duration.ofSeconds(5));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when a number is out of range
   */
  public AwsKmsPatience {
    for (Duration duration : List.of(callTimeout, totalTimeout, firstWait, grantWait)) {
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
