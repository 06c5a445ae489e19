package io.strongroom.examples.lake.transactions;

/** Days in UTC. */
final class Days {
  private static final long MICROS_A_DAY = 86_400_000_000L;

  private Days() {}

  /** The day of an instant, counted from 1970-01-01. */
  static long of(long micros) {
    return Math.floorDiv(micros, MICROS_A_DAY);
  }
}
