package io.strongroom.storage.run.internal;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reading, and writing once, of control objects. */
public final class ControlObjects {
  private static final int TRIES = 6;
  private static final int MAX_MESSAGE = 300;

  private ControlObjects() {}

  /**
   * Reads an object of which any damage is an integrity failure that names it.
   *
   * @param code the failure of a damaged object
   * @param parser turns its bytes into what they mean
   * @return empty when there is no such object
   */
  public static <T> Optional<T> read(
      ObjectStore store, String key, StorageErrorCode code, Function<byte[], T> parser) {
    return get(store, key, code).map(object -> parse(key, object.content(), code, parser));
  }

  /**
   * Reads an object that is small wherever nobody has replaced it: one that is too large to be read
   * whole is an integrity failure that names it.
   *
   * @param code the failure of a damaged object
   * @return empty when there is no such object
   */
  public static Optional<StoredObject> get(ObjectStore store, String key, StorageErrorCode code) {
    try {
      return store.get(key);
    } catch (StorageException e) {
      if (e.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
        throw new StorageException(code, "object " + key + " is too large to be one", e);
      }
      throw e;
    }
  }

  /** Turns bytes into what they mean; any damage is an integrity failure that names the object. */
  public static <T> T parse(
      String key, byte[] content, StorageErrorCode code, Function<byte[], T> parser) {
    try {
      return parser.apply(content);
    } catch (JsonException | IllegalArgumentException | CryptoException e) {
      throw new StorageException(code, "object " + key + ": " + brief(e.getMessage()), e);
    }
  }

  /** A message as one short line, whatever a forged object made it quote. */
  private static String brief(@Nullable String message) {
    String line = String.valueOf(message).replaceAll("[^\\p{Print}]", "?");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "...";
  }

  /** A parser of canonical, unsigned objects. */
  public static <T> Function<byte[], T> canonical(Function<JsonObject, T> reader) {
    return content -> reader.apply(JsonValue.parseCanonicalObject(content));
  }

  /**
   * Creates an object, or finds what stands there: the one operation by which a race for a key is
   * settled. Whoever gets these bytes back may rely on every other caller getting the same.
   *
   * @return the bytes that stand under the key, mine or not
   * @throws StorageException {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN} when neither writing
   *     nor reading told, after some tries; the object may appear later
   */
  public static byte[] first(ObjectStore store, String key, byte[] mine) {
    @Nullable Throwable cause = null;
    for (int i = 0; i < TRIES; i++) {
      WriteResult result = store.putIfAbsent(key, mine);
      if (result instanceof WriteResult.Won) {
        return mine;
      }
      if (result instanceof WriteResult.Unknown unknown) {
        cause = unknown.cause();
      }
      Optional<StoredObject> stored = get(store, key, StorageErrorCode.OBJECT_CHANGED);
      if (stored.isPresent()) {
        return stored.get().content();
      }
    }
    throw new StorageException(
        StorageErrorCode.WRITE_OUTCOME_UNKNOWN, "object " + key + " may have been written", cause);
  }

  /**
   * Refuses a signed object unless all its signatures are by keys that count at an index of the
   * audit log. For objects whose signatures have been checked.
   */
  public static void requireKeysCounting(
      byte[] stored, Keyring keyring, KeyPurpose purpose, long index) {
    for (JsonObject signature : JsonValue.parseObject(stored).objects("signatures")) {
      boolean counts =
          keyring
              .find(signature.string("keyid"), purpose)
              .map(key -> key.countsAt(index))
              .orElse(false);
      if (!counts) {
        throw new IllegalArgumentException(
            "it is signed by a key that does not count at index " + index + " of the audit log");
      }
    }
  }
}
