package io.strongroom.benchmarks.audit;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what does it cost to verify one run of 10,000 events in a log of 10 million?
 *
 * <p>Command: {@code benchmarks/compare audit-verify-run audit-verify-run-interleaved}. The run is
 * given, with what proves it; making the proof is not timed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
public class VerifyRunBenchmark {
  private static final int SIZE = 10_000_000;
  private static final int RUN = 10_000;
  private static final int GATE_SIZE = 70_001;
  private static final int GATE_RUN = 500;

  /** How many runs write at the same time when they do. */
  private static final int RUNS = 40;

  /** Where the entries of the run stand. */
  public enum Layout {
    /** One after another. */
    CONTIGUOUS,
    /** Among those of 39 other runs. */
    INTERLEAVED
  }

  /** The contender to time. */
  @Param({"strongroom", "naive-chain"})
  public String contender = "strongroom";

  /** Where the entries of the run stand. */
  @Param("CONTIGUOUS")
  public Layout layout = Layout.CONTIGUOUS;

  /** Cores that the contender may use; all of them use one. */
  @Param("1")
  public int cores = 1;

  private RunContender timed = new Nothing();

  /** Lets the contender through the correctness gate, or fails; then makes the large log. */
  @Setup(Level.Trial)
  public void prepare() {
    check(named(contender, GATE_SIZE, indexes(layout, GATE_SIZE, GATE_RUN)));
    timed = named(contender, SIZE, indexes(layout, SIZE, RUN));
  }

  static List<String> contenders() {
    return List.of("strongroom", "naive-chain");
  }

  static RunContender named(String name, int size, long[] indexes) {
    GeneratedLog log = new GeneratedLog(size);
    return switch (name) {
      case "strongroom" -> new ProvenRun(log, indexes);
      case "naive-chain" -> new ChainedRun(log, indexes);
      default -> throw new IllegalArgumentException("no contender is called " + name);
    };
  }

  /** The run's entries, from the middle of the log on. */
  static long[] indexes(Layout layout, int size, int run) {
    Random random = new Random(1);
    long[] indexes = new long[run];
    for (int i = 0; i < run; i++) {
      int place = layout == Layout.CONTIGUOUS ? i : i * RUNS + random.nextInt(RUNS);
      indexes[i] = size / 2 + (long) place;
    }
    return indexes;
  }

  /**
   * The gate.
   *
   * @throws IllegalStateException unless the run is accepted, and refused with any bit changed
   */
  static void check(RunContender contender) {
    boolean accepted = contender.verify();
    contender.flipEntry();
    boolean refused = !contender.verify();
    contender.flipEntry();
    if (!accepted || !refused || !contender.verify()) {
      throw new IllegalStateException("the contender does not tell a changed run from a right one");
    }
  }

  /** Verifies. */
  @Benchmark
  public boolean verify() {
    if (!timed.verify()) {
      throw new IllegalStateException("the run is refused");
    }
    return true;
  }

  /** Says how long the proof is. */
  @TearDown(Level.Trial)
  public void sayLength() {
    System.out.printf("%s %s: the proof has %d bytes%n", contender, layout, timed.proofBytes());
  }

  /** Before the set-up. */
  private static final class Nothing implements RunContender {
    @Override
    public boolean verify() {
      throw new IllegalStateException("not set up");
    }

    @Override
    public void flipEntry() {
      throw new IllegalStateException("not set up");
    }

    @Override
    public long proofBytes() {
      throw new IllegalStateException("not set up");
    }
  }
}
