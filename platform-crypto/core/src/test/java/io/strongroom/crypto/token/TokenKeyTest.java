package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.TokenKeyException;
import io.strongroom.crypto.WrappedDataKey;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("verify")
class TokenKeyTest {
  private static final Ff1Policy POLICY =
      new Ff1Policy("account", TokenPolicy.DIGITS, "", 8, 20, 3);
  private static final EncryptionContext CONTEXT =
      EncryptionContext.strongroom().tenant("t-1").purpose("token").build();

  private static final String GOLDEN_RECORD =
      "{\"alphabet\":\"0123456789\",\"context\":{\"strongroom:purpose\":\"token\","
          + "\"strongroom:tenant\":\"t-1\",\"strongroom:v\":\"1\"},\"format\":\"strongroo"
          + "m-token-key-v1\",\"key\":{\"ciphertext\":\"P00ajUkXnnRlWBQH9iluWYoKlKTNVK45G"
          + "tmIq8d28BLzWyeZr8CeVGOZjB03rHYc\",\"info\":\"bWFzdGVyAAAAgAAAAAzs/r4tUK27/7Z"
          + "pSB4=\",\"provider\":\"test\"},\"keyVersion\":3,\"policy\":\"account\"}";
  private static final String GOLDEN_TOKEN = "37800676333893";

  private final KeyId master = new KeyId("master");
  private final RawAesKeyService keys = service(new byte[32]);
  private final byte[] stored = TokenKey.create(keys, master, CONTEXT, POLICY);

  @Test
  void aStoredKeyGivesTheSameTokensEachTimeItIsOpened() {
    String token = TokenKey.open(stored, keys, CONTEXT, POLICY).tokenize("12345678901234");
    assertThat(
            TokenKey.open(stored, keys, CONTEXT, POLICY)
                .detokenize(token, DetokenizationScope.allowing("account")))
        .isEqualTo("12345678901234");
  }

  @Test
  void widerLengthsAndOtherKeptCharactersKeepTheTokens() {
    Ff1Policy wider = new Ff1Policy("account", TokenPolicy.DIGITS, "-", 6, 30, 3);
    assertThat(TokenKey.open(stored, keys, CONTEXT, wider).tokenize("12345678901234"))
        .isEqualTo(TokenKey.open(stored, keys, CONTEXT, POLICY).tokenize("12345678901234"));
  }

  @Test
  void theRecordIsCanonicalAndHoldsNoKeyInClear() throws GeneralSecurityException {
    JsonObject record = JsonValue.parseCanonicalObject(stored);
    assertThat(record.members().keySet())
        .containsExactly("alphabet", "context", "format", "key", "keyVersion", "policy");
    try (DataKey dataKey = keys.unwrap(WrappedDataKey.fromJson(record.object("key")), CONTEXT)) {
      assertThat(new String(stored, UTF_8))
          .doesNotContain(
              java.util.Base64.getEncoder().encodeToString(dataKey.plaintext()).substring(0, 40));
    }
  }

