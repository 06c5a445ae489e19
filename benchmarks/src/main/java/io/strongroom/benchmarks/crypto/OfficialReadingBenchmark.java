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
 * Question: how fast does the AWS Encryption SDK for Java read what a contender wrote?
 *
 * <p>Command: {@code benchmarks/compare sdk-reads-64MiB}. Strongroom's message has its default
 * frames of 16 KiB, the SDK's own has its default frames of 4 KiB; both are streamed through the
 * SDK's decrypting stream into a buffer of 1 MiB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(StreamBenchmark.MEBIBYTES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class OfficialReadingBenchmark {
  /** Who wrote the message. */
  @Param({"strongroom", "aws-encryption-sdk"})
  public String contender = "strongroom";

  /** Cores that the writer may use; the reader has one thread. */
  @Param("1")
  public int cores = 1;

  private final byte[] buffer = new byte[1 << 20];
  private final Contender reader = Contenders.named("aws-encryption-sdk", 4096, 1);
  private byte[] message = new byte[0];

  /** Checks that the SDK reads the writer's messages and refuses changed ones, then writes one. */
  @Setup(Level.Trial)
  public void prepare() {
    Contender writer = Contenders.named(contender, 16384, cores);
    byte[] plaintext = new byte[StreamBenchmark.MEBIBYTES << 20];
    new Random(64).nextBytes(plaintext);
    CorrectnessGate.check(List.of(writer, reader), plaintext);
    message = writer.encrypt(plaintext);
  }

  /** The SDK decrypts 64 MiB into a buffer that is used again and again. */
  @Benchmark
  public void read64MiB() throws IOException {
    reader.decrypt(new ByteArrayInputStream(message), buffer, OutputStream.nullOutputStream());
  }
}
