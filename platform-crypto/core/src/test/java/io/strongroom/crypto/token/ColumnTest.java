package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns give what single values give, which other tests compare with other implementations. */
@Tag("verify")
class ColumnTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("p");

  static List<TokenPolicy> policies() {
    StringBuilder wide = new StringBuilder();
    for (char c = 0x4e00; c < 0x4e00 + 600; c++) {
      wide.append(c);
    }
    StringBuilder ascii = new StringBuilder();
    for (char c = 0; c < 0x80; c++) {
      ascii.append(c);
    }
    return List.of(
        new Ff1Policy("p", TokenPolicy.DIGITS, " -", 6, 80, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS_AND_CAPITALS, "-_", 4, 64, 1),
        new Ff1Policy("p", "01", "", 20, 200, 1),
        new Ff1Policy("p", ascii.toString(), "", 3, 40, 1),
        new Ff1Policy("p", ascii.substring(0, 127), "\u007f", 3, 40, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS, " ", 6, 4, 16, 60, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS_AND_CAPITALS, "-", 20, 20, 44, 90, 1),
        new Ff1Policy("p", wide.toString(), "-", 1, 1, 5, 40, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS, "\u20ac", 6, 30, 1));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aColumnOfMixedLengthsGivesTheTokensOfItsValues(Ff1Policy policy) {
    Random random = new Random(policy.alphabet().length());
    Tokenizer tokenizer = tokenizer(policy);
    PackedColumn tokens = new PackedColumn();
    PackedColumn back = new PackedColumn();
    for (int size : new int[] {0, 1, 255, 256, 257, 1500}) {
      List<String> values = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        // Half of them of one length, so that its lane is filled and run more than once.
        int length =
            i % 2 == 0
                ? policy.minLength()
                : policy.minLength() + random.nextInt(policy.maxLength() - policy.minLength() + 1);
        values.add(value(random, policy, length));
        expected.add(tokenizer.tokenize(values.get(i)));
      }
      PackedColumn column = PackedColumn.of(values);
      tokenizer.tokenize(column, tokens);
      assertThat(tokens.toList()).isEqualTo(expected);
      assertThat(column.toList()).isEqualTo(values);
      tokenizer.detokenize(tokens, back, SCOPE);
      assertThat(back.toList()).isEqualTo(values);
    }
  }

  @Test
  void cardNumbersInAColumnAreThoseOfBouncyCastle() {
    byte[] key = new byte[32];
    Random random = new Random(16);
    random.nextBytes(key);
    Tokenizer tokenizer =
        TokenKey.tokenizer(
            new Ff1Policy("p", TokenPolicy.DIGITS, "", 16, 16, 1), "", key, new byte[0]);
    FPEFF1Engine oracle = new FPEFF1Engine();
    oracle.init(true, new FPEParameters(new KeyParameter(key), 10, new byte[0]));
    PackedColumn values = new PackedColumn();
    List<String> expected = new ArrayList<>();
    byte[] digits = new byte[16];
    byte[] out = new byte[16];
    for (int i = 0; i < 3000; i++) {
      for (int k = 0; k < 16; k++) {
        digits[k] = (byte) random.nextInt(10);
      }
      oracle.processBlock(digits, 0, 16, out, 0);
      values.add(text(digits));
      expected.add(text(out));
    }
    PackedColumn tokens = new PackedColumn();
    tokenizer.tokenize(values, tokens);
    assertThat(tokens.toList()).isEqualTo(expected);
  }

  @Test
  void aColumnOverArraysThatDoNotBeginAtZeroIsTheSame() {
    Tokenizer tokenizer = tokenizer(new Ff1Policy("p", TokenPolicy.DIGITS, "", 6, 20, 1));
    byte[] bytes = "xx12345678901234567890yy".getBytes(UTF_8);
    PackedColumn tokens = new PackedColumn();
    tokenizer.tokenize(PackedColumn.over(bytes, new int[] {2, 12, 22}, 2), tokens);
    String token = tokenizer.tokenize("1234567890");
    assertThat(tokens.toList()).containsExactly(token, token);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aValueOutsideThePolicyIsNamedByItsRowAndLeavesNoTokens(Ff1Policy policy) {
    Random random = new Random(3);
    Tokenizer tokenizer = tokenizer(policy);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      values.add(value(random, policy, policy.minLength() + i % 3));
    }
    PackedColumn tokens = new PackedColumn();
    String tooShort = value(random, policy, policy.minLength() - 1);
    String tooLong = value(random, policy, policy.maxLength() + 1);
    for (String bad : List.of(tooShort, tooLong, "", tooShort + "\u00e9\u00e9")) {
      values.set(600, bad);
      PackedColumn column = PackedColumn.of(values);
      assertThatThrownBy(() -> tokenizer.tokenize(column, tokens))
          .isInstanceOfSatisfying(
              TokenInputException.class,
              e -> {
                assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY);
                assertThat(e.row()).hasValue(600);
              })
          .hasMessageContaining("row 600");
      assertThat(tokens.size()).isZero();
      assertThat(tokens.bytes()).containsOnly(0);
    }
    // What was left in the lanes of the failed column must not show up in the next one.
    values.remove(600);
    tokenizer.tokenize(PackedColumn.of(values), tokens);
    assertThat(tokens.toList()).isEqualTo(values.stream().map(tokenizer::tokenize).toList());
    assertThatThrownBy(() -> tokenizer.tokenize(tooShort))
        .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).isEmpty());
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    List<Tokenizer> tokenizers = new ArrayList<>();
    policies().forEach(policy -> tokenizers.add(tokenizer(policy)));
    tokenizers.add(tokenizer(new CardPolicy("p", 6, 4, 1)));
    tokenizers.add(tokenizer(new IbanPolicy("p", 1)));
    tokenizers.add(tokenizer(new KeyedHashPolicy("p", 1)));
    tokenizers.add(tokenizer(new JoinKeyPolicy("p", 1)));
    tokenizers.add(Tokenizer.masking(MaskPolicy.ofLength("p", 1, 9, 1)));
    // A lone byte, half a surrogate pair, one byte too few, one character in more bytes than
    // needed.
    for (String hex : List.of("31ff", "31eda0bd", "31e282", "31c0b1")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      PackedColumn column = PackedColumn.over(bytes, new int[] {0, bytes.length}, 1);
      for (Tokenizer tokenizer : tokenizers) {
        assertThatThrownBy(() -> tokenizer.tokenize(column, new PackedColumn()))
            .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(0))
            .hasMessageNotContaining("31");
      }
    }
  }

  @Test
  void aColumnIsNotReplacedInPlace() {
    for (TokenPolicy policy :
        List.of(policies().get(0), new KeyedHashPolicy("p", 1), new JoinKeyPolicy("p", 1))) {
      PackedColumn column = PackedColumn.of(List.of("12345678"));
      Tokenizer tokenizer = tokenizer(policy);
      assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.tokenize(column, column));
      assertThat(column.toList()).containsExactly("12345678");
    }
  }

  @Test
  void threadsShareATokenizer() throws ExecutionException, InterruptedException {
    for (TokenPolicy policy :
        List.of(
            new Ff1Policy("p", TokenPolicy.DIGITS, " -", 6, 40, 1),
            new CardPolicy("p", 6, 3, 1),
            new KeyedHashPolicy("p", 1),
            new JoinKeyPolicy("p", 1))) {
      assertThreadsShare(tokenizer(policy));
    }
  }

  private static void assertThreadsShare(Tokenizer tokenizer)
      throws ExecutionException, InterruptedException {
    Random random = new Random(40);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(luhn(random, 14 + random.nextInt(5)));
    }
    PackedColumn column = PackedColumn.of(values);
    List<String> expected = values.stream().map(tokenizer::tokenize).toList();
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      List<Future<List<String>>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        results.add(
            threads.submit(
                () -> {
                  PackedColumn tokens = new PackedColumn();
                  tokenizer.tokenize(column, tokens);
                  return tokens.toList();
                }));
      }
      for (Future<List<String>> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Tokenizer tokenizer(TokenPolicy policy) {
    byte[] key = new byte[policy instanceof JoinKeyPolicy ? 64 : 32];
    new Random(99).nextBytes(key);
    return TokenKey.tokenizer(policy, "", key, TokenKey.separation(policy, ""));
  }

  private static String value(Random random, Ff1Policy policy, int length) {
    StringBuilder value = new StringBuilder();
    boolean kept = !policy.kept().isEmpty() && random.nextInt(3) == 0;
    for (int i = 0; i < length; i++) {
      if (kept && i % 4 == 3) {
        value.append(policy.kept().charAt(random.nextInt(policy.kept().length())));
      }
      value.append(policy.alphabet().charAt(random.nextInt(policy.alphabet().length())));
    }
    return value.toString();
  }

  static String luhn(Random random, int digits) {
    StringBuilder number = new StringBuilder();
    random.ints(digits, 0, 10).forEach(number::append);
    int sum = 0;
    for (int i = 0; i < digits; i++) {
      int digit = number.charAt(digits - 1 - i) - '0';
      sum += i % 2 == 1 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
    }
    return number.append((10 - sum % 10) % 10).toString();
  }

  private static String text(byte[] digits) {
    StringBuilder text = new StringBuilder();
    for (byte digit : digits) {
      text.append(digit);
    }
    return text.toString();
  }
}