  /** The derivation that the documentation states, by another implementation of HKDF. */
  @Test
  void tokensAreThoseOfTheDocumentedDerivation() throws GeneralSecurityException {
    JsonObject record = JsonValue.parseCanonicalObject(stored);
    byte[] identity =
        "{\"alphabet\":\"0123456789\",\"keyVersion\":3,\"policy\":\"account\"}".getBytes(UTF_8);
    byte[] salt = MessageDigest.getInstance("SHA-256").digest(identity);
    byte[] key = new byte[32];
    try (DataKey dataKey = keys.unwrap(WrappedDataKey.fromJson(record.object("key")), CONTEXT)) {
      HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA512Digest());
      hkdf.init(
          new HKDFParameters(
              dataKey.plaintext(), salt, "strongroom/v1/token-ff1".getBytes(US_ASCII)));
      hkdf.generateBytes(key, 0, 32);
    }
    assertThat(TokenKey.open(stored, keys, CONTEXT, POLICY).tokenize("12345678901234"))
        .isEqualTo(TokenKey.tokenizer(POLICY, "", key, new byte[0]).tokenize("12345678901234"));
  }

  @Test
  void aRewrappedKeyGivesTheSameTokens() {
    JsonObject record = JsonValue.parseObject(stored);
    WrappedDataKey again =
        keys.rewrap(WrappedDataKey.fromJson(record.object("key")), CONTEXT, master);
    assertThat(
            TokenKey.open(with(record, "key", again.toJson()), keys, CONTEXT, POLICY)
                .tokenize("12345678"))
        .isEqualTo(TokenKey.open(stored, keys, CONTEXT, POLICY).tokenize("12345678"));
  }

  @Test
  void anotherPolicyAlphabetVersionOrContextIsRefused() {
    assertMismatch("name", new Ff1Policy("iban", TokenPolicy.DIGITS, "", 8, 20, 3), CONTEXT);
    assertMismatch("alphabet", new Ff1Policy("account", "0123456798", "", 8, 20, 3), CONTEXT);
    assertMismatch(
        "key version", new Ff1Policy("account", TokenPolicy.DIGITS, "", 8, 20, 4), CONTEXT);
    assertMismatch(
        "strongroom:tenant", POLICY, EncryptionContext.strongroom().tenant("t-2").build());
  }

  @Test
  void aRecordRewrittenForAnotherVersionGivesOtherTokens() {
    JsonObject record = JsonValue.parseObject(stored);
    byte[] rewritten = with(record, "keyVersion", new JsonValue.JsonNumber(4));
    Ff1Policy version4 = new Ff1Policy("account", TokenPolicy.DIGITS, "", 8, 20, 4);
    assertThat(TokenKey.open(rewritten, keys, CONTEXT, version4).tokenize("12345678901234"))
        .isNotEqualTo(TokenKey.open(stored, keys, CONTEXT, POLICY).tokenize("12345678901234"));
  }

  @Test
  void aChangedContextOrAnotherMasterKeyDoesNotUnwrap() {
    JsonObject record = JsonValue.parseObject(stored);
    EncryptionContext other = EncryptionContext.strongroom().tenant("t-2").purpose("token").build();
    byte[] changed = with(record, "context", other.toJson());
    assertThatThrownBy(() -> TokenKey.open(changed, keys, other, POLICY))
        .isInstanceOf(DecryptionFailedException.class);
    byte[] otherKey = new byte[32];
    otherKey[0] = 1;
    assertThatThrownBy(() -> TokenKey.open(stored, service(otherKey), CONTEXT, POLICY))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void whatIsNotARecordIsRefused() {
    JsonObject record = JsonValue.parseObject(stored);
    for (byte[] bad :
        new byte[][] {
          new byte[0],
          "{}".getBytes(UTF_8),
          (new String(stored, UTF_8) + " ").getBytes(UTF_8),
          with(record, "format", new JsonValue.JsonString("strongroom-token-key-v2")),
          with(record, "more", new JsonValue.JsonString("x")),
          record.without("context").canonicalBytes(),
          with(record, "context", new JsonValue.JsonString("x")),
        }) {
      assertThatThrownBy(() -> TokenKey.open(bad, keys, CONTEXT, POLICY))
          .isInstanceOfSatisfying(
              TokenKeyException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MALFORMED))
          .hasMessageContaining("account");
    }
  }

  /** A record and a token of the older format, byte by byte: both must be understood for ever. */
  @Test
  void aRecordOfTheOlderFormatStillGivesItsTokens() {
    byte[] golden = GOLDEN_RECORD.getBytes(UTF_8);
    assertThat(TokenKey.open(golden, keys, CONTEXT, POLICY).tokenize("12345678901234"))
        .isEqualTo(GOLDEN_TOKEN);
  }

  /** Records and tokens of the newer format, one of every kind. */
  @Test
  void recordsOfTheNewerFormatStillGiveTheirTokens() throws IOException {
    JsonObject golden = JsonValue.parseObject(golden("token-keys-v2.json"));
    List<JsonObject> records = golden.objects("records");
    List<Arguments> schemes = schemes().toList();
    assertThat(records).hasSameSizeAs(schemes);
    for (int i = 0; i < records.size(); i++) {
      TokenPolicy policy = (TokenPolicy) schemes.get(i).get()[0];
      String value = (String) schemes.get(i).get()[2];
      byte[] record = records.get(i).object("record").canonicalBytes();
      Tokenizer tokenizer = TokenKey.open(record, keys, CONTEXT, policy, "payer");
      assertThat(tokenizer.tokenize(value)).isEqualTo(records.get(i).string("token"));
      assertThat(tokenizer.reference().toJson()).isEqualTo(records.get(i).object("reference"));
    }
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TokenKeyTest.class.getResourceAsStream("/golden/" + name))) {
      return in.readAllBytes();
    }
  }

  @Test
  void theContextMustBeStated() {
    assertMismatch("context", POLICY, EncryptionContext.of(Map.of()));
  }

  @Test
  void theFieldIsPartOfTheTweak() {
    Tokenizer all = TokenKey.open(stored, keys, CONTEXT, POLICY);
    Tokenizer payer = TokenKey.open(stored, keys, CONTEXT, POLICY, "payer");
    Tokenizer payee = TokenKey.open(stored, keys, CONTEXT, POLICY, "payee");
    assertThat(
            List.of(
                all.tokenize("12345678901234"),
                payer.tokenize("12345678901234"),
                payee.tokenize("12345678901234")))
        .doesNotHaveDuplicates();
    assertThat(TokenKey.open(stored, keys, CONTEXT, POLICY, "payer").tokenize("12345678901234"))
        .isEqualTo(payer.tokenize("12345678901234"));
    assertThat(payer.reference().field()).isEqualTo("payer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenKey.open(stored, keys, CONTEXT, POLICY, "f".repeat(257)));
  }

  /** The documented tweak of a field, by this test's own SHA-256. */
  @Test
  void theTweakOfAFieldIsTheDocumentedOne() throws GeneralSecurityException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest("{\"field\":\"payer\",\"policy\":\"account\"}".getBytes(UTF_8));
    assertThat(TokenKey.separation(POLICY, "payer")).isEqualTo(Arrays.copyOf(digest, 16));
    assertThat(TokenKey.separation(POLICY, "")).isEmpty();
    assertThat(TokenKey.separation(new CardPolicy("card", 6, 4, 1), "")).hasSize(16);
  }

  /** What every policy but the oldest depends on, in the record and in its key's derivation. */
  @ParameterizedTest
  @MethodSource("schemes")
  void everyOtherPolicyHasARecordOfItsScheme(TokenPolicy policy, String scheme, String value)
      throws GeneralSecurityException {
    byte[] record = TokenKey.create(keys, master, CONTEXT, policy);
    JsonObject json = JsonValue.parseCanonicalObject(record);
    assertThat(json.string("format")).isEqualTo("strongroom-token-key-v2");
    assertThat(new String(json.object("scheme").canonicalBytes(), UTF_8)).isEqualTo(scheme);

    String identity =
        "{\"keyVersion\":2,\"policy\":\"" + policy.name() + "\",\"scheme\":" + scheme + "}";
    byte[] salt = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(UTF_8));
    byte[] key = new byte[policy instanceof JoinKeyPolicy ? 64 : 32];
    try (DataKey dataKey = keys.unwrap(WrappedDataKey.fromJson(json.object("key")), CONTEXT)) {
      HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA512Digest());
      hkdf.init(
          new HKDFParameters(
              dataKey.plaintext(),
              salt,
              ("strongroom/v1/token-" + policy.kind()).getBytes(US_ASCII)));
      hkdf.generateBytes(key, 0, key.length);
    }
    Tokenizer opened = TokenKey.open(record, keys, CONTEXT, policy);
    byte[] check = new byte[8];
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA512Digest());
    hkdf.init(new HKDFParameters(key, null, "strongroom/v1/token-key-check".getBytes(US_ASCII)));
    hkdf.generateBytes(check, 0, 8);
    assertThat(opened.reference().keyCheck()).isEqualTo(HexFormat.of().formatHex(check));
    assertThat(opened.tokenize(value))
        .isEqualTo(
            TokenKey.tokenizer(policy, "", key, TokenKey.separation(policy, "")).tokenize(value));

    byte[] another =
        with(
            json,
            "scheme",
            JsonValue.parseObject(scheme.replace("}", ",\"x\":1}").getBytes(UTF_8)));
    assertThatThrownBy(() -> TokenKey.open(another, keys, CONTEXT, policy))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MISMATCH))
        .hasMessageContaining("scheme");
  }

  static Stream<Arguments> schemes() {
    return Stream.of(
        Arguments.of(
            new Ff1Policy("p", "0123456789", "-", 1, 2, 9, 20, 2),
            "{\"alphabet\":\"0123456789\",\"keepFirst\":1,\"keepLast\":2,\"kind\":\"ff1\"}",
            "123456789"),
        Arguments.of(
            new CardPolicy("p", 6, 4, 2),
            "{\"checkDigit\":\"invalid\",\"keepFirst\":6,\"keepLast\":4,\"kind\":\"card\"}",
            "4111111111111111"),
        Arguments.of(
            new IbanPolicy("p", CheckDigits.VALID, 2),
            "{\"checkDigits\":\"valid\",\"kind\":\"iban\"}",
            "GB82WEST12345698765432"),
        Arguments.of(
            new KeyedHashPolicy("p", 2),
            "{\"bytes\":16,\"encoding\":\"base64url\",\"kind\":\"hmac-sha256\"}",
            "x"),
        Arguments.of(new JoinKeyPolicy("p", 2), "{\"kind\":\"aes-siv\"}", "x"));
  }

  /** The lines of the README. */
  @Test
  void aCardNumberIsTokenizedAndTurnedBackInAFewLines() {
    CardPolicy policy = new CardPolicy("card", 6, 4, 1);
    byte[] record = TokenKey.create(keys, master, CONTEXT, policy);
    Tokenizer cards = TokenKey.open(record, keys, CONTEXT, policy, "payer-card");
    PackedColumn column = PackedColumn.of(List.of("4111 1111 1111 1111"));
    PackedColumn tokens = new PackedColumn();

    String token = cards.tokenize("4111 1111 1111 1111");
    cards.tokenize(column, tokens);
    String number = cards.detokenize(token, DetokenizationScope.allowing("card"));

    assertThat(token).matches("4111 11[0-9]{2} [0-9]{4} 1111");
    assertThat(tokens.toList()).containsExactly(token);
    assertThat(number).isEqualTo("4111 1111 1111 1111");
    assertThat(TokenReference.fromJson(cards.reference().toJson())).isEqualTo(cards.reference());
  }

  @Test
  void aRecordOfOneFormatIsNoneOfTheOther() {
    byte[] card = TokenKey.create(keys, master, CONTEXT, new CardPolicy("account", 6, 4, 3));
    assertThatThrownBy(() -> TokenKey.open(card, keys, CONTEXT, POLICY))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MISMATCH));
    assertThatThrownBy(
            () -> TokenKey.open(stored, keys, CONTEXT, new CardPolicy("account", 6, 4, 3)))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MISMATCH));
  }

  @Test
  void masksHaveNoKey() {
    assertThatThrownBy(
            () -> TokenKey.create(keys, master, CONTEXT, MaskPolicy.ofLength("m", 4, 16, 1)))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_POLICY_INVALID));
  }

  private void assertMismatch(String what, TokenPolicy policy, EncryptionContext expected) {
    assertThatThrownBy(() -> TokenKey.open(stored, keys, expected, policy))
        .isInstanceOfSatisfying(
            TokenKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MISMATCH))
        .hasMessageContaining(what);
  }

  private static byte[] with(JsonObject object, String member, JsonValue value) {
    JsonObject.Builder changed = JsonObject.builder();
    object.without(member).members().forEach(changed::put);
    return changed.put(member, value).build().canonicalBytes();
  }

  private static RawAesKeyService service(byte[] key) {
    return new RawAesKeyService("test", "master", key, new SecureRandom());
  }
}
