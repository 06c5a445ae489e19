package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DetokenizationDeniedException;
import io.strongroom.crypto.TokenInputException;
import io.strongroom.crypto.TokenKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** References beside stored tokens, and the rotation that goes by them. */
@Tag("verify")
class RetokenizerTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("card");

  private final Tokenizer first = tokenizer(new CardPolicy("card", 6, 4, 1), "", 1);
  private final Tokenizer second = tokenizer(new CardPolicy("card", 6, 4, 2), "", 2);

  @Test
  void aColumnOfOldTokensBecomesTheOneOfTheNewKey() {
    Random random = new Random(3);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(ColumnTest.luhn(random, 15));
    }
    PackedColumn old = new PackedColumn();
    PackedColumn expected = new PackedColumn();
    first.tokenize(PackedColumn.of(values), old);
    second.tokenize(PackedColumn.of(values), expected);
    Retokenizer rotation = new Retokenizer(first, second, SCOPE);
    assertThat(rotation.needed(first.reference())).isTrue();
    PackedColumn rotated = new PackedColumn();
    TokenReference recorded = rotation.retokenize(first.reference(), old, rotated);
    assertThat(rotated.toList()).isEqualTo(expected.toList());
    assertThat(recorded).isEqualTo(second.reference());
    assertThat(rotation.needed(recorded)).isFalse();
    assertMismatch("key version", () -> rotation.retokenize(recorded, rotated, old));
  }

  @Test
  void aPolicyCanBeLeftForAnother() {
    Tokenizer hash = tokenizer(new KeyedHashPolicy("card-hash", 1), "", 4);
    PackedColumn old = new PackedColumn();
    PackedColumn hashes = new PackedColumn();
    first.tokenize(PackedColumn.of(List.of("4111111111111111")), old);
    new Retokenizer(first, hash, SCOPE).retokenize(first.reference(), old, hashes);
    assertThat(hashes.toList()).containsExactly(hash.tokenize("4111111111111111"));
  }

  @Test
  void tokensOfNeitherKeyAreRefusedByWhatDiffers() {
    Retokenizer rotation = new Retokenizer(first, second, SCOPE);
    PackedColumn tokens = PackedColumn.of(List.of(first.tokenize("4111111111111111")));
    PackedColumn rotated = new PackedColumn();
    for (Tokenizer other :
        List.of(
            tokenizer(new CardPolicy("cards", 6, 4, 1), "", 1),
            tokenizer(new Ff1Policy("card", TokenPolicy.DIGITS, "", 8, 20, 1), "", 1),
            tokenizer(new CardPolicy("card", 6, 4, 3), "", 1),
            tokenizer(new CardPolicy("card", 6, 4, 1), "payer", 1),
            tokenizer(new CardPolicy("card", 6, 4, 1), "", 9))) {
      String what =
          switch (other.policy().name() + other.policy().kind() + other.policy().keyVersion()) {
            case "cardscard1" -> "another policy";
            case "cardff11" -> "another kind of policy";
            case "cardcard3" -> "another key version";
            default -> other.reference().field().isEmpty() ? "another key" : "another field";
          };
      assertMismatch(what, () -> rotation.needed(other.reference()));
      assertMismatch(what, () -> rotation.retokenize(other.reference(), tokens, rotated));
    }
  }

  @Test
  void aTokenThatIsNoneStopsTheColumnWithItsRow() {
    Retokenizer rotation = new Retokenizer(first, second, SCOPE);
    PackedColumn tokens =
        PackedColumn.of(List.of(first.tokenize("4111111111111111"), "4111111111111111"));
    PackedColumn rotated = PackedColumn.of(List.of("before"));
    assertThatThrownBy(() -> rotation.retokenize(first.reference(), tokens, rotated))
        .isInstanceOfSatisfying(TokenInputException.class, e -> assertThat(e.row()).hasValue(1));
    assertThat(rotated.size()).isZero();
  }

  @Test
  void rotationsThatCannotBeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Retokenizer(first, first, SCOPE));
    assertThatThrownBy(() -> new Retokenizer(first, second, DetokenizationScope.none()))
        .isInstanceOf(DetokenizationDeniedException.class);
    Tokenizer hash = tokenizer(new KeyedHashPolicy("card", 1), "", 4);
    assertThatThrownBy(() -> new Retokenizer(hash, first, SCOPE))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_IRREVERSIBLE));
  }

  @Test
  void theReferenceHasTheDocumentedForm() {
    TokenReference reference = tokenizer(new CardPolicy("card", 6, 4, 7), "payer", 1).reference();
    byte[] json = reference.toJson().canonicalBytes();
    assertThat(new String(json, UTF_8))
        .isEqualTo(
            "{\"field\":\"payer\",\"format\":\"strongroom-token-reference-v1\",\"keyCheck\":\""
                + reference.keyCheck()
                + "\",\"keyVersion\":7,\"kind\":\"card\",\"policy\":\"card\"}");
    assertThat(reference.keyCheck()).matches("[0-9a-f]{16}");
    assertThat(TokenReference.fromJson(JsonValue.parseCanonicalObject(json))).isEqualTo(reference);
  }

  @Test
  void whatIsNoReferenceIsRefused() {
    JsonObject good = first.reference().toJson();
    for (JsonObject bad :
        List.of(
            JsonObject.builder().build(),
            good.without("field"),
            with(good, "format", new JsonValue.JsonString("strongroom-token-reference-v2")),
            with(good, "more", new JsonValue.JsonString("x")),
            with(good, "keyVersion", new JsonValue.JsonString("1")),
            with(good, "keyVersion", new JsonValue.JsonNumber(0)),
            with(good, "keyVersion", new JsonValue.JsonNumber(-0xffffffffL)),
            with(good, "policy", new JsonValue.JsonString("4111 1111")),
            with(good, "kind", new JsonValue.JsonString("")),
            with(good, "field", new JsonValue.JsonString("f".repeat(257))),
            with(good, "keyCheck", new JsonValue.JsonString("0123")),
            with(good, "keyVersion", new JsonValue.JsonNumber(1L << 31)))) {
      assertThatThrownBy(() -> TokenReference.fromJson(bad))
          .isInstanceOfSatisfying(
              TokenKeyException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_REFERENCE_MALFORMED));
    }
  }

  private static void assertMismatch(String what, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_REFERENCE_MISMATCH))
        .hasMessageContaining(what);
  }

  private static JsonObject with(JsonObject object, String member, JsonValue value) {
    JsonObject.Builder changed = JsonObject.builder();
    object.without(member).members().forEach(changed::put);
    return changed.put(member, value).build();
  }

  private static Tokenizer tokenizer(TokenPolicy policy, String field, int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return TokenKey.tokenizer(policy, field, key, TokenKey.separation(policy, field));
  }
}
