package io.strongroom.benchmarks.crypto;

import java.io.IOException;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how long does it take to read 4 KiB anywhere in a message of 64 MiB whose frames hold 4
 * KiB, with opening it and when it is open?
 *
 * <p>Command: {@code benchmarks/compare range-4KiB range-4KiB-open}. The message lies in memory;
 * the 4 KiB are almost always parts of two frames. The limit is the JDK's AES-GCM over these two.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class RangeBenchmark {
  private static final int LENGTH = 64 << 20;
  private static final int RANGE = 4096;

  /** The contender to time. */
  @Param({"strongroom", "limit", "aws-encryption-sdk", "tink"})
  public String contender = "strongroom";

  /** Cores that the contender may use; none uses more than one for so little. */
  @Param("1")
  public int cores = 1;

  private final Random random = new Random(4);
  private final byte[] read = new byte[RANGE];
  private RangeContender timed = Contenders.ofRanges("limit", RANGE);
  private byte[] message = new byte[0];
  private RangeContender.Range opened = (offset, into) -> {};

  /** Checks that every part is the plaintext's and that the contender refuses a changed one. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    timed = Contenders.ofRanges(contender, RANGE);
    byte[] plaintext = new byte[LENGTH];
    random.nextBytes(plaintext);
    CorrectnessGate.check(List.of(timed), Arrays.copyOf(plaintext, 5 * RANGE + 7));
    message = timed.encrypt(plaintext);
    opened = timed.open(message);
    for (int i = 0; i < 100; i++) {
      int offset = i == 0 ? LENGTH - RANGE : random.nextInt(LENGTH - RANGE);
      opened.read(offset, read);
      if (!Arrays.equals(read, 0, RANGE, plaintext, offset, offset + RANGE)) {
        throw new IllegalStateException(contender + " reads something else at " + offset);
      }
    }
    byte[] changed = message.clone();
    changed[LENGTH / 2] ^= 1;
    if (accepts(changed, LENGTH / 2 - 64 * RANGE)) {
      throw new IllegalStateException(contender + " reads a changed part");
    }
  }

  /** Reads on from an offset: a byte of the message stands before the same one of the plaintext. */
  private boolean accepts(byte[] changed, int offset) {
    try {
      RangeContender.Range range = timed.open(changed);
      for (int i = 0; i < 128; i++) {
        range.read(offset + i * RANGE, read);
      }
      return true;
    } catch (IOException | RuntimeException refused) {
      return false;
    }
  }

  /** Opens the message and reads a part of it. */
  @Benchmark
  public byte[] openAndRead4KiB() throws IOException {
    timed.open(message).read(random.nextInt(LENGTH - RANGE), read);
    return read;
  }

  /** Reads a part of the message that is open. */
  @Benchmark
  public byte[] read4KiB() throws IOException {
    opened.read(random.nextInt(LENGTH - RANGE), read);
    return read;
  }
}
