package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class FormatTokenizerTest {
  private static final Ff1Policy IBAN =
      new Ff1Policy("iban", TokenPolicy.DIGITS_AND_CAPITALS, " ", 15, 34, 1);
  private static final Ff1Policy CARD = new Ff1Policy("card", TokenPolicy.DIGITS, " -", 12, 19, 1);
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final DetokenizationScope SCOPE =
      DetokenizationScope.allowing("card", "iban", "names");

  private final Tokenizer card = TokenKey.tokenizer(CARD, "", KEY, new byte[0]);
  private final Tokenizer iban = TokenKey.tokenizer(IBAN, "", KEY, new byte[0]);

  @Test
  void tokensTurnBackIntoTheirValues() {
    Random random = new Random(1);
    Set<String> tokens = new HashSet<>();
    Set<String> values = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      String value = digits(random, 12 + random.nextInt(8));
      String token = card.tokenize(value);
      assertThat(token).hasSameSizeAs(value).containsOnlyDigits();
      assertThat(card.detokenize(token, SCOPE)).isEqualTo(value);
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
    assertThat(card.detokenize(spaced, SCOPE)).isEqualTo("4111 1111-1111 1111");

    String token = iban.tokenize("PL61 1090 1014 0000 0712 1981 2874");
    assertThat(token).matches("([0-9A-Z]{4} ){6}[0-9A-Z]{4}");
    assertThat(iban.detokenize(token, SCOPE)).isEqualTo("PL61 1090 1014 0000 0712 1981 2874");
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
    assertThat(TokenKey.tokenizer(CARD, "", KEY, tweak).tokenize("4111111111111111"))
        .isEqualTo(expected.toString());
  }

  @Test
  void anotherKeyOrTweakGivesOtherTokens() {
    byte[] other = KEY.clone();
    other[0] ^= 1;
    String token = card.tokenize("4111111111111111");
    assertThat(TokenKey.tokenizer(CARD, "", other, new byte[0]).tokenize("4111111111111111"))
        .isNotEqualTo(token);
    assertThat(TokenKey.tokenizer(CARD, "", KEY, new byte[] {0}).tokenize("4111111111111111"))
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
    return forth ? card.tokenize(value) : card.detokenize(value, SCOPE);
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
    Ff1Policy policy = new Ff1Policy("names", letters.toString(), "", 2, 1024, 1);
    Tokenizer tokenizer = TokenKey.tokenizer(policy, "", KEY, new byte[0]);
    String value = letters.toString();
    String token = tokenizer.tokenize(value);
    assertThat(token).hasSize(1000).isNotEqualTo(value);
    assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo(value);
    assertThat(tokenizer.detokenize(tokenizer.tokenize(value.substring(0, 2)), SCOPE))
        .isEqualTo(value.substring(0, 2));
  }

  @Test
  void preservedCharactersStayAndStandInTheTweakAsBouncyCastleComputesIt() {
    Random random = new Random(11);
    for (int first = 0; first <= 20; first += 4) {
      for (int last = 0; last <= 20; last += 5) {
        Ff1Policy policy =
            new Ff1Policy("p", TokenPolicy.DIGITS, "-", first, last, first + last + 6, 120, 1);
        byte[] constant = new byte[random.nextInt(40)];
        random.nextBytes(constant);
        Tokenizer tokenizer = TokenKey.tokenizer(policy, "", KEY, constant);
        for (int hidden : new int[] {6, 7, 16, 37, 60}) {
          String value = digits(random, first + hidden + last);
          int end = first + hidden;
          byte[] tweak = Arrays.copyOf(constant, constant.length + first + last);
          for (int i = 0; i < first; i++) {
            tweak[constant.length + i] = (byte) (value.charAt(i) - '0');
          }
          for (int i = 0; i < last; i++) {
            tweak[constant.length + first + i] = (byte) (value.charAt(end + i) - '0');
          }
          String expected =
              value.substring(0, first)
                  + bouncyCastle(KEY, TokenPolicy.DIGITS, tweak, value.substring(first, end))
                  + value.substring(end);
          String token = tokenizer.tokenize(value);
          assertThat(token).as("%d, %d, %d", first, hidden, last).isEqualTo(expected);
          assertThat(tokenizer.detokenize(token, DetokenizationScope.allowing("p")))
              .isEqualTo(value);
          PackedColumn tokens = new PackedColumn();
          tokenizer.tokenize(PackedColumn.of(List.of(value, value)), tokens);
          assertThat(tokens.toList()).containsExactly(expected, expected);
        }
      }
    }
  }

  /** Digits are read and written eight at a time where there are as many. */
  @Test
  void decimalsOfEveryLengthAreThoseOfBouncyCastle() {
    Random random = new Random(8);
    Ff1Policy policy = new Ff1Policy("p", TokenPolicy.DIGITS, "", 6, 40, 1);
    Tokenizer tokenizer = TokenKey.tokenizer(policy, "", KEY, new byte[0]);
    List<String> values = new ArrayList<>();
    for (int length = 6; length <= 40; length++) {
      values.add("0".repeat(length));
      values.add("9".repeat(length));
      values.add("0".repeat(length - 1) + "1");
      values.add("1" + "0".repeat(length - 1));
      for (int i = 0; i < 20; i++) {
        values.add(digits(random, length));
      }
    }
    PackedColumn tokens = new PackedColumn();
    PackedColumn back = new PackedColumn();
    tokenizer.tokenize(PackedColumn.of(values), tokens);
    tokenizer.detokenize(tokens, back, DetokenizationScope.allowing("p"));
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      String token = bouncyCastle(KEY, TokenPolicy.DIGITS, new byte[0], value);
      assertThat(tokenizer.tokenize(value)).isEqualTo(token);
      assertThat(tokens.get(i)).isEqualTo(token);
      assertThat(back.get(i)).isEqualTo(value);
      assertThat(tokenizer.detokenize(token, DetokenizationScope.allowing("p"))).isEqualTo(value);
    }
  }

  @Test
  void noCharacterButTheTenIsTakenForADigit() {
    Ff1Policy policy = new Ff1Policy("p", TokenPolicy.DIGITS, "", 19, 19, 1);
    Tokenizer tokenizer = TokenKey.tokenizer(policy, "", KEY, new byte[0]);
    PackedColumn tokens = new PackedColumn();
    tokenizer.tokenize(PackedColumn.of(List.of("1234567890123456789")), tokens);
    for (int at = 0; at < 19; at++) {
      for (int c = 0; c < 0x300; c++) {
        String value = "1".repeat(at) + (char) c + "1".repeat(18 - at);
        boolean digit = c >= '0' && c <= '9';
        assertThat(tokenizer.accepts(value)).isEqualTo(digit);
        if (!digit) {
          assertThatThrownBy(() -> tokenizer.tokenize(value))
              .isInstanceOf(TokenInputException.class);
        }
        if (!digit && c < 0x100) {
          byte[] bytes = "1".repeat(19).getBytes(StandardCharsets.US_ASCII);
          bytes[at] = (byte) c;
          PackedColumn column = PackedColumn.over(bytes, new int[] {0, 19}, 1);
          assertThatThrownBy(() -> tokenizer.tokenize(column, tokens))
              .isInstanceOf(TokenInputException.class);
        }
      }
    }
  }

  /** FF1 over an alphabet of at most 256 characters, by BouncyCastle. */
  static String bouncyCastle(byte[] key, String alphabet, byte[] tweak, String text) {
    FPEFF1Engine engine = new FPEFF1Engine();
    engine.init(true, new FPEParameters(new KeyParameter(key), alphabet.length(), tweak));
    byte[] in = new byte[text.length()];
    for (int i = 0; i < in.length; i++) {
      in[i] = (byte) alphabet.indexOf(text.charAt(i));
    }
    byte[] out = new byte[in.length];
    engine.processBlock(in, 0, in.length, out, 0);
    StringBuilder token = new StringBuilder();
    for (byte digit : out) {
      token.append(alphabet.charAt(digit & 0xff));
    }
    return token.toString();
  }

  @Test
  void largeAlphabetsSteerByTwoBytesACharacter() {
    StringBuilder letters = new StringBuilder();
    for (char c = 0x4e00; c < 0x4e00 + 600; c++) {
      letters.append(c);
    }
    Tokenizer tokenizer =
        TokenKey.tokenizer(
            new Ff1Policy("names", letters.toString(), "", 1, 1, 5, 10, 1), "", KEY, new byte[16]);
    String one = letters.charAt(0) + letters.substring(10, 14) + letters.charAt(5);
    String other = letters.charAt(256) + letters.substring(10, 14) + letters.charAt(5);
    assertThat(tokenizer.tokenize(one).substring(1))
        .isNotEqualTo(tokenizer.tokenize(other).substring(1));
    assertThat(tokenizer.detokenize(tokenizer.tokenize(other), SCOPE)).isEqualTo(other);
  }

  @Test
  void acceptsTellsWhetherThereIsAToken() {
    assertThat(card.accepts("4111 1111-1111 1111")).isTrue();
    assertThat(card.accepts("41111111111")).isFalse();
    assertThat(card.accepts("4111111111111111X")).isFalse();
    assertThat(card.accepts("")).isFalse();
  }

  @Test
  void withoutAScopeForThePolicyNoTokenIsTurnedBack() {
    String token = card.tokenize("4111111111111111");
    PackedColumn tokens = PackedColumn.of(List.of(token));
    PackedColumn values = new PackedColumn();
    for (DetokenizationScope scope :
        List.of(DetokenizationScope.none(), DetokenizationScope.allowing("iban"))) {
      assertThatThrownBy(() -> card.detokenize(token, scope))
          .isInstanceOfSatisfying(
              DetokenizationDeniedException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_SCOPE_MISSING))
          .hasMessageContaining("card");
      assertThatThrownBy(() -> card.detokenize(tokens, values, scope))
          .isInstanceOf(DetokenizationDeniedException.class);
      assertThat(values.size()).isZero();
    }
    assertThat(SCOPE).hasToString("DetokenizationScope[card, iban, names]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DetokenizationScope.allowing("Card Number"));
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
    assertPreservedRefused("minLength", 6, 4, 15);
    assertPreservedRefused("keepFirst", -1, 4, 16);
    assertPreservedRefused("keepFirst", 65, 4, 100);
    assertPreservedRefused("keepLast", 6, -1, 16);
    assertPreservedRefused("keepLast", 6, 65, 100);
  }

  /** Counted over what is not preserved, exactly: 999,999 possible values are refused. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9, 10, 36, 62, 99, 100, 101, 999, 1000, 1001, 63_488})
  void atLeastAMillionValuesMustBeHidden(int radix) {
    StringBuilder alphabet = new StringBuilder();
    for (int c = 0; alphabet.length() < radix; c++) {
      if (!Character.isSurrogate((char) c)) {
        alphabet.append((char) c);
      }
    }
    int hidden = 1;
    while (BigInteger.valueOf(radix).pow(hidden).compareTo(BigInteger.valueOf(1_000_000)) < 0) {
      hidden++;
    }
    for (int[] kept : new int[][] {{0, 0}, {6, 4}, {64, 64}}) {
      int least = hidden + kept[0] + kept[1];
      Ff1Policy policy =
          new Ff1Policy("p", alphabet.toString(), "", kept[0], kept[1], least, least, 1);
      Tokenizer tokenizer = TokenKey.tokenizer(policy, "", KEY, new byte[0]);
      String value = alphabet.substring(0, 1).repeat(least);
      assertThat(tokenizer.detokenize(tokenizer.tokenize(value), DetokenizationScope.allowing("p")))
          .isEqualTo(value);
      assertThatThrownBy(() -> tokenizer.tokenize(value.substring(1)))
          .isInstanceOf(TokenInputException.class);
      assertThatThrownBy(
              () ->
                  new Ff1Policy(
                      "p", alphabet.toString(), "", kept[0], kept[1], least - 1, least, 1))
          .isInstanceOfSatisfying(
              TokenKeyException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID))
          .hasMessageContaining("at least " + least);
    }
  }

  @Test
  void keysOfAnotherLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenKey.tokenizer(CARD, "", new byte[16], new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenKey.tokenizer(CARD, "", new byte[64], new byte[0]));
  }

  private static void assertPolicyRefused(
      String component, String name, String alphabet, String kept, int min, int max, int version) {
    assertThatThrownBy(() -> new Ff1Policy(name, alphabet, kept, min, max, version))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID))
        .hasMessageContaining(component);
  }

  private static void assertPreservedRefused(String component, int first, int last, int min) {
    assertThatThrownBy(() -> new Ff1Policy("p", TokenPolicy.DIGITS, "", first, last, min, 200, 1))
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
