package io.strongroom.storage.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which objects S3 keeps from deletion (Object Lock), and for how long. A rule holds for each
 * version that is written from then on and for no other; the bucket must have Object Lock switched
 * on, and who writes needs {@code s3:PutObjectRetention}.
 *
 * <p>A locked version can be neither deleted nor changed before its time; deleting its key hides
 * it, and replacing it puts a newer version before it. So lock only what stays: what is replaced
 * often costs its storage as often.
 *
 * <p>Immutable.
 */
public final class S3Retention {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** Who may lift a lock before its time. */
  public enum Mode {
    /** Who has {@code s3:BypassGovernanceRetention}. */
    GOVERNANCE,
    /** Nobody, the account's root included. */
    COMPLIANCE
  }

  /** What S3 is told of one version. */
  record Lock(Mode mode, Instant until) {}

  private record Rule(Predicate<String> keys, Mode mode, Duration period) {}

  private final List<Rule> rules;

  private S3Retention(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Sends nothing about retention: the bucket's own default holds. */
  public static S3Retention bucketDefault() {
    return new S3Retention(List.of());
  }

  /**
   * The same, and for objects that no earlier rule names, this one.
   *
   * @param keys which keys it holds for; may be asked by several threads
   * @param mode who may lift the lock
   * @param period how long from the moment of writing, by this process's clock; more than 0 and at
   *     most 100 years
   * @throws IllegalArgumentException when the period is out of range
   */
  public S3Retention with(Predicate<String> keys, Mode mode, Duration period) {
    if (period.isNegative() || period.isZero() || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the period of retention is not up to 100 years");
    }
    List<Rule> more = new ArrayList<>(rules);
    more.add(
        new Rule(
            Objects.requireNonNull(keys, "keys"), Objects.requireNonNull(mode, "mode"), period));
    return new S3Retention(more);
  }

  Optional<Lock> lockOf(String key, Instant now) {
    return rules.stream()
        .filter(rule -> rule.keys().test(key))
        .findFirst()
        .map(rule -> new Lock(rule.mode(), now.plus(rule.period())));
  }
}
