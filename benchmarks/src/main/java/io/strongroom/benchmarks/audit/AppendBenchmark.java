package io.strongroom.benchmarks.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how many entries of 300 bytes a second does an audit log take that are durable and
 * signed when the last of them returns, 512 of them in flight, on the disk of the temporary folder?
 *
 * <p>Command: {@code benchmarks/compare audit-append}. Wall time is what counts: most of it is
 * spent waiting for the disk.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(AppendBenchmark.ENTRIES)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
public class AppendBenchmark {
  static final int ENTRIES = 8_192;
  private static final int GATE_ENTRIES = 700;

  /** A log runs for days; the first seconds are those of the compiler. */
  private static final long WARM_UP = TimeUnit.SECONDS.toNanos(8);

  /** The contender to time. */
  @Param({"strongroom", "limit", "naive-chain"})
  public String contender = "strongroom";

  /** Cores that the contender may use; all of them take what they need. */
  @Param("1")
  public int cores = 1;

  private Path folder = Path.of("");
  private AppendContender timed = new Nothing();

  /**
   * Lets the contender through the correctness gate, or fails; then opens a log of its own and
   * appends for some seconds.
   */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    folder = Files.createTempDirectory("audit-append");
    try (AppendContender gated = named(contender, Files.createDirectory(folder.resolve("gate")))) {
      gated.append(GATE_ENTRIES);
      gated.check(GATE_ENTRIES);
    }
    timed = named(contender, Files.createDirectory(folder.resolve("timed")));
    long end = System.nanoTime() + WARM_UP;
    while (System.nanoTime() < end) {
      timed.append(ENTRIES);
    }
  }

  static List<String> contenders() {
    return List.of("strongroom", "limit", "naive-chain");
  }

  static AppendContender named(String name, Path folder) throws IOException {
    return switch (name) {
      case "strongroom" -> new StrongroomAppend(folder);
      case "limit" -> new LimitAppend(folder);
      case "naive-chain" -> new NaiveChain(folder);
      default -> throw new IllegalArgumentException("no contender is called " + name);
    };
  }

  /** Appends. */
  @Benchmark
  public void append() throws IOException {
    timed.append(ENTRIES);
  }

  /** Removes the logs. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    timed.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Before the set-up. */
  private static final class Nothing implements AppendContender {
    @Override
    public void append(int count) {
      throw new IllegalStateException("not set up");
    }

    @Override
    public void check(long appended) {
      throw new IllegalStateException("not set up");
    }

    @Override
    public void close() {}
  }
}
