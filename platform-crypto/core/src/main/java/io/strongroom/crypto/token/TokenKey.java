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
import java.util.Locale;
import java.util.Set;

/**
 * The key of one version of one token policy, stored as a record in which it is wrapped by a key
 * service.
 *
 * <p>The record is canonical JSON and holds nothing secret in clear:
 *
 * <pre>{@code
 * {"context":{...},"format":"strongroom-token-key-v2","key":{...},"keyVersion":1,"policy":"...",
 *  "scheme":{"kind":"...",...}}
 * }</pre>
 *
 * <p>The scheme holds the components of the policy that its tokens depend on. A policy of FF1 that
 * preserves nothing has the older format, {@code strongroom-token-key-v1}, with {@code "alphabet"}
 * in place of the scheme.
 *
 * <p>The key of the tokens is {@code HKDF-SHA-512(data key, salt = SHA-256 of the canonical JSON
 * {"keyVersion":...,"policy":...,"scheme":...} or, in the older format,
 * {"alphabet":...,"keyVersion":...,"policy":...}, info = "strongroom/v1/token-" and the kind, 32
 * bytes, or 64 for aes-siv)}. Widening a policy's lengths keeps its tokens.
 */
public final class TokenKey {
  private static final String FORMAT_1 = "strongroom-token-key-v1";
  private static final String FORMAT_2 = "strongroom-token-key-v2";
  private static final Set<String> MEMBERS_1 =
      Set.of("alphabet", "context", "format", "key", "keyVersion", "policy");
  private static final Set<String> MEMBERS_2 =
      Set.of("context", "format", "key", "keyVersion", "policy", "scheme");
  private static final int SEPARATION_BYTES = 16;
  static final int FIELD_LIMIT = 256;

  private TokenKey() {}

  /**
   * Makes a new key for a policy.
   *
   * @param keys the service that makes the data key and wraps it
   * @param key the key to wrap it under
   * @param context what the wrapping is bound to; stored in the record in clear
   * @param policy the policy; not one of masks, which need no key
   * @return the record to store; losing it is losing the way back from every token
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} for a policy of
   *     masks
   */
  public static byte[] create(
      KeyService keys, KeyId key, EncryptionContext context, TokenPolicy policy) {
    JsonObject identity = identity(policy);
    try (DataKey dataKey = keys.generateDataKey(key, context)) {
      JsonObject.Builder record = JsonObject.builder();
      identity.members().forEach(record::put);
      return record
          .put("format", identity.members().containsKey("alphabet") ? FORMAT_1 : FORMAT_2)
          .put("context", context.toJson())
          .put("key", dataKey.wrapped().toJson())
          .build()
          .canonicalBytes();
    }
  }

  /**
   * The tokenizer of a record, whose tokens are the same in all fields, so that fields can be
   * joined.
   *
   * @param stored what {@link #create} returned
   * @param keys the service that unwraps the data key
   * @param expected pairs that must stand in the context that the record was made in, at least one
   *     if it has any
   * @param policy the policy; what its tokens depend on must be that of the record
   * @return a tokenizer that needs the service no more
   * @throws TokenKeyException {@link CryptoErrorCode#TOKEN_KEY_MALFORMED} when the bytes are not a
   *     record, {@link CryptoErrorCode#TOKEN_KEY_MISMATCH} when it is one of another policy,
   *     alphabet, version or context
   */
  public static Tokenizer open(
      byte[] stored, KeyService keys, EncryptionContext expected, TokenPolicy policy) {
    return open(stored, keys, expected, policy, "");
  }

