package io.strongroom.pipeline;

import io.strongroom.base.ConfigReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The limits on rejected rows that a run must keep to be published. Immutable.
 *
 * <p>Rates are in basis points (hundredths of a percent) of the rows judged, compared exactly.
 *
 * @param errorsOfOneCode the run stops when more rows than this have the same primary code
 * @param errorsByCode limits of single codes, in place of {@code errorsOfOneCode}
 * @param quarantineWarnBasisPoints a warning when the rate of quarantined rows is above this
 * @param quarantineStopBasisPoints the run stops when that rate is at or above this; 10,001 turns
 *     the rule off
 * @param expectedRowsMin a warning when the run judged fewer rows
 * @param expectedRowsMax a warning when the run judged more rows
 */
public record GatePolicy(
    long errorsOfOneCode,
    SortedMap<String, Long> errorsByCode,
    int quarantineWarnBasisPoints,
    int quarantineStopBasisPoints,
    long expectedRowsMin,
    long expectedRowsMax) {

  private static final int RATE_OFF = 10_001;

  /** Checks and copies. */
  public GatePolicy {
    errorsByCode = Collections.unmodifiableSortedMap(new TreeMap<>(errorsByCode));
    if (errorsOfOneCode < 0 || errorsByCode.values().stream().anyMatch(limit -> limit < 0)) {
      throw new IllegalArgumentException("a limit of errors is negative");
    }
    checkRate(quarantineWarnBasisPoints);
    checkRate(quarantineStopBasisPoints);
    if (expectedRowsMin < 0 || expectedRowsMax < expectedRowsMin) {
      throw new IllegalArgumentException("expected rows: min is negative or above max");
    }
  }

  /**
   * 100 errors of one code, a warning above 1 percent quarantined, a stop at 5 percent, no expected
   * volume.
   */
  public static GatePolicy defaults() {
    return new GatePolicy(100, new TreeMap<>(), 100, 500, 0, Long.MAX_VALUE);
  }

  /** No limit at all, for pipelines that judge no rows. */
  public static GatePolicy unlimited() {
    return new GatePolicy(Long.MAX_VALUE, new TreeMap<>(), RATE_OFF, RATE_OFF, 0, Long.MAX_VALUE);
  }

  /**
   * Reads {@code pipeline.gates.errors-of-one-code}, {@code
   * pipeline.gates.quarantine-warn-basis-points}, {@code
   * pipeline.gates.quarantine-stop-basis-points}, {@code pipeline.gates.expected-rows-min} and
   * {@code pipeline.gates.expected-rows-max}; what is not set has the value of {@link #defaults}.
   */
  public static GatePolicy from(ConfigReader reader) {
    GatePolicy usual = defaults();
    long min = reader.integer("pipeline.gates.expected-rows-min", 0, 0, Long.MAX_VALUE);
    long max =
        reader.integer("pipeline.gates.expected-rows-max", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    if (max < min) {
      reader.problem("pipeline.gates.expected-rows-max", "is below expected-rows-min");
      max = min;
    }
    return new GatePolicy(
        reader.integer(
            "pipeline.gates.errors-of-one-code", usual.errorsOfOneCode, 0, Long.MAX_VALUE),
        usual.errorsByCode,
        Math.toIntExact(
            reader.integer(
                "pipeline.gates.quarantine-warn-basis-points",
                usual.quarantineWarnBasisPoints,
                0,
                RATE_OFF)),
        Math.toIntExact(
            reader.integer(
                "pipeline.gates.quarantine-stop-basis-points",
                usual.quarantineStopBasisPoints,
                0,
                RATE_OFF)),
        min,
        max);
  }

  /** The same policy with another limit for one code. */
  public GatePolicy withErrorsOf(String code, long limit) {
    SortedMap<String, Long> more = new TreeMap<>(errorsByCode);
    more.put(code, limit);
    return new GatePolicy(
        errorsOfOneCode,
        more,
        quarantineWarnBasisPoints,
        quarantineStopBasisPoints,
        expectedRowsMin,
        expectedRowsMax);
  }

  /** Why the counts so far already stop the run, or nothing. Only grows with more rows. */
  Optional<GateFinding> tooManyOfOneCode(Map<String, Long> reasons) {
    for (Map.Entry<String, Long> reason : new TreeMap<>(reasons).entrySet()) {
      long limit = errorsByCode.getOrDefault(reason.getKey(), errorsOfOneCode);
      if (reason.getValue() > limit) {
        return Optional.of(
            new GateFinding(
                GateRule.ERRORS_OF_ONE_CODE,
                true,
                reason.getValue()
                    + " rows have the primary code "
                    + reason.getKey()
                    + "; the limit is "
                    + limit));
      }
    }
    return Optional.empty();
  }

  /** Evaluates every rule over the totals of a run, in order. */
  List<GateFinding> evaluate(PartitionOutcome totals) {
    List<GateFinding> findings = new ArrayList<>();
    tooManyOfOneCode(totals.reasons()).ifPresent(findings::add);
    // Exact: both sides are integers, and counts stay far below 2^63 / 10,000.
    long rate = Math.multiplyExact(totals.quarantined(), 10_000L);
    String share = totals.quarantined() + " of " + totals.input() + " rows are quarantined";
    if (totals.input() > 0
        && rate >= Math.multiplyExact(quarantineStopBasisPoints, totals.input())) {
      findings.add(
          new GateFinding(
              GateRule.QUARANTINE_RATE,
              true,
              share + "; the limit is below " + quarantineStopBasisPoints + " basis points"));
    } else if (totals.input() > 0
        && rate > Math.multiplyExact(quarantineWarnBasisPoints, totals.input())) {
      findings.add(
          new GateFinding(
              GateRule.QUARANTINE_RATE,
              false,
              share + ", more than " + quarantineWarnBasisPoints + " basis points"));
    }
    if (totals.input() < expectedRowsMin || totals.input() > expectedRowsMax) {
      findings.add(
          new GateFinding(
              GateRule.VOLUME,
              false,
              totals.input()
                  + " rows were judged; expected are "
                  + expectedRowsMin
                  + " to "
                  + expectedRowsMax));
    }
    return findings;
  }

  private static void checkRate(int basisPoints) {
    if (basisPoints < 0 || basisPoints > RATE_OFF) {
      throw new IllegalArgumentException("a rate is outside 0 to " + RATE_OFF + " basis points");
    }
  }
}
