package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Question: how many rows a second does a writer of Parquet take, of two million transactions in
 * nine columns, into a file on the local disk?
 *
 * <p>Command: {@code benchmarks/compare parquet-write-snappy parquet-write-bytes}. The size of the
 * file is printed at the end of each process.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ParquetWriteBenchmark.ROWS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms3g", "-Xmx3g"})
public class ParquetWriteBenchmark {
  static final int ROWS = 2_000_000;
  private static final int GATE_ROWS = 5_000;

  /** The contender to time. */
  @Param({
    "strongroom",
    "strongroom-single-page",
    "strongroom-zstd3",
    "parquet-avro",
    "parquet-avro-plain",
    "duckdb",
    "spark"
  })
  public String contender = "strongroom";

  /** What is written from what. */
  @Param("SNAPPY")
  public WriteTask task = WriteTask.SNAPPY;

  /** Cores that the contender may use. */
  @Param("1")
  public int cores = 1;

  private Path file = Path.of("");
  private WriteContender timed =
      new StrongroomWriteContender(
          "none",
          WriteTask.SNAPPY,
          io.strongroom.storage.parquet.ParquetLayout.STANDARD,
          1,
          1,
          List.of(),
          null);

  /** Lets the contender through the correctness gate, or fails; then makes its rows. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    List<Transaction> few = Transactions.rows(GATE_ROWS);
    try (WriteContender gated =
        WriteContenders.named(contender, task, cores, few, new EncodedRows(few))) {
      WriteGate.check(gated, few);
    }
    List<Transaction> rows = Transactions.rows(ROWS);
    EncodedRows encoded = task.fromBytes() ? new EncodedRows(rows) : null;
    timed =
        WriteContenders.named(contender, task, cores, encoded == null ? rows : List.of(), encoded);
    file = Files.createTempFile("rows", ".parquet");
    Files.delete(file);
  }

  /**
   * Writes the file.
   *
   * @return its size
   */
  @Benchmark
  public long write() throws IOException {
    Files.deleteIfExists(file);
    timed.write(file);
    return Files.size(file);
  }

  /** Says how large the file became and removes it. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    System.out.printf("%s %s: %,d bytes%n", contender, task, Files.size(file));
    Files.delete(file);
    timed.close();
  }
}
