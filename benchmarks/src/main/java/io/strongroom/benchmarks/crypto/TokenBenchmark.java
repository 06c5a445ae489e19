package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.token.PackedColumn;
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
 * Question: how many card numbers of 16 digits become tokens by FF1 under AES-256 in a second, one
 * at a time as text and in columns of 4,096?
 *
 * <p>Command: {@code benchmarks/compare ff1-pan ff1-pan-column}. The limit is the ten applications
 * of the JDK's AES that each number needs, one block a call, or 256 blocks a call in columns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class TokenBenchmark {
  private static final int COLUMN = 4096;

  /** The contender to time. */
  @Param({"strongroom", "limit", "bouncycastle"})
  public String contender = "strongroom";

  /** Cores that the contender may use; a tokenizer leaves threads to its caller. */
  @Param("1")
  public int cores = 1;

  private final String[] numbers = new String[COLUMN];
  private final PackedColumn column = new PackedColumn();
  private final PackedColumn tokens = new PackedColumn();
  private TokenContender timed = TokenContenders.all().get(0);
  private int next;

  /** Checks that all contenders make the same tokens and turn them back. */
  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(16);
    for (int row = 0; row < COLUMN; row++) {
      StringBuilder number = new StringBuilder();
      random.ints(TokenContenders.DIGITS, 0, 10).forEach(number::append);
      numbers[row] = number.toString();
      column.add(numbers[row]);
    }
    List<TokenContender> contenders = TokenContenders.all();
    TokenGate.check(contenders, column);
    timed =
        contenders.stream()
            .filter(candidate -> candidate.name().equals(contender))
            .findFirst()
            .orElseThrow();
  }

  /** Makes one token. */
  @Benchmark
  public String ff1Pan() {
    next = (next + 1) & (COLUMN - 1);
    return timed.tokenize(numbers[next]);
  }

  /** Makes the tokens of a column. */
  @Benchmark
  @OperationsPerInvocation(COLUMN)
  public PackedColumn ff1PanColumn() {
    timed.tokenize(column, tokens);
    return tokens;
  }
}
