package io.strongroom.crypto.rewrap;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.WrappedDataKey;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Wrapped data keys that are kept together and replaced together. Immutable.
 *
 * <p>A record is not authenticated as a whole: each of its keys is, by the key service and under
 * its context.
 *
 * @param id the record's name in its store; never empty
 * @param epoch 1 for a new record; the epoch of the campaign that replaced it last
 * @param keys at least one; copied
 * @param revision what tells this content of the record from any other: a digest, an ETag
 */
public record KeyRecord(String id, long epoch, List<RecordedKey> keys, String revision) {
  private static final String FORMAT = "strongroom-key-record-v1";
  private static final Set<String> MEMBERS = Set.of("epoch", "format", "id", "keys");
  private static final Set<String> KEY_MEMBERS = Set.of("context", "wrapped");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when the id is empty, the epoch is less than 1 or there is no
   *     key
   */
  public KeyRecord {
    Objects.requireNonNull(revision, "revision");
    keys = List.copyOf(keys);
    if (id.isEmpty() || epoch < 1 || keys.isEmpty()) {
      throw new IllegalArgumentException("a record has an id, an epoch of at least 1 and a key");
    }
  }

  /**
   * The stored form.
   *
   * @param id the record's name
   * @param epoch at least 1
   * @param keys at least one
   * @return canonical JSON, UTF-8
   */
  public static byte[] stored(String id, long epoch, List<RecordedKey> keys) {
    return JsonObject.builder()
        .put("epoch", epoch)
        .put("format", FORMAT)
        .put("id", id)
        .putObjects(
            "keys",
            keys.stream()
                .map(
                    key ->
                        JsonObject.builder()
                            .put("context", key.context().toJson())
                            .put("wrapped", key.wrapped().toJson())
                            .build())
                .toList())
        .build()
        .canonicalBytes();
  }

  /**
   * Reads the stored form.
   *
   * @param id the name under which it was stored
   * @param stored what {@link #stored} gave
   * @param revision what the store tells this content by
   * @return the record
   * @throws CryptoException KEY_RECORD_MALFORMED when it is malformed, not canonical or of another
   *     name
   */
  public static KeyRecord parse(String id, byte[] stored, String revision) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(stored);
      requireMembers(json, MEMBERS);
      if (!json.string("format").equals(FORMAT) || !json.string("id").equals(id)) {
        throw new IllegalArgumentException("unknown format or another record");
      }
      return new KeyRecord(
          id,
          json.integer("epoch"),
          json.objects("keys").stream().map(KeyRecord::key).toList(),
          revision);
    } catch (JsonException | IllegalArgumentException | DecryptionFailedException malformed) {
      throw new CryptoException(
          CryptoErrorCode.KEY_RECORD_MALFORMED, "record " + id + " is malformed", malformed);
    }
  }

  private static RecordedKey key(JsonObject json) {
    requireMembers(json, KEY_MEMBERS);
    return new RecordedKey(
        EncryptionContext.fromJson(json.object("context")),
        WrappedDataKey.fromJson(json.object("wrapped")));
  }

  private static void requireMembers(JsonObject json, Set<String> members) {
    if (!json.members().keySet().equals(members)) {
      throw new IllegalArgumentException("other members than those of the format");
    }
  }
}
