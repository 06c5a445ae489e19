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
 * Question: what does Modular Encryption cost the first file that a process writes, of two million
 * transactions from objects, all of its own making ready included?
 *
 * <p>Command: {@code benchmarks/compare parquet-first-file}. No correctness gate runs in the timed
 * process, because it would warm it up; that of {@link ParquetWriteBenchmark} checks the same
 * contenders.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ParquetWriteBenchmark.ROWS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 5,
    jvmArgs = {"-Xms3g", "-Xmx3g"})
public class FirstFileBenchmark {
  private static final String SEALED = "strongroom";

  /** The contender to time: encrypted, or in the clear. */
  @Param({SEALED, "strongroom-plain"})
  public String contender = SEALED;

  private List<Transaction> rows = List.of();
  private Path file = Path.of("");

  /** Makes the rows and loads no class of the writer. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    rows = Transactions.rows(ParquetWriteBenchmark.ROWS);
    file = Files.createTempFile("first", ".parquet");
  }

  /** Makes the writer and writes the file. */
  @Benchmark
  public void firstFile() throws IOException {
    WriteTask task = contender.equals(SEALED) ? WriteTask.SNAPPY_ENCRYPTED : WriteTask.SNAPPY;
    try (WriteContender cold = WriteContenders.named(SEALED, task, 1, rows, null)) {
      cold.write(file);
    }
  }

  /** Removes the file. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    Files.delete(file);
  }
}
