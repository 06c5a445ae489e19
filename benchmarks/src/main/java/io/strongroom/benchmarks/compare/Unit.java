package io.strongroom.benchmarks.compare;

import org.openjdk.jmh.annotations.Mode;

/** What a question counts in. */
enum Unit {
  /** One operation of the benchmark is one MiB. */
  MEBIBYTES("MiB/s", true),
  /** One operation of the benchmark is one row or token. */
  ROWS("rows/s", true),
  /** One operation of the benchmark is one entry. */
  ENTRIES("entries/s", true),
  /** One operation of the benchmark is what is timed. */
  MICROSECONDS("us", false);

  private final String text;
  private final boolean rate;

  Unit(String text, boolean rate) {
    this.text = text;
    this.rate = rate;
  }

  /** The unit in the results file. */
  String text() {
    return text;
  }

  /** Whether more is better. */
  boolean rate() {
    return rate;
  }

  /** A time of one operation in this unit. */
  double of(double secondsPerOperation) {
    return rate ? 1 / secondsPerOperation : secondsPerOperation * 1e6;
  }

  /** The mode in which JMH measures it; every benchmark is measured as time per operation. */
  static Mode mode(boolean cold) {
    return cold ? Mode.SingleShotTime : Mode.AverageTime;
  }
}
