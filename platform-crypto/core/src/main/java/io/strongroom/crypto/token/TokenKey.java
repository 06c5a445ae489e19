package io.strongroom.crypto.token;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.TokenKeyException;
import io.strongroom.crypto.WrappedDataKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The key of one version of one token policy, stored as a record in which it is wrapped by a key
 * service.
 *
 * <p>The record is canonical JSON and holds nothing secret in clear:
 *
 * <pre>{@code
 * {"alphabet":"...","context":{...},"format":"strongroom-token-key-v1","key":{...},
 *  "keyVersion":1,"policy":"..."}
 * }</pre>
 *
 * <p>The AES key is {@code HKDF-SHA-512(data key, salt = SHA-256 of the canonical JSON
 * {"alphabet":...,"keyVersion":...,"policy":...}, info = "strongroom/v1/token-ff1", 32 bytes)} and
 * the FF1 tweak is empty, so that tokens depend on the data key, the policy's name, its alphabet
 * and the key's version, and on nothing else. Widening a policy's lengths keeps its tokens.
 */
public final class TokenKey {
  private static final String FORMAT = "strongroom-token-key-v1";
  private static final Set<String> MEMBERS =
      Set.of("alphabet", "context", "format", "key", "keyVersion", "policy");
  private static final byte[] INFO = "strongroom/v1/token-ff1".getBytes(StandardCharsets.US_ASCII);

  private TokenKey() {}

  /**
   * Makes a new key for a policy.
   *
   * @param keys the service that makes the data key and wraps it
   * @param key the key to wrap it under
   * @param context what the wrapping is bound to; stored in the record in clear
   * @param policy the policy
   * @return the record to store; losing it is losing the way back from every token
   */
  public static byte[] create(
      KeyService keys, KeyId key, EncryptionContext context, TokenPolicy policy) {
    try (DataKey dataKey = keys.generateDataKey(key, context)) {
      return JsonObject.builder()
          .put("format", FORMAT)
          .put("policy", policy.name())
          .put("keyVersion", policy.keyVersion())
          .put("alphabet", policy.alphabet())
          .put("context", context.toJson())
          .put("key", dataKey.wrapped().toJson())
          .build()
          .canonicalBytes();
    }
  }

  /**
   * The tokenizer of a record, whatever context it was made in.
   *
   * @param stored what {@link #create} returned
   * @param keys the service that unwraps the data key
   * @param policy the policy; its name, alphabet and key version must be those of the record
   * @return a tokenizer that needs the service no more
   * @throws TokenKeyException as {@link #open(byte[], KeyService, EncryptionContext, TokenPolicy)}
   */
  public static Tokenizer open(byte[] stored, KeyService keys, TokenPolicy policy) {
    return open(stored, keys, EncryptionContext.of(Map.of()), policy);
  }

  /**
   * The tokenizer of a record.
   *
   * @param stored what {@link #create} returned
   * @param keys the service that unwraps the data key
   * @param expected pairs that must stand in the context that the record was made in
   * @param policy the policy; its name, alphabet and key version must be those of the record
   * @return a tokenizer that needs the service no more
   * @throws TokenKeyException {@link CryptoErrorCode#TOKEN_KEY_MALFORMED} when the bytes are not a
   *     record, {@link CryptoErrorCode#TOKEN_KEY_MISMATCH} when it is one of another policy,
   *     alphabet, version or context
   */
  public static Tokenizer open(
      byte[] stored, KeyService keys, EncryptionContext expected, TokenPolicy policy) {
    JsonObject record;
    EncryptionContext context;
    WrappedDataKey wrapped;
    long version;
    try {
      record = JsonValue.parseCanonicalObject(stored);
      if (!record.members().keySet().equals(MEMBERS) || !record.string("format").equals(FORMAT)) {
        throw new IllegalArgumentException("unknown format");
      }
      version = record.integer("keyVersion");
      context = EncryptionContext.fromJson(record.object("context"));
      wrapped = WrappedDataKey.fromJson(record.object("key"));
      match(policy, "name", policy.name().equals(record.string("policy")));
      match(policy, "alphabet", policy.alphabet().equals(record.string("alphabet")));
      match(policy, "key version", policy.keyVersion() == version);
    } catch (JsonException | IllegalArgumentException e) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_KEY_MALFORMED,
          "the token key for policy " + policy.name() + " is not a record of format " + FORMAT,
          e);
    }
    expected
        .pairs()
        .forEach((key, value) -> match(policy, key, value.equals(context.pairs().get(key))));
    byte[] plaintext = new byte[0];
    byte[] key = new byte[0];
    try (DataKey dataKey = keys.unwrap(wrapped, context)) {
      plaintext = dataKey.plaintext();
      key = Hkdf.sha512(plaintext, salt(policy), INFO, 32);
      return new Ff1Tokenizer(policy, key, new byte[0]);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] salt(TokenPolicy policy) {
    byte[] identity =
        JsonObject.builder()
            .put("policy", policy.name())
            .put("keyVersion", policy.keyVersion())
            .put("alphabet", policy.alphabet())
            .build()
            .canonicalBytes();
    try {
      return MessageDigest.getInstance("SHA-256").digest(identity);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static void match(TokenPolicy policy, String what, boolean equal) {
    if (!equal) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_KEY_MISMATCH,
          "the token key for policy " + policy.name() + " was made for another " + what);
    }
  }
}
