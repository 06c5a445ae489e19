package io.strongroom.benchmarks.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
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
 * Question: how long does it take to encrypt, and decrypt, a MiB of 64 MiB through a stream, and
 * how much of what the JDK's AES-GCM allows is that?
 *
 * <p>Command: {@code benchmarks/compare encrypt-64MiB decrypt-64MiB}. The application writes pieces
 * of 64 KiB and reads into a buffer of 1 MiB; the sink throws the message away.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(StreamBenchmark.MEBIBYTES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class StreamBenchmark {
  static final int MEBIBYTES = 64;

  /** Calls of 1 KiB that let the JIT compiler reach the JDK's fast AES-GCM in every contender. */
  private static final int WARMING_CALLS = 20_000;

  /** The contender to time. */
  @Param({"strongroom", "limit", "aws-encryption-sdk", "tink", "bouncycastle"})
  public String contender = "strongroom";

  /** Plaintext bytes of a frame, for the contenders that let one choose. */
  @Param("16384")
  public int frameLength = 16384;

  /** Cores that the contender may use: two of them are two contenders where it has one thread. */
  @Param("1")
  public int cores = 1;

  private final byte[] buffer = new byte[1 << 20];
  private Contender timed = new LimitContender("limit", null, new byte[32], frameLength);
  private byte[] plaintext = new byte[0];
  private byte[] message = new byte[0];

  /** Lets all contenders through the correctness gate, or fails; then prepares one of them. */
  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(64);
    byte[] small = new byte[5 * frameLength + 7];
    random.nextBytes(small);
    CorrectnessGate.check(Contenders.all(frameLength, cores), small);

    timed = Contenders.named(contender, frameLength, cores);
    LimitContender warm = new LimitContender("warm", null, new byte[32], 1024);
    byte[] kibibyte = new byte[1024];
    for (int i = 0; i < WARMING_CALLS; i++) {
      warm.decrypt(warm.encrypt(kibibyte));
    }
    plaintext = new byte[MEBIBYTES << 20];
    random.nextBytes(plaintext);
    CorrectnessGate.check(List.of(timed), plaintext);
    message = timed.encrypt(plaintext);
  }

  /** Encrypts 64 MiB; the message goes nowhere. */
  @Benchmark
  public void encrypt64MiB() throws IOException {
    timed.encrypt(plaintext, OutputStream.nullOutputStream());
  }

  /** Decrypts 64 MiB into a buffer that is used again and again. */
  @Benchmark
  public void decrypt64MiB() throws IOException {
    timed.decrypt(new ByteArrayInputStream(message), buffer, OutputStream.nullOutputStream());
  }
}
