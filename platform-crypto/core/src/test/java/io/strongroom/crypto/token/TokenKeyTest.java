package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class TokenKeyTest {
  private static final TokenPolicy POLICY =
      new TokenPolicy("account", TokenPolicy.DIGITS, "", 8, 20, 3);
  private static final EncryptionContext CONTEXT =
      EncryptionContext.strongroom().tenant("t-1").purpose("token").build();

  private final KeyId master = new KeyId("master");
  private final RawAesKeyService keys = service(new byte[32]);
  private final byte[] stored = TokenKey.create(keys, master, CONTEXT, POLICY);

  @Test
  void aStoredKeyGivesTheSameTokensEachTimeItIsOpened() {
    String token = TokenKey.open(stored, keys, POLICY).tokenize("12345678901234");
    assertThat(TokenKey.open(stored, keys, CONTEXT, POLICY).detokenize(token))
        .isEqualTo("12345678901234");
  }

  @Test
  void widerLengthsAndOtherKeptCharactersKeepTheTokens() {
    TokenPolicy wider = new TokenPolicy("account", TokenPolicy.DIGITS, "-", 6, 30, 3);
    assertThat(TokenKey.open(stored, keys, wider).tokenize("12345678901234"))
        .isEqualTo(TokenKey.open(stored, keys, POLICY).tokenize("12345678901234"));
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
    assertThat(TokenKey.open(stored, keys, POLICY).tokenize("12345678901234"))
        .isEqualTo(new Ff1Tokenizer(POLICY, key, new byte[0]).tokenize("12345678901234"));
  }

  @Test
  void aRewrappedKeyGivesTheSameTokens() {
    JsonObject record = JsonValue.parseObject(stored);
    WrappedDataKey again =
        keys.rewrap(WrappedDataKey.fromJson(record.object("key")), CONTEXT, master);
    assertThat(
            TokenKey.open(with(record, "key", again.toJson()), keys, POLICY).tokenize("12345678"))
        .isEqualTo(TokenKey.open(stored, keys, POLICY).tokenize("12345678"));
  }

  @Test
  void anotherPolicyAlphabetVersionOrContextIsRefused() {
    assertMismatch("name", new TokenPolicy("iban", TokenPolicy.DIGITS, "", 8, 20, 3), CONTEXT);
    assertMismatch("alphabet", new TokenPolicy("account", "0123456798", "", 8, 20, 3), CONTEXT);
    assertMismatch(
        "key version", new TokenPolicy("account", TokenPolicy.DIGITS, "", 8, 20, 4), CONTEXT);
    assertMismatch(
        "strongroom:tenant", POLICY, EncryptionContext.strongroom().tenant("t-2").build());
  }

  @Test
  void aRecordRewrittenForAnotherVersionGivesOtherTokens() {
    JsonObject record = JsonValue.parseObject(stored);
    byte[] rewritten = with(record, "keyVersion", new JsonValue.JsonNumber(4));
    TokenPolicy version4 = new TokenPolicy("account", TokenPolicy.DIGITS, "", 8, 20, 4);
    assertThat(TokenKey.open(rewritten, keys, version4).tokenize("12345678901234"))
        .isNotEqualTo(TokenKey.open(stored, keys, POLICY).tokenize("12345678901234"));
  }

  @Test
  void aChangedContextOrAnotherMasterKeyDoesNotUnwrap() {
    JsonObject record = JsonValue.parseObject(stored);
    byte[] changed =
        with(
            record,
            "context",
            EncryptionContext.strongroom().tenant("t-2").purpose("token").build().toJson());
    assertThatThrownBy(() -> TokenKey.open(changed, keys, POLICY))
        .isInstanceOf(DecryptionFailedException.class);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThatThrownBy(() -> TokenKey.open(stored, service(other), POLICY))
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
      assertThatThrownBy(() -> TokenKey.open(bad, keys, POLICY))
          .isInstanceOfSatisfying(
              TokenKeyException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_KEY_MALFORMED))
          .hasMessageContaining("account");
    }
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
