package io.strongroom.examples.lake.transactions;

import java.time.Instant;

/** Microseconds since 1970 in UTC, the time of Parquet. */
final class Micros {
  private Micros() {}

  static long of(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
