package io.strongroom.benchmarks.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how long does a process that has just started take for a MiB of its first 256 MiB, all
 * of its own making ready included?
 *
 * <p>Command: {@code benchmarks/compare cold-256MiB}. No correctness gate runs in the timed
 * process, because it would warm it up; that of {@link StreamBenchmark} checks the same contenders.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(ColdBenchmark.MEBIBYTES)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 5, jvmArgs = "-Xmx1g")
public class ColdBenchmark {
  static final int MEBIBYTES = 256;
  private static final int FRAME = 16 * 1024;
  private static final int PART = 64;

  /** The contender to time. */
  @Param({"strongroom", "limit", "aws-encryption-sdk", "tink"})
  public String contender = "strongroom";

  private byte[] plaintext = new byte[0];

  /** Makes the plaintext and loads no class of any contender. */
  @Setup(Level.Trial)
  public void prepare() {
    plaintext = new byte[PART << 20];
    new Random(64).nextBytes(plaintext);
  }

  /** Makes the contender and encrypts four messages of 64 MiB, which go nowhere. */
  @Benchmark
  public void first256MiB() throws IOException {
    Contender cold = Contenders.named(contender, FRAME, 1);
    for (int done = 0; done < MEBIBYTES; done += PART) {
      cold.encrypt(plaintext, OutputStream.nullOutputStream());
    }
  }
}
