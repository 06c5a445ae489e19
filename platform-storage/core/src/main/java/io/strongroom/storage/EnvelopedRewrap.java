package io.strongroom.storage;

import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.HeaderRewrap;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.WrappingKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Puts standalone enveloped objects under other wrapping keys: writes a new object with a new
 * header and the same body, which the store copies by itself where it can ({@link
 * ObjectStore#copyBehind}). Nothing but the header is decrypted or encrypted.
 *
 * <p><b>What it costs.</b> The old and the new object hold the same content under the same data
 * key, with two headers. Whoever sees both headers can compute from their tags what authenticates
 * the frames, and can from then on <em>change</em> either object unnoticed where it can be written
 * to; reading still takes the data key ({@link HeaderRewrap}). So the old object must be destroyed
 * with every version, replica and backup of it, and whoever may have read its header is trusted not
 * to write. Where that cannot be said, read the object and write it anew. Objects of a run need
 * none of this: their keys lie in the run's {@code keys.json}, which is replaced.
 *
 * <p>In this order: {@link #rewrap}; lead what names the old object to the new one; destroy the old
 * one ({@link ObjectStore#deleteAllVersions}). A crash in between leaves the old object whole, and
 * the new one whole or not there.
 *
 * <p>Thread-safe when the store is. Owns neither the store nor the encryptor.
 */
public final class EnvelopedRewrap {
  /** The longest header that the encryptor reads. */
  private static final int HEADER = 256 * 1024;

  /** Format version, suite and message id: what a rewritten header leaves as it was. */
  private static final int IDENTITY = 1 + 2 + 32;

  private final ObjectStore store;
  private final EnvelopeEncryptor encryptor;
  private final HeaderRewrap headers;

  private EnvelopedRewrap(ObjectStore store, EnvelopeEncryptor encryptor) {
    this.store = Objects.requireNonNull(store, "store");
    this.encryptor = Objects.requireNonNull(encryptor, "encryptor");
    this.headers = HeaderRewrap.whereFormerHeadersAreDestroyed(encryptor);
  }

  /**
   * Re-wraps objects. The name is what the caller answers for: see the cost above.
   *
   * @param store holds the objects
   * @param encryptor its key service unwraps and wraps, its limits hold
   */
  public static EnvelopedRewrap whereFormerObjectsAreDestroyed(
      ObjectStore store, EnvelopeEncryptor encryptor) {
    return new EnvelopedRewrap(store, encryptor);
  }

  /**
   * Writes the message of one object under other keys to a free key.
   *
   * <p>Guarantees: the old object is opened first, header and end, with the expected context, so
   * that one that was cut short is refused; frames are not verified. After {@link WriteResult.Won}
   * the new object has been opened under the new keys. The old object is never changed.
   *
   * @param from the key of the object
   * @param to the key of the new one
   * @param wrapping the keys that are to open it from now on
   * @param expected every pair must stand in the object's context
   * @return {@link WriteResult.Lost} when {@code to} was taken, perhaps by an earlier try of this:
   *     {@link #holdSameMessage} tells; {@link WriteResult.Unknown} when the reply was lost and
   *     nothing stands there yet
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING}, or {@link
   *     StorageErrorCode#OBJECT_CHANGED} when the object is replaced meanwhile; nothing was written
   * @throws DecryptionFailedException when the object is not authentic, cut short, of another
   *     context, signed, or of format version 1
   * @throws io.strongroom.crypto.KeyUnavailableException when the old keys or one of the new ones
   *     cannot be used
   */
  public WriteResult rewrap(
      String from, String to, WrappingKeys wrapping, EncryptionContext expected) {
    ObjectInfo source = existing(from);
    encryptor.open(ObjectSource.of(store, source), expected).close();
    byte[] first = beginning(source);
    byte[] start = headers.rewrap(first, wrapping, expected);
    WriteResult result = store.copyBehind(to, start, source, first.length);
    if (result instanceof WriteResult.Unknown unknown) {
      result = resolved(to, start, start.length + source.size() - first.length, unknown);
    }
    if (result instanceof WriteResult.Won) {
      encryptor.open(ObjectSource.of(store, to), expected).close();
    }
    return result;
  }

  /** The wrapped keys in the new header are of this try alone. */
  private WriteResult resolved(String to, byte[] start, long length, WriteResult.Unknown unknown) {
    ObjectInfo stands = store.head(to).orElse(null);
    if (stands == null) {
      return unknown;
    }
    return stands.size() == length && Arrays.equals(store.range(to, 0, start.length), start)
        ? new WriteResult.Won(stands.etag())
        : new WriteResult.Lost();
  }

  /**
   * Whether two objects are one message, under whatever keys: for an attempt that finds the key of
   * the new object taken. Both are opened, header and end; frames are not compared.
   *
   * @param expected every pair must stand in the context of both
   * @return false also when the second is not there
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when the first is not there
   * @throws DecryptionFailedException when one of them is not authentic or cut short
   */
  public boolean holdSameMessage(String one, String other, EncryptionContext expected) {
    if (store.head(other).isEmpty()) {
      return false;
    }
    try (EnvelopeChannel first = encryptor.open(ObjectSource.of(store, one), expected);
        EnvelopeChannel second = encryptor.open(ObjectSource.of(store, other), expected)) {
      return first.length() == second.length()
          && Arrays.equals(store.range(one, 0, IDENTITY), store.range(other, 0, IDENTITY));
    }
  }

  /**
   * The wrapped keys in an object's header, for a census of what is under which key. Nothing is
   * authenticated.
   *
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   * @throws DecryptionFailedException when the object is no message
   */
  public List<WrappedDataKey> wrappedKeys(String key) {
    try {
      return headers.wrappedKeys(new ByteArrayInputStream(beginning(existing(key))));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private ObjectInfo existing(String key) {
    return store
        .head(key)
        .orElseThrow(
            () ->
                new StorageException(
                    StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist"));
  }

  private byte[] beginning(ObjectInfo object) {
    return store.range(object.key(), 0, (int) Math.min(HEADER, object.size()));
  }
}
