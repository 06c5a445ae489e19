package io.strongroom.benchmarks.crypto;

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
 * Question: how many MiB a second does one thread encrypt, and decrypt, in one array of 64 MiB, and
 * how much of what the JDK's AES-GCM allows is that?
 *
 * <p>Command, after {@code mvn -q -Dquick package -pl benchmarks -am}:
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar EnvelopeBenchmark
 * }</pre>
 *
 * <p>An operation is one MiB. Contenders: {@code strongroom}; {@code limit}, bare AES-GCM calls of
 * the JDK on frames of the same length; {@code aws-encryption-sdk}. Compare figures of one run
 * only. {@code -p frameLength=4096} gives the Encryption SDK its own default frame.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(EnvelopeBenchmark.MEBIBYTES)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class EnvelopeBenchmark {
  static final int MEBIBYTES = 64;

  /** The contender to time. */
  @Param({"strongroom", "limit", "aws-encryption-sdk"})
  public String contender = "strongroom";

  /** Plaintext bytes of a frame. */
  @Param("16384")
  public int frameLength = 16384;

  private Contender timed = new LimitContender(new byte[32], frameLength);
  private byte[] plaintext = new byte[0];
  private byte[] message = new byte[0];

  /** Lets all contenders through the correctness gate, or fails; then prepares one of them. */
  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(64);
    byte[] small = new byte[5 * frameLength + 7];
    random.nextBytes(small);
    List<Contender> contenders = Contenders.all(frameLength);
    CorrectnessGate.check(contenders, small);

    timed =
        contenders.stream()
            .filter(candidate -> candidate.name().equals(contender))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no contender " + contender));
    plaintext = new byte[MEBIBYTES << 20];
    random.nextBytes(plaintext);
    CorrectnessGate.check(List.of(timed), plaintext);
    message = timed.encrypt(plaintext);
  }

  /** Encrypts 64 MiB into a new array. */
  @Benchmark
  public byte[] encrypt64MiB() {
    return timed.encrypt(plaintext);
  }

  /** Decrypts 64 MiB into a new array. */
  @Benchmark
  public byte[] decrypt64MiB() {
    return timed.decrypt(message);
  }
}
