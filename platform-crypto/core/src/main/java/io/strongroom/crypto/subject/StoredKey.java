package io.strongroom.crypto.subject;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.WrappedDataKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON of a wrapped key in the store. */
final class StoredKey {
  private static final String FORMAT = "strongroom-subject-key-v1";
  private static final Set<String> MEMBERS = Set.of("format", "key");

  private StoredKey() {}

  static byte[] toJson(WrappedDataKey key) {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("key", key.toJson())
        .build()
        .canonicalBytes();
  }

  /**
   * Reads a wrapped key.
   *
   * @throws SubjectKeyException when it is malformed
   */
  static WrappedDataKey parse(byte[] stored) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(stored);
      if (json.members().keySet().equals(MEMBERS) && json.string("format").equals(FORMAT)) {
        return WrappedDataKey.fromJson(json.object("key"));
      }
      throw malformed(null);
    } catch (JsonException | DecryptionFailedException e) {
      throw malformed(e);
    }
  }

  private static SubjectKeyException malformed(@Nullable Exception cause) {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_RECORD_MALFORMED,
        "the record of a subject key or of the lookup key is malformed",
        cause);
  }
}