  /**
   * The tokenizer of a record for one field, whose tokens cannot be joined with those of another.
   *
   * @param stored what {@link #create} returned
   * @param keys the service that unwraps the data key
   * @param expected pairs that must stand in the context that the record was made in, at least one
   *     if it has any
   * @param policy the policy; what its tokens depend on must be that of the record
   * @param field name of the field, at most 256 characters, part of the tweak; empty for tokens
   *     that are the same in all fields
   * @return a tokenizer that needs the service no more
   * @throws TokenKeyException as {@link #open(byte[], KeyService, EncryptionContext, TokenPolicy)}
   * @throws IllegalArgumentException when the field's name is longer or not valid Unicode
   */
  public static Tokenizer open(
      byte[] stored,
      KeyService keys,
      EncryptionContext expected,
      TokenPolicy policy,
      String field) {
    if (field.length() > FIELD_LIMIT) {
      throw new IllegalArgumentException("a field's name has at most 256 characters");
    }
    byte[] separation = separation(policy, field);
    JsonObject identity = identity(policy);
    EncryptionContext context;
    WrappedDataKey wrapped;
    try {
      JsonObject record = JsonValue.parseCanonicalObject(stored);
      Set<String> members = record.members().keySet();
      String format = record.string("format");
      if (!(members.equals(MEMBERS_1) && format.equals(FORMAT_1))
          && !(members.equals(MEMBERS_2) && format.equals(FORMAT_2))) {
        throw new IllegalArgumentException("unknown format");
      }
      context = EncryptionContext.fromJson(record.object("context"));
      wrapped = WrappedDataKey.fromJson(record.object("key"));
      match(policy, "name", policy.name().equals(record.string("policy")));
      match(policy, "key version", policy.keyVersion() == record.integer("keyVersion"));
      for (String member : identity.members().keySet()) {
        match(policy, member, identity.members().get(member).equals(record.members().get(member)));
      }
    } catch (JsonException | IllegalArgumentException e) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_KEY_MALFORMED,
          "the token key for policy "
              + policy.name()
              + " is not a record of format "
              + FORMAT_1
              + " or "
              + FORMAT_2,
          e);
    }
    match(
        policy,
        "context than the empty one that is expected",
        !expected.pairs().isEmpty() || context.pairs().isEmpty());
    expected
        .pairs()
        .forEach((key, value) -> match(policy, key, value.equals(context.pairs().get(key))));
    byte[] info = ("strongroom/v1/token-" + policy.kind()).getBytes(StandardCharsets.US_ASCII);
    int length =
        policy instanceof JoinKeyPolicy ? SivTokenizer.KEY_BYTES : FormatTokenizer.KEY_BYTES;
    byte[] plaintext = new byte[0];
    byte[] key = new byte[0];
    try (DataKey dataKey = keys.unwrap(wrapped, context)) {
      plaintext = dataKey.plaintext();
      key = Hkdf.sha512(plaintext, sha256(identity.canonicalBytes()), info, length);
      return tokenizer(policy, field, key, separation);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The tokenizer of a policy under a key, which is copied. */
  static Tokenizer tokenizer(TokenPolicy policy, String field, byte[] key, byte[] separation) {
    TokenReference reference = TokenReference.of(policy, field, key);
    if (policy instanceof KeyedHashPolicy hash) {
      return new KeyedHashTokenizer(reference, hash, key, separation);
    }
    if (policy instanceof JoinKeyPolicy join) {
      return new SivTokenizer(reference, join, key, separation);
    }
    return new FormatTokenizer(reference, policy, key, separation);
  }

  /**
   * What separates the tokens of fields and policies: the FF1 tweak, the associated data of
   * AES-SIV, the beginning of what HMAC is computed over. 16 bytes, or none for a policy of the
   * older format without a field.
   */
  static byte[] separation(TokenPolicy policy, String field) {
    if (field.isEmpty() && isPlain(policy)) {
      return new byte[0];
    }
    byte[] separation =
        JsonObject.builder()
            .put("field", field)
            .put("policy", policy.name())
            .build()
            .canonicalBytes();
    return Arrays.copyOf(sha256(separation), SEPARATION_BYTES);
  }

  private static boolean isPlain(TokenPolicy policy) {
    return policy instanceof Ff1Policy ff1 && ff1.keepFirst() == 0 && ff1.keepLast() == 0;
  }

  /** What the tokens of a policy depend on. */
  private static JsonObject identity(TokenPolicy policy) {
    JsonObject.Builder identity =
        JsonObject.builder().put("policy", policy.name()).put("keyVersion", policy.keyVersion());
    if (policy instanceof Ff1Policy ff1 && isPlain(policy)) {
      return identity.put("alphabet", ff1.alphabet()).build();
    }
    JsonObject.Builder scheme = JsonObject.builder().put("kind", policy.kind());
    if (policy instanceof Ff1Policy ff1) {
      scheme
          .put("alphabet", ff1.alphabet())
          .put("keepFirst", ff1.keepFirst())
          .put("keepLast", ff1.keepLast());
    } else if (policy instanceof CardPolicy card) {
      scheme
          .put("checkDigit", lower(card.checkDigit()))
          .put("keepFirst", card.keepFirst())
          .put("keepLast", card.keepLast());
    } else if (policy instanceof IbanPolicy iban) {
      scheme.put("checkDigits", lower(iban.checkDigits()));
    } else if (policy instanceof KeyedHashPolicy hash) {
      scheme.put("bytes", hash.bytes()).put("encoding", lower(hash.encoding()));
    } else if (policy instanceof MaskPolicy) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_POLICY_INVALID,
          "token policy: kind of policy " + policy.name() + " is mask, which has no key");
    }
    return identity.put("scheme", scheme.build()).build();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
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
