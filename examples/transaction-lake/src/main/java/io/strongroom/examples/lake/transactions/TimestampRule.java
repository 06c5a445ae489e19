package io.strongroom.examples.lake.transactions;

import java.time.Instant;

/**
 * Which timestamps are accepted.
 *
 * @param earliest first accepted instant
 * @param latest first instant that is no longer accepted
 * @param zoneRequired whether a timestamp without a zone is rejected; otherwise it means UTC
 */
public record TimestampRule(Instant earliest, Instant latest, boolean zoneRequired) {
  /** The years 1970 to 2099, UTC where no zone is given. */
  public static final TimestampRule DEFAULT =
      new TimestampRule(
          Instant.parse("1970-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"), false);

  /**
   * Checks the range.
   *
   * @param earliest first accepted instant
   * @param latest first instant that is no longer accepted
   * @param zoneRequired whether a timestamp without a zone is rejected
   */
  public TimestampRule {
    if (!earliest.isBefore(latest)) {
      throw new IllegalArgumentException("the earliest timestamp must lie before the latest");
    }
  }

  boolean inRange(long micros) {
    return micros >= Micros.of(earliest) && micros < Micros.of(latest);
  }
}
