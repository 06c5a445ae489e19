package io.strongroom.storage.parquet;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** Times as the numbers that columns store: so many parts of a second since a beginning. */
final class Ticks {
  private static final long NANOS = 1_000_000_000L;
  private static final long SECONDS_A_DAY = 86_400;

  private Ticks() {}

  /** How many ticks of a column make a second. */
  static long perSecond(ColumnKind kind) {
    return switch (kind) {
      case TIME_MILLIS, TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MILLIS -> 1_000;
      case TIME_MICROS, TIMESTAMP_MICROS, LOCAL_TIMESTAMP_MICROS -> 1_000_000;
      case TIMESTAMP_NANOS, LOCAL_TIMESTAMP_NANOS -> NANOS;
      case BOOLEAN,
          INT,
          DATE,
          LONG,
          FLOAT,
          DOUBLE,
          STRING,
          ENUM,
          BYTES,
          FIXED,
          UUID,
          DECIMAL,
          NESTED ->
          throw new IllegalArgumentException("a " + kind + " has no ticks");
    };
  }

  /** Whether a number of ticks lies within a day. */
  static boolean ofDay(ColumnKind kind, long ticks) {
    return ticks >= 0 && ticks < SECONDS_A_DAY * perSecond(kind);
  }

  /**
   * The number of a point in time; what is finer is cut off, towards the past.
   *
   * @throws ArithmeticException beyond 64 bits
   */
  static long of(ColumnKind kind, Instant value) {
    long perSecond = perSecond(kind);
    long seconds = value.getEpochSecond();
    long rest = value.getNano() / (NANOS / perSecond);
    return seconds < 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, perSecond), rest - perSecond)
        : Math.addExact(Math.multiplyExact(seconds, perSecond), rest);
  }

  /**
   * The number of a date and time; what is finer is cut off, towards the past.
   *
   * @throws ArithmeticException beyond 64 bits
   */
  static long of(ColumnKind kind, LocalDateTime value) {
    return of(kind, value.toInstant(ZoneOffset.UTC));
  }

  /** The number of a time of day; what is finer is cut off. */
  static long of(ColumnKind kind, LocalTime value) {
    return value.toNanoOfDay() / (NANOS / perSecond(kind));
  }

  static Instant instant(ColumnKind kind, long ticks) {
    long perSecond = perSecond(kind);
    return Instant.ofEpochSecond(
        Math.floorDiv(ticks, perSecond), Math.floorMod(ticks, perSecond) * (NANOS / perSecond));
  }

  static LocalDateTime dateTime(ColumnKind kind, long ticks) {
    return LocalDateTime.ofInstant(instant(kind, ticks), ZoneOffset.UTC);
  }

  /** The time of day of a number that lies within a day. */
  static LocalTime time(ColumnKind kind, long ticks) {
    return LocalTime.ofNanoOfDay(ticks * (NANOS / perSecond(kind)));
  }
}
