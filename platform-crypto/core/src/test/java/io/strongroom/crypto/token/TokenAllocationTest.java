package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a token costs in memory: one at a time the text of the token and nothing else, in columns
 * nothing.
 */
@Tag("verify")
class TokenAllocationTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("p");
  private static final int VALUES = 2000;
  private static final int ROUNDS = 5;

  private final String[] results = new String[VALUES];

  /** A string of ASCII: 24 bytes, and an array of 16 and its characters, to a multiple of 8. */
  static Stream<Arguments> policies() {
    return Stream.of(
        Arguments.of(new Ff1Policy("p", TokenPolicy.DIGITS, "", 16, 16, 1), cards(15), 56),
        Arguments.of(new Ff1Policy("p", TokenPolicy.DIGITS, " ", 6, 4, 16, 16, 1), cards(15), 56),
        Arguments.of(new CardPolicy("p", 6, 4, 1), cards(15), 56),
        Arguments.of(new CardPolicy("p", 0, 4, 1), cards(18), 64),
        Arguments.of(new IbanPolicy("p", 1), ibans(), 64));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aTokenAloneCostsItsText(TokenPolicy policy, List<String> values, int text) {
    Tokenizer tokenizer = tokenizer(policy);
    List<String> tokens = values.stream().map(tokenizer::tokenize).toList();
    assertThat(perToken(() -> each(values, tokenizer::tokenize))).isBetween(text - 0.5, text + 0.5);
    assertThat(perToken(() -> each(tokens, token -> tokenizer.detokenize(token, SCOPE))))
        .isBetween(text - 0.5, text + 0.5);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aTokenInAColumnCostsNothing(TokenPolicy policy, List<String> values, int text) {
    Tokenizer tokenizer = tokenizer(policy);
    PackedColumn column = PackedColumn.of(values);
    PackedColumn tokens = new PackedColumn();
    PackedColumn back = new PackedColumn();
    assertThat(perToken(() -> tokenizer.tokenize(column, tokens))).isLessThan(0.5);
    assertThat(perToken(() -> tokenizer.detokenize(tokens, back, SCOPE))).isLessThan(0.5);
    assertThat(back.toList()).isEqualTo(values);
    assertThat(text).isGreaterThan(values.get(0).length());
  }

  /** Keeps the results, so that the compiler cannot leave their texts out. */
  private void each(List<String> values, UnaryOperator<String> work) {
    for (int i = 0; i < VALUES; i++) {
      results[i] = work.apply(values.get(i));
    }
  }

  /** Bytes that this thread allocates for a value, after a first time that fills what is kept. */
  private static double perToken(Runnable work) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    work.run();
    work.run();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < ROUNDS; i++) {
      work.run();
    }
    return (threads.getThreadAllocatedBytes(thread) - before) / (double) (ROUNDS * VALUES);
  }

  private static List<String> cards(int digits) {
    Random random = new Random(5);
    return Stream.generate(() -> ColumnTest.luhn(random, digits)).limit(VALUES).toList();
  }

  private static List<String> ibans() {
    List<String> ibans = new ArrayList<>();
    Random random = new Random(6);
    while (ibans.size() < VALUES) {
      StringBuilder account = new StringBuilder();
      random.ints(18, 0, 10).forEach(account::append);
      ibans.add(IbanPolicyTest.iban("DE", account.toString()));
    }
    return ibans;
  }

  private static Tokenizer tokenizer(TokenPolicy policy) {
    byte[] key = new byte[32];
    new Random(99).nextBytes(key);
    return TokenKey.tokenizer(policy, "", key, TokenKey.separation(policy, ""));
  }
}
