package io.strongroom.benchmarks.crypto;

import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how long does it take to make, and to read, a message of 4 KiB: under a data key of its
 * own, which a key in memory wraps; with a data key that is cached; signed, in suite 0x0578?
 *
 * <p>Command: {@code benchmarks/compare message-4KiB message-4KiB-decrypt}, and the same with
 * {@code -cached} and {@code -signed} behind {@code 4KiB}. The limit is one call of the JDK's
 * AES-GCM under a key that stays.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class MessageBenchmark {
  /** The contender to time. */
  @Param({"strongroom", "limit", "aws-encryption-sdk", "tink"})
  public String contender = "strongroom";

  /** Cores that the contender may use; none uses more than one for so small a message. */
  @Param("1")
  public int cores = 1;

  /** What kind of message. */
  @Param("own-key")
  public String kind = "own-key";

  private final byte[] plaintext = new byte[4096];
  private MessageContender timed = MessageContender.named("limit", "own-key");
  private byte[] message = new byte[0];

  /** Checks that the contender encrypts, decrypts and refuses a changed message. */
  @Setup(Level.Trial)
  public void prepare() {
    new Random(4).nextBytes(plaintext);
    timed = MessageContender.named(contender, kind);
    message = timed.encrypt(plaintext);
    byte[] changed = message.clone();
    changed[changed.length / 2] ^= 1;
    if (!Arrays.equals(timed.decrypt(message), plaintext) || accepts(changed)) {
      throw new IllegalStateException(contender + " does not encrypt with authentication");
    }
  }

  private boolean accepts(byte[] changed) {
    try {
      timed.decrypt(changed);
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  /** Makes a message. */
  @Benchmark
  public byte[] encrypt4KiB() {
    return timed.encrypt(plaintext);
  }

  /** Reads a message. */
  @Benchmark
  public byte[] decrypt4KiB() {
    return timed.decrypt(message);
  }
}
