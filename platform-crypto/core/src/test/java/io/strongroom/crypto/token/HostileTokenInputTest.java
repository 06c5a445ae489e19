package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and tokens that nobody should send: typed errors with a row, and no word of the value. */
@Tag("verify")
class HostileTokenInputTest {
  private static final String MARKER = "7303519";

  /** All kinds that have a way back. */
  static Stream<TokenPolicy> reversible() {
    return Stream.of(
        new Ff1Policy("p", TokenPolicy.DIGITS, " -", 12, 19, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS, " -", 6, 4, 16, 19, 1),
        new Ff1Policy("p", TokenPolicy.DIGITS_AND_CAPITALS + "\u00e9", "-", 12, 40, 1),
        new CardPolicy("p", 6, 4, 1),
        new CardPolicy("p", 0, 0, CheckDigits.VALID, 1),
        new IbanPolicy("p", 1),
        new JoinKeyPolicy("p", 1));
  }

  private static List<String> hostile() {
    return List.of(
        "\ud83d" + MARKER + "123456789",
        MARKER + "\ude00" + "12345678",
        MARKER + "123456789\ud83d",
        "\ude00\ud83d",
        "\u0664\u0661\u0661\u0661" + MARKER + "\u0661\u0661\u0661\u0661",
        "\uff14" + MARKER + "\uff11\uff11\uff11\uff11",
        "\u0000" + MARKER + "12345678",
        "\ufeff" + MARKER + "12345678",
        MARKER + "/12345678",
        MARKER + ":12345678",
        MARKER + "\n12345678",
        MARKER.repeat(200_000),
        " ".repeat(1_000_000) + MARKER,
        "-".repeat(500));
  }

  @ParameterizedTest
  @MethodSource("reversible")
  void tokensThatAreNoneAreRefusedWithoutAWordOfThem(TokenPolicy policy) {
    Tokenizer tokenizer = tokenizer(policy);
    DetokenizationScope scope = DetokenizationScope.allowing("p");
    for (String bad : hostile()) {
      assertRefused(() -> tokenizer.detokenize(bad, scope));
      assertDenied(() -> tokenizer.detokenize(bad, DetokenizationScope.none()));
    }
  }

  @ParameterizedTest
  @MethodSource("reversible")
  void valuesThatAreNoneAreRefusedWithoutAWordOfThem(TokenPolicy policy) {
    if (policy instanceof JoinKeyPolicy) {
      return; // it takes any text; what is none of it is in its own test
    }
    Tokenizer tokenizer = tokenizer(policy);
    for (String bad : hostile()) {
      assertThat(tokenizer.accepts(bad)).isFalse();
      assertRefused(() -> tokenizer.tokenize(bad));
    }
  }

  @ParameterizedTest
  @MethodSource("reversible")
  void aColumnWithOneOfThemHasNoTokensAndNamesItsRow(TokenPolicy policy) {
    Tokenizer tokenizer = tokenizer(policy);
    String value = policy instanceof IbanPolicy ? "GB82WEST12345698765432" : "4111111111111111";
    String token = tokenizer.tokenize(value);
    PackedColumn result = new PackedColumn();
    for (String bad : hostile()) {
      PackedColumn tokens = PackedColumn.of(List.of(token, token));
      try {
        tokens.add(bad);
      } catch (IllegalArgumentException halfAPair) {
        assertThat(halfAPair).hasMessageNotContaining(MARKER);
        continue;
      }
      tokens.add(token);
      assertThatThrownBy(
              () -> tokenizer.detokenize(tokens, result, DetokenizationScope.allowing("p")))
          .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(2))
          .satisfies(HostileTokenInputTest::showsNothing);
      assertThat(result.size()).isZero();
      assertThat(result.bytes()).containsOnly(0);
    }
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            TokenInputException.class,
            e -> {
              assertThat(e.category()).isIn(ErrorCategory.INPUT, ErrorCategory.INTEGRITY);
              assertThat(e.row()).isEmpty();
            })
        .satisfies(HostileTokenInputTest::showsNothing);
  }

  private static void assertDenied(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(DetokenizationDeniedException.class)
        .satisfies(HostileTokenInputTest::showsNothing);
  }

  /** Neither the exception nor any of its causes. */
  private static void showsNothing(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    assertThat(text.toString()).doesNotContain(MARKER, "\u0664", "\uff14");
    assertThat(text.toString().length()).isLessThan(20_000);
  }

  private static Tokenizer tokenizer(TokenPolicy policy) {
    byte[] key = new byte[policy instanceof JoinKeyPolicy ? 64 : 32];
    new Random(99).nextBytes(key);
    return TokenKey.tokenizer(policy, "", key, TokenKey.separation(policy, ""));
  }
}
