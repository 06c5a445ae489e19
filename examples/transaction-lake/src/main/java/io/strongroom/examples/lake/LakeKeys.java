package io.strongroom.examples.lake;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.token.Ff1Policy;
import io.strongroom.crypto.token.TokenKey;
import io.strongroom.crypto.token.TokenPolicy;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The two keys that outlive a run: the one of the account tokens and the one of the row hashes.
 * Both lie in the store, wrapped by the key service, and are pinned by their digest.
 */
final class LakeKeys {
  /**
   * How customer numbers become account tokens: digits and letters are replaced, dashes and
   * underscores stay.
   */
  static final Ff1Policy CUSTOMER_ID =
      new Ff1Policy(
          "customer-id",
          TokenPolicy.DIGITS_AND_CAPITALS + "abcdefghijklmnopqrstuvwxyz",
          "-_",
          4,
          64,
          1);

  private static final String ROW_HASH_FORMAT = "transaction-lake-row-hash-key-v1";
  private static final byte[] ROW_HASH_INFO =
      "transaction-lake/v1/row-hash".getBytes(StandardCharsets.US_ASCII);

  private LakeKeys() {}

  static byte[] newTokenKey(KeyService keys, KeyId key) {
    return TokenKey.create(keys, key, context("customer-id-tokens"), CUSTOMER_ID);
  }

  static byte[] newRowHashKey(KeyService keys, KeyId key) {
    EncryptionContext context = context("row-hash");
    try (DataKey dataKey = keys.generateDataKey(key, context)) {
      return JsonObject.builder()
          .put("format", ROW_HASH_FORMAT)
          .put("key", dataKey.wrapped().toJson())
          .build()
          .canonicalBytes();
    }
  }

  /**
   * The tokenizer of customer numbers.
   *
   * @throws LakeException KEY_RECORD_ALTERED when the record is not the pinned one
   */
  static Tokenizer openTokenKey(ObjectStore store, KeyService keys, String pinnedDigest) {
    byte[] record = pinned(store, LakeFolder.TOKEN_KEY, pinnedDigest);
    return TokenKey.open(record, keys, context("customer-id-tokens"), CUSTOMER_ID);
  }

  /**
   * The key of row hashes, 32 bytes.
   *
   * @throws LakeException KEY_RECORD_ALTERED when the record is not the pinned one
   */
  static byte[] openRowHashKey(ObjectStore store, KeyService keys, String pinnedDigest) {
    byte[] record = pinned(store, LakeFolder.ROW_HASH_KEY, pinnedDigest);
    byte[] plaintext = new byte[0];
    try {
      WrappedDataKey wrapped =
          WrappedDataKey.fromJson(JsonValue.parseCanonicalObject(record).object("key"));
      try (DataKey dataKey = keys.unwrap(wrapped, context("row-hash"))) {
        plaintext = dataKey.plaintext();
        return Hkdf.sha512(plaintext, new byte[0], ROW_HASH_INFO, 32);
      }
    } catch (JsonException malformed) {
      throw new LakeException(
          LakeErrorCode.KEY_RECORD_ALTERED,
          LakeFolder.ROW_HASH_KEY + " is not a key record",
          malformed);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** The bytes of a record, which must be the pinned ones. */
  static byte[] pinned(ObjectStore store, String key, String pinnedDigest) {
    byte[] record =
        store
            .get(key)
            .map(StoredObject::content)
            .orElseThrow(
                () -> new LakeException(LakeErrorCode.KEY_RECORD_ALTERED, key + " is missing"));
    if (!LakeSetup.sha256(record).equals(pinnedDigest)) {
      throw new LakeException(
          LakeErrorCode.KEY_RECORD_ALTERED, key + " has another digest than the pinned one");
    }
    return record;
  }

  private static EncryptionContext context(String purpose) {
    return EncryptionContext.strongroom().domain(LakeDatasets.DOMAIN).purpose(purpose).build();
  }
}
