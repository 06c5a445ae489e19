package io.strongroom.crypto.token;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.TokenKeyException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;

/**
 * Under what some tokens were made: to be recorded where they are stored, such as in the metadata
 * of a file or the manifest of a dataset, because the tokens themselves do not tell. Nothing in it
 * is secret.
 *
 * @param policy name of the policy
 * @param kind kind of the policy, as {@link TokenPolicy#kind} has it
 * @param keyVersion version of the key
 * @param field the field that the tokens were made for, or empty when they are the same in all
 *     fields
 * @param keyCheck 16 hexadecimal digits that the key derives and that do not lead back to it, or
 *     empty when there is no key: another key under the same name and version is noticed by it
 */
public record TokenReference(
    String policy, String kind, int keyVersion, String field, String keyCheck) {
  private static final String FORMAT = "strongroom-token-reference-v1";
  private static final Set<String> MEMBERS =
      Set.of("field", "format", "keyCheck", "keyVersion", "kind", "policy");
  private static final byte[] INFO =
      "strongroom/v1/token-key-check".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECK_BYTES = 8;

  /**
   * Checks the reference.
   *
   * @throws IllegalArgumentException when a component is none of a reference
   */
  public TokenReference {
    if (!PolicyRule.isName(policy)
        || !PolicyRule.isName(kind)
        || keyVersion < 1
        || field.length() > TokenKey.FIELD_LIMIT
        || !keyCheck.matches("([0-9a-f]{16})?")) {
      throw new IllegalArgumentException("no policy, kind, version, field or check of a reference");
    }
  }

  static TokenReference of(TokenPolicy policy, String field, byte[] key) {
    String check =
        key.length == 0
            ? ""
            : HexFormat.of().formatHex(Hkdf.sha512(key, new byte[0], INFO, CHECK_BYTES));
    return new TokenReference(policy.name(), policy.kind(), policy.keyVersion(), field, check);
  }

  /**
   * The reference as JSON.
   *
   * @return an object of format {@code strongroom-token-reference-v1}
   */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("policy", policy)
        .put("kind", kind)
        .put("keyVersion", keyVersion)
        .put("field", field)
        .put("keyCheck", keyCheck)
        .build();
  }

  /**
   * Reads what {@link #toJson} gave.
   *
   * @param json an object of format {@code strongroom-token-reference-v1}
   * @return the reference
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_REFERENCE_MALFORMED} for any other
   *     object
   */
  public static TokenReference fromJson(JsonObject json) {
    try {
      long version = json.integer("keyVersion");
      if (!json.members().keySet().equals(MEMBERS)
          || !json.string("format").equals(FORMAT)
          || version > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("unknown format");
      }
      return new TokenReference(
          json.string("policy"),
          json.string("kind"),
          (int) Math.max(0, version),
          json.string("field"),
          json.string("keyCheck"));
    } catch (JsonException | IllegalArgumentException e) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_REFERENCE_MALFORMED,
          "what is recorded beside tokens is not of format " + FORMAT,
          e);
    }
  }

  /**
   * Does nothing when a tokenizer makes tokens like those this reference stands beside.
   *
   * @param tokenizer the tokenizer about to be used
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_REFERENCE_MISMATCH} when its
   *     policy, kind, key version, field or key is another; the message names which
   */
  public void require(Tokenizer tokenizer) {
    TokenReference own = tokenizer.reference();
    match("policy", policy.equals(own.policy));
    match("kind of policy", kind.equals(own.kind));
    match("key version", keyVersion == own.keyVersion);
    match("field", field.equals(own.field));
    match("key", keyCheck.equals(own.keyCheck));
  }

  private void match(String what, boolean equal) {
    if (!equal) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_REFERENCE_MISMATCH,
          "the stored tokens of policy " + policy + " were made under another " + what);
    }
  }
}
