package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class TextTokenizersTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("p");
  private static final List<String> TEXTS =
      List.of("x", "anna@example.org", "Zo\u00eb \ud83d\ude00", "a".repeat(65_536), " ");

  @Test
  void keyedHashesAreThoseOfBouncyCastle() {
    byte[] separation = bytes(16, 1);
    for (KeyedHashPolicy policy :
        List.of(
            new KeyedHashPolicy("p", 1),
            new KeyedHashPolicy("p", 32, false, KeyedHashPolicy.Encoding.HEX, 1),
            KeyedHashPolicy.shortWithCollisions("p", 5, KeyedHashPolicy.Encoding.BASE64URL, 1))) {
      Tokenizer tokenizer = TokenKey.tokenizer(policy, "", bytes(32, 2), separation);
      PackedColumn tokens = new PackedColumn();
      tokenizer.tokenize(PackedColumn.of(TEXTS), tokens);
      for (int i = 0; i < TEXTS.size(); i++) {
        HMac mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter(bytes(32, 2)));
        mac.update(separation, 0, 16);
        byte[] text = TEXTS.get(i).getBytes(UTF_8);
        mac.update(text, 0, text.length);
        byte[] full = new byte[32];
        mac.doFinal(full, 0);
        byte[] cut = Arrays.copyOf(full, policy.bytes());
        String expected =
            policy.encoding() == KeyedHashPolicy.Encoding.HEX
                ? HexFormat.of().formatHex(cut)
                : Base64.getUrlEncoder().withoutPadding().encodeToString(cut);
        assertThat(tokenizer.tokenize(TEXTS.get(i))).isEqualTo(expected);
        assertThat(tokens.get(i)).isEqualTo(expected);
      }
    }
  }

  @Test
  void keyedHashesAndMasksCannotBeTurnedBack() {
    for (Tokenizer tokenizer :
        List.of(
            tokenizer(new KeyedHashPolicy("p", 1)),
            Tokenizer.masking(MaskPolicy.ofLength("p", 4, 16, 1)))) {
      assertThat(tokenizer.policy().reversible()).isFalse();
      PackedColumn empty = new PackedColumn();
      for (Runnable call :
          List.<Runnable>of(
              () -> tokenizer.detokenize("abc", SCOPE),
              () -> tokenizer.detokenize(empty, new PackedColumn(), SCOPE))) {
        assertThatThrownBy(call::run)
            .isInstanceOfSatisfying(
                TokenKeyException.class,
                e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_IRREVERSIBLE));
      }
    }
  }

  @Test
  void fewerBytesThanAreSafeMustBeAskedForByName() {
    assertPolicyRefused(
        "bytes", () -> new KeyedHashPolicy("p", 15, false, KeyedHashPolicy.Encoding.HEX, 1));
    assertPolicyRefused(
        "bytes", () -> new KeyedHashPolicy("p", 33, false, KeyedHashPolicy.Encoding.HEX, 1));
    assertPolicyRefused(
        "bytes",
        () -> KeyedHashPolicy.shortWithCollisions("p", 3, KeyedHashPolicy.Encoding.HEX, 1));
    assertThat(new KeyedHashPolicy("p", 1).bytes()).isEqualTo(16);
  }

  @Test
  void joinKeysTurnBackAndAreTheSameInColumns() {
    Tokenizer tokenizer = tokenizer(new JoinKeyPolicy("p", 1));
    PackedColumn tokens = new PackedColumn();
    PackedColumn back = new PackedColumn();
    tokenizer.tokenize(PackedColumn.of(TEXTS), tokens);
    tokenizer.detokenize(tokens, back, SCOPE);
    assertThat(back.toList()).isEqualTo(TEXTS);
    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(tokenizer.tokenize(TEXTS.get(i))).isEqualTo(tokens.get(i));
      assertThat(tokenizer.detokenize(tokens.get(i), SCOPE)).isEqualTo(TEXTS.get(i));
      assertThat(tokens.get(i)).matches("[0-9A-Za-z_-]+");
    }
    assertThatThrownBy(() -> tokenizer.detokenize(tokens.get(0), DetokenizationScope.none()))
        .isInstanceOf(DetokenizationDeniedException.class);
  }

  @Test
  void joinKeysThatWereAlteredOrBelongElsewhereAreIntegrityFailures() {
    Tokenizer tokenizer = tokenizer(new JoinKeyPolicy("p", 1));
    String token = tokenizer.tokenize("anna@example.org");
    assertAltered(tokenizer, (token.charAt(3) == 'A' ? "B" : "A") + token.substring(1));
    Tokenizer otherField =
        TokenKey.tokenizer(new JoinKeyPolicy("p", 1), "", bytes(64, 3), bytes(16, 9));
    assertAltered(otherField, token);
    Tokenizer otherKey =
        TokenKey.tokenizer(
            new JoinKeyPolicy("p", 1),
            "",
            bytes(64, 4),
            TokenKey.separation(new JoinKeyPolicy("p", 1), ""));
    assertAltered(otherKey, token);
    assertAltered(tokenizer, "AAAA");

    PackedColumn values = new PackedColumn();
    assertThatThrownBy(
            () -> tokenizer.detokenize(PackedColumn.of(List.of(token, "AAAA")), values, SCOPE))
        .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(1));
    assertThat(values.size()).isZero();
    assertThat(values.bytes()).containsOnly(0);
  }

  @Test
  void whatIsNoCanonicalBase64UrlIsRefused() {
    Tokenizer tokenizer = tokenizer(new JoinKeyPolicy("p", 1));
    String token = tokenizer.tokenize("x");
    assertThat(token).hasSize(23);
    char last = token.charAt(22);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char loose = alphabet.charAt(alphabet.indexOf(last) + 1);
    for (String bad :
        List.of(token + "=", token + "!", token.substring(0, 22) + loose, "a b", "\u00e9")) {
      assertThatThrownBy(() -> tokenizer.detokenize(bad, SCOPE))
          .isInstanceOfSatisfying(
              TokenInputException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY));
    }
  }

  @Test
  void tokensThatAreTooLongAreRefusedUnread() {
    Tokenizer tokenizer = tokenizer(new JoinKeyPolicy("p", 1));
    String longest = tokenizer.tokenize("a".repeat(65_536));
    assertThat(tokenizer.detokenize(longest, SCOPE)).hasSize(65_536);
    String bad = longest + "A";
    PackedColumn values = new PackedColumn();
    assertThatThrownBy(() -> tokenizer.detokenize(bad, SCOPE))
        .isInstanceOf(TokenInputException.class)
        .hasMessageContaining("longer than " + longest.length());
    assertThatThrownBy(() -> tokenizer.detokenize(PackedColumn.of(List.of(bad)), values, SCOPE))
        .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(0))
        .hasMessageContaining("longer than " + longest.length());
  }

  @Test
  void masksShowTheEndOfLongTextsOnly() {
    Tokenizer same = Tokenizer.masking(new MaskPolicy("p", 4, 0, '#', 1));
    assertThat(same.tokenize("4111111111111234")).isEqualTo("############1234");
    assertThat(same.tokenize("123456789")).isEqualTo("#####6789");
    assertThat(same.tokenize("12345678")).isEqualTo("########");
    assertThat(same.tokenize("1")).isEqualTo("#");
    assertThat(
            same.tokenize(
                "\ud83d\ude00\ud83d\ude01\ud83d\ude02abc\ud83d\ude03\ud83d\ude04\ud83d\ude05"))
        .isEqualTo("#####c\ud83d\ude03\ud83d\ude04\ud83d\ude05");
    Tokenizer fixed = Tokenizer.masking(MaskPolicy.ofLength("p", 2, 8, 1));
    assertThat(fixed.tokenize("anna@example.org")).isEqualTo("******rg");
    assertThat(fixed.tokenize("anna")).isEqualTo("********");
    assertThat(fixed.tokenize("annas")).isEqualTo("******as");
    Tokenizer none = Tokenizer.masking(MaskPolicy.ofLength("p", 0, 3, 1));
    PackedColumn masks = new PackedColumn();
    none.tokenize(PackedColumn.of(List.of("a", "bcdef")), masks);
    assertThat(masks.toList()).containsExactly("***", "***");
    assertThat(none.reference().keyCheck()).isEmpty();
  }

  @Test
  void masksThatCannotBeAreRefused() {
    assertPolicyRefused("keepLast", () -> new MaskPolicy("p", -1, 0, '*', 1));
    assertPolicyRefused("keepLast", () -> new MaskPolicy("p", 65, 0, '*', 1));
    assertPolicyRefused("length", () -> MaskPolicy.ofLength("p", 4, 4, 1));
    assertPolicyRefused("length", () -> MaskPolicy.ofLength("p", 4, 1025, 1));
    assertPolicyRefused("cover", () -> new MaskPolicy("p", 4, 0, '\ud83d', 1));
    assertPolicyRefused("name", () -> new MaskPolicy("P", 4, 0, '*', 1));
    assertPolicyRefused("name", () -> new JoinKeyPolicy("", 1));
    assertPolicyRefused("keyVersion", () -> new KeyedHashPolicy("p", 0));
    assertPolicyRefused("keyVersion", () -> new IbanPolicy("p", 0));
  }

  @Test
  void emptyLongAndBrokenTextsAreRefused() {
    for (Tokenizer tokenizer :
        List.of(
            tokenizer(new KeyedHashPolicy("p", 1)),
            tokenizer(new JoinKeyPolicy("p", 1)),
            Tokenizer.masking(MaskPolicy.ofLength("p", 4, 16, 1)))) {
      for (String bad :
          List.of("", "a".repeat(65_537), "\u20ac".repeat(21_846), "secret\ud83d", "\ude00")) {
        assertThat(tokenizer.accepts(bad)).isFalse();
        assertThatThrownBy(() -> tokenizer.tokenize(bad))
            .isInstanceOfSatisfying(
                TokenInputException.class,
                e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY))
            .hasMessageNotContaining("secret");
      }
      assertThat(tokenizer.accepts("a")).isTrue();
      PackedColumn tokens = new PackedColumn();
      assertThatThrownBy(() -> tokenizer.tokenize(PackedColumn.of(List.of("a", "")), tokens))
          .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(1));
      assertThat(tokens.size()).isZero();
    }
  }

  @Test
  void keysOfAnotherLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TokenKey.tokenizer(new JoinKeyPolicy("p", 1), "", bytes(32, 1), bytes(16, 1)));
  }

  private static void assertAltered(Tokenizer tokenizer, String token) {
    assertThatThrownBy(() -> tokenizer.detokenize(token, SCOPE))
        .isInstanceOfSatisfying(
            TokenInputException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_ALTERED);
              assertThat(e.category()).isEqualTo(ErrorCategory.INTEGRITY);
            });
  }

  private static void assertPolicyRefused(String component, Runnable policy) {
    assertThatThrownBy(policy::run)
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID))
        .hasMessageContaining(component);
  }

  private static Tokenizer tokenizer(TokenPolicy policy) {
    return TokenKey.tokenizer(
        policy,
        "",
        bytes(policy instanceof JoinKeyPolicy ? 64 : 32, 3),
        TokenKey.separation(policy, ""));
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
