package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * Question: how many rows a second does a reader of Parquet get through, of two million
 * transactions in nine columns that parquet-avro wrote to the local disk?
 *
 * <p>Command: {@code benchmarks/compare parquet-read-snappy parquet-read-snappy-encrypted
 * parquet-read-projection}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ParquetReadBenchmark.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms3g", "-Xmx3g"})
public class ParquetReadBenchmark {
  static final int ROWS = 2_000_000;
  private static final int GATE_ROWS = 5_000;

  /** The contender to time. */
  @Param({"strongroom", "parquet-avro", "duckdb"})
  public String contender = "strongroom";

  /** What is read. */
  @Param("SNAPPY")
  public ReadTask task = ReadTask.SNAPPY;

  private Path file = Path.of("");
  private Instant from = Instant.EPOCH;
  private Instant to = Instant.EPOCH;
  private ReadContender timed = new StrongroomReadContender(ReadTask.SNAPPY);

  /** Lets the contender through the correctness gate, or fails; then makes the file. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    timed = ReadContenders.named(contender, task);
    ReadGate.check(timed, task, Transactions.rows(GATE_ROWS));
    List<Transaction> rows = Transactions.rows(ROWS);
    Instant[] times = ReadGate.hundredth(rows);
    from = times[0];
    to = times[1];
    file = Files.createTempFile("rows", ".parquet");
    ReadGate.write(task, rows, file);
  }

  /**
   * Reads the file.
   *
   * @return what it holds, as one number
   */
  @Benchmark
  public long read() throws IOException {
    return timed.read(file, from, to);
  }

  /** Removes the file. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    Files.delete(file);
  }
}
