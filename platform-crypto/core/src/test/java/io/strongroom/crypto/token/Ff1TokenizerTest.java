package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class Ff1TokenizerTest {
  private static final TokenPolicy IBAN =
      new TokenPolicy("iban", TokenPolicy.DIGITS_AND_CAPITALS, " ", 15, 34, 1);
  private static final TokenPolicy CARD =
      new TokenPolicy("card", TokenPolicy.DIGITS, " -", 12, 19, 1);
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final Tokenizer card = new Ff1Tokenizer(CARD, KEY, new byte[0]);
  private final Tokenizer iban = new Ff1Tokenizer(IBAN, KEY, new byte[0]);

  @Test
  void tokensTurnBackIntoTheirValues() {
    Random random = new Random(1);
    Set<String> tokens = new HashSet<>();
    Set<String> values = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      String value = digits(random, 12 + random.nextInt(8));
      String token = card.tokenize(value);
      assertThat(token).hasSameSizeAs(value).containsOnlyDigits();
      assertThat(card.detokenize(token)).isEqualTo(value);
      values.add(value);
      tokens.add(token);
    }
    assertThat(tokens).hasSameSizeAs(values);
  }

  @Test
  void keptCharactersStayWhereTheyAreAndDoNotChangeTheRest() {
    String plain = card.tokenize("4111111111111111");
    String spaced = card.tokenize("4111 1111-1111 1111");
    assertThat(spaced).matches("[0-9]{4} [0-9]{4}-[0-9]{4} [0-9]{4}");
    assertThat(spaced.replaceAll("[ -]", "")).isEqualTo(plain);
    assertThat(card.detokenize(spaced)).isEqualTo("4111 1111-1111 1111");

    String token = iban.tokenize("PL61 1090 1014 0000 0712 1981 2874");
    assertThat(token).matches("([0-9A-Z]{4} ){6}[0-9A-Z]{4}");
    assertThat(iban.detokenize(token)).isEqualTo("PL61 1090 1014 0000 0712 1981 2874");
  }

  @Test
  void tokensAreThoseOfFf1UnderTheKeyAndTweak() {
    byte[] tweak = {1, 2, 3};
    int[] digits = {4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    new Ff1(KEY, 10, tweak).encrypt(digits, digits.length);
    StringBuilder expected = new StringBuilder();
    for (int digit : digits) {
      expected.append(digit);
    }
    assertThat(new Ff1Tokenizer(CARD, KEY, tweak).tokenize("4111111111111111"))
        .isEqualTo(expected.toString());
  }

  @Test
  void anotherKeyOrTweakGivesOtherTokens() {
    byte[] other = KEY.clone();
    other[0] ^= 1;
    String token = card.tokenize("4111111111111111");
    assertThat(new Ff1Tokenizer(CARD, other, new byte[0]).tokenize("4111111111111111"))
        .isNotEqualTo(token);
    assertThat(new Ff1Tokenizer(CARD, KEY, new byte[] {0}).tokenize("4111111111111111"))
        .isNotEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "41111111111",
        "41111111111111111111",
        "411111111111111X",
        "4111\u00a01111",
        "4111111111111111\ud83d\ude00",
        "411111111111 - - - - - - - - - - - - - - -",
        "\uffff11111111111111"
      })
  void valuesOutsideThePolicyAreInputErrorsThatShowNothingOfThem(String value) {
    for (boolean forth : new boolean[] {true, false}) {
      assertThatThrownBy(() -> run(forth, value))
          .isInstanceOfSatisfying(
              TokenInputException.class,
              e -> {
                assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY);
                assertThat(e.category()).isEqualTo(ErrorCategory.INPUT);
              })
          .hasMessageContaining("policy card")
          .hasMessageNotContainingAny("4111", "X", "\u00a0", "\ud83d");
    }
  }

  private String run(boolean forth, String value) {
    return forth ? card.tokenize(value) : card.detokenize(value);
  }

  @Test
  void aRefusedValueLeavesTheTokenizerUsable() {
    String before = card.tokenize("4111111111111111");
    assertThatThrownBy(() -> card.tokenize("999999999999999X"))
        .isInstanceOf(TokenInputException.class);
    assertThat(card.tokenize("4111111111111111")).isEqualTo(before);
  }

  @Test
  void manyThreadsGetTheSameTokensAsOne() throws ExecutionException, InterruptedException {
    Random random = new Random(7);
    List<String> values = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      values.add(digits(random, 12 + random.nextInt(8)));
      tokens.add(card.tokenize(values.get(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(40);
    try {
      List<Future<List<String>>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        results.add(threads.submit(() -> values.stream().map(card::tokenize).toList()));
      }
      for (Future<List<String>> result : results) {
        assertThat(result.get()).isEqualTo(tokens);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void longValuesAndLargeAlphabetsWork() {
    StringBuilder letters = new StringBuilder();
    for (char c = 0x4e00; c < 0x4e00 + 1000; c++) {
      letters.append(c);
    }
    TokenPolicy policy = new TokenPolicy("names", letters.toString(), "", 2, 1024, 1);
    Tokenizer tokenizer = new Ff1Tokenizer(policy, KEY, new byte[0]);
    String value = letters.toString();
    String token = tokenizer.tokenize(value);
    assertThat(token).hasSize(1000).isNotEqualTo(value);
    assertThat(tokenizer.detokenize(token)).isEqualTo(value);
    assertThat(tokenizer.detokenize(tokenizer.tokenize(value.substring(0, 2))))
        .isEqualTo(value.substring(0, 2));
  }

  @Test
  void policiesThatCannotBeAreRefusedByNameOfTheComponent() {
    assertPolicyRefused("name", "", "0123456789", "", 6, 10, 1);
    assertPolicyRefused("name", "Card Number", "0123456789", "", 6, 10, 1);
    assertPolicyRefused("alphabet", "p", "0", "", 6, 10, 1);
    assertPolicyRefused("alphabet", "p", "01234567899", "", 6, 10, 1);
    assertPolicyRefused("alphabet", "p", "01234567\ud83d\ude00", "", 6, 10, 1);
    assertPolicyRefused("kept", "p", "0123456789", " 5", 6, 10, 1);
    assertPolicyRefused("minLength", "p", "0123456789", "", 5, 10, 1);
    assertPolicyRefused("maxLength", "p", "0123456789", "", 7, 6, 1);
    assertPolicyRefused("maxLength", "p", "0123456789", "", 7, 1025, 1);
    assertPolicyRefused("keyVersion", "p", "0123456789", "", 6, 10, 0);
  }

  @Test
  void keysOfAnotherLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ff1Tokenizer(CARD, new byte[16], new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ff1Tokenizer(CARD, KEY, new byte[65537]));
  }

  private static void assertPolicyRefused(
      String component, String name, String alphabet, String kept, int min, int max, int version) {
    assertThatThrownBy(() -> new TokenPolicy(name, alphabet, kept, min, max, version))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID))
        .hasMessageContaining(component);
  }

  private static String digits(Random random, int length) {
    StringBuilder digits = new StringBuilder();
    random.ints(length, 0, 10).forEach(digits::append);
    return digits.toString();
  }
}
