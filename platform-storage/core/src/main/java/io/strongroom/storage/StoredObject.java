package io.strongroom.storage;

import java.util.Objects;

/**
 * A whole object as it was read: its bytes and the entity tag that belongs to exactly these bytes.
 *
 * <p>The array is the caller's own copy; it is not copied again.
 *
 * @param content the bytes
 * @param etag the tag to give to {@link ObjectStore#putIfMatch}
 */
// An array in a record compares by identity: nobody compares stored objects.
@SuppressWarnings("ArrayRecordComponent")
public record StoredObject(byte[] content, String etag) {
  /** Checks that neither part is missing. */
  public StoredObject {
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(etag, "etag");
  }
}
