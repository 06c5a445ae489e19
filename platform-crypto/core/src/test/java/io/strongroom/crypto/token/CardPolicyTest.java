package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class CardPolicyTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("card");

  @Test
  void tokensAreNeverRealNumbersAndTurnBack() {
    Random random = new Random(1);
    for (int first : new int[] {0, 1, 6, 8}) {
      for (int last = 0; last <= 4; last++) {
        Tokenizer tokenizer = tokenizer(new CardPolicy("card", first, last, 1));
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
          int length = Math.max(12, first + last + 6);
          values.add(ColumnTest.luhn(random, length - 1 + random.nextInt(20 - length)));
        }
        PackedColumn tokens = new PackedColumn();
        tokenizer.tokenize(PackedColumn.of(values), tokens);
        for (int i = 0; i < values.size(); i++) {
          String value = values.get(i);
          String token = tokens.get(i);
          assertThat(isReal(token)).as("%d and %d preserved", first, last).isFalse();
          assertThat(token).hasSameSizeAs(value).startsWith(value.substring(0, first));
          assertThat(token).endsWith(value.substring(value.length() - last));
          assertThat(tokenizer.tokenize(value)).isEqualTo(token);
          assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo(value);
        }
        PackedColumn back = new PackedColumn();
        tokenizer.detokenize(tokens, back, SCOPE);
        assertThat(back.toList()).isEqualTo(values);
      }
    }
  }

  /** All 100,000 real numbers between six and four preserved digits: no two share a token. */
  @Test
  void everyRealNumberHasATokenOfItsOwn() {
    List<String> values = new ArrayList<>();
    for (int middle = 1_000_000; middle < 2_000_000; middle++) {
      String value = "411111" + Integer.toString(middle).substring(1) + "1111";
      if (isReal(value)) {
        values.add(value);
      }
    }
    assertThat(values).hasSize(100_000);
    for (CheckDigits kind : CheckDigits.values()) {
      Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, kind, 1));
      PackedColumn tokens = new PackedColumn();
      tokenizer.tokenize(PackedColumn.of(values), tokens);
      Set<String> distinct = new HashSet<>(tokens.toList());
      assertThat(distinct).hasSize(100_000);
      assertThat(distinct.stream().filter(CardPolicyTest::isReal).count())
          .isEqualTo(kind == CheckDigits.VALID ? 100_000 : 0);
    }
  }

  @Test
  void tokensForTestSystemsPassForNumbersAndTurnBack() {
    Random random = new Random(2);
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, CheckDigits.VALID, 1));
    for (int i = 0; i < 500; i++) {
      String value = ColumnTest.luhn(random, 15 + i % 4);
      String token = tokenizer.tokenize(value);
      assertThat(isReal(token)).isTrue();
      assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo(value);
    }
  }

  /** The documented walk, written out over the FF1 engine of BouncyCastle. */
  @Test
  void tokensAreThoseOfTheDocumentedWalk() {
    Random random = new Random(12);
    for (CheckDigits kind : CheckDigits.values()) {
      for (int[] kept : new int[][] {{0, 0}, {6, 4}, {8, 3}, {4, 1}}) {
        CardPolicy policy = new CardPolicy("card", kept[0], kept[1], kind, 1);
        Tokenizer tokenizer = tokenizer(policy);
        byte[] separation = TokenKey.separation(policy, "");
        for (int i = 0; i < 100; i++) {
          String value = ColumnTest.luhn(random, 16 + i % 3);
          assertThat(tokenizer.tokenize(value)).isEqualTo(walk(value, kept, kind, separation));
        }
      }
    }
  }

  private static String walk(String value, int[] kept, CheckDigits kind, byte[] separation) {
    int end = value.length() - kept[1];
    String hidden = value.substring(kept[0], end);
    if (kind == CheckDigits.INVALID) {
      String stem = hidden.substring(0, hidden.length() - 1);
      for (char digit = '0'; digit <= '9'; digit++) {
        if (luhn(value.substring(0, kept[0]) + stem + digit + value.substring(end)) == 1) {
          hidden = stem + digit;
          break;
        }
      }
    }
    byte[] tweak = Arrays.copyOf(separation, 16 + kept[0] + kept[1]);
    for (int i = 0; i < kept[0]; i++) {
      tweak[16 + i] = (byte) (value.charAt(i) - '0');
    }
    for (int i = 0; i < kept[1]; i++) {
      tweak[16 + kept[0] + i] = (byte) (value.charAt(end + i) - '0');
    }
    String token;
    do {
      hidden = FormatTokenizerTest.bouncyCastle(key(), TokenPolicy.DIGITS, tweak, hidden);
      token = value.substring(0, kept[0]) + hidden + value.substring(end);
    } while (isReal(token) != (kind == CheckDigits.VALID));
    return token;
  }

  @Test
  void theSameHiddenDigitsHaveOtherTokensBesideOtherPreservedOnes() {
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, 1));
    Set<String> hidden = new HashSet<>();
    int numbers = 0;
    for (int bin = 400000; bin < 400200; bin++) {
      String value = bin + "1234561111";
      if (isReal(value)) {
        hidden.add(tokenizer.tokenize(value).substring(6, 12));
        numbers++;
      }
    }
    assertThat(numbers).isEqualTo(20);
    assertThat(hidden).hasSize(20);
  }

  @Test
  void spacesAndDashesStay() {
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, 1));
    String token = tokenizer.tokenize("4111 1111-1111 1111");
    assertThat(token).matches("4111 11[0-9]{2}-[0-9]{4} 1111");
    assertThat(token.replaceAll("[ -]", "")).isEqualTo(tokenizer.tokenize("4111111111111111"));
    assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo("4111 1111-1111 1111");
  }

  @Test
  void aTokenIsNotTakenForANumber() {
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, 1));
    String token = tokenizer.tokenize("4111111111111111");
    assertThat(tokenizer.accepts(token)).isFalse();
    assertRefused(() -> tokenizer.tokenize(token));
    assertRefused(() -> tokenizer.detokenize("4111111111111111", SCOPE));
  }

  /** Of the wrong check digits one in nine leads back to a number, so most mistakes are noticed. */
  @Test
  void mostAlteredTokensAreNoticed() {
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 0, 0, 1));
    String token = tokenizer.tokenize("4111111111111111");
    int noticed = 0;
    int tried = 0;
    for (int at = 0; at < 16; at++) {
      for (char digit = '0'; digit <= '9'; digit++) {
        if (digit == token.charAt(at)) {
          continue;
        }
        tried++;
        try {
          tokenizer.detokenize(token.substring(0, at) + digit + token.substring(at + 1), SCOPE);
        } catch (TokenInputException refused) {
          noticed++;
        }
      }
    }
    assertThat(tried).isEqualTo(144);
    assertThat(noticed).isBetween(115, 140);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4111111111111112",
        "411111111111",
        "41111111111111111111",
        "4111a11111111111"
      })
  void whatIsNoNumberOfThePolicyIsRefused(String value) {
    Tokenizer tokenizer = tokenizer(new CardPolicy("card", 6, 4, 1));
    assertThat(tokenizer.accepts(value)).isFalse();
    assertRefused(() -> tokenizer.tokenize(value));
  }

  @Test
  void fewerThanAMillionHiddenValuesAreRefused() {
    // 15 digits, of which 5 would be hidden
    assertThat(isReal("378282246310005")).isTrue();
    assertThat(tokenizer(new CardPolicy("card", 6, 4, 1)).accepts("378282246310005")).isFalse();
    assertThat(tokenizer(new CardPolicy("card", 6, 3, 1)).accepts("378282246310005")).isTrue();
  }

  @Test
  void policiesThatCannotBeAreRefused() {
    assertPolicyRefused("keepFirst", -1, 4, 1);
    assertPolicyRefused("keepFirst", 9, 4, 1);
    assertPolicyRefused("keepLast", 6, -1, 1);
    assertPolicyRefused("keepLast", 6, 5, 1);
    assertPolicyRefused("keyVersion", 6, 4, 0);
  }

  private static void assertPolicyRefused(String component, int first, int last, int version) {
    assertThatThrownBy(() -> new CardPolicy("card", first, last, version))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID))
        .hasMessageContaining(component);
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            TokenInputException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY))
        .hasMessageNotContaining("4111");
  }

  /** The Luhn check as it is taught: double every second digit from the right. */
  private static boolean isReal(String number) {
    return luhn(number) == 0;
  }

  private static int luhn(String number) {
    int sum = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = number.charAt(number.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : digit * 2;
      sum += doubled / 10 + doubled % 10;
    }
    return sum % 10;
  }

  private static Tokenizer tokenizer(CardPolicy policy) {
    return TokenKey.tokenizer(policy, "", key(), TokenKey.separation(policy, ""));
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    new Random(7).nextBytes(key);
    return key;
  }
}
