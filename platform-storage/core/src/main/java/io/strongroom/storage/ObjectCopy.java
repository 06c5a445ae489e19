package io.strongroom.storage;

import java.io.IOException;

/** Copies a part of an object through this process. */
final class ObjectCopy {
  private static final int PIECE = 1024 * 1024;

  private ObjectCopy() {}

  static WriteResult behind(
      ObjectStore store, String key, byte[] start, ObjectInfo source, long from) {
    if (from < 0 || from > source.size()) {
      throw new IllegalArgumentException(
          "offset " + from + " is not within the " + source.size() + " bytes of the object");
    }
    try (ObjectUpload upload = store.upload(key)) {
      upload.stream().write(start);
      for (long at = from; at < source.size(); ) {
        int wanted = (int) Math.min(PIECE, source.size() - at);
        byte[] piece = store.range(source.key(), at, wanted);
        if (piece.length < wanted) {
          throw changed(source);
        }
        upload.stream().write(piece);
        at += wanted;
      }
      requireSame(store, source);
      return upload.commit();
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "'" + key + "' cannot be written", e);
    }
  }

  /** The pieces belong together when the object has its tag still. */
  private static void requireSame(ObjectStore store, ObjectInfo source) {
    ObjectInfo now =
        store
            .head(source.key())
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageErrorCode.OBJECT_MISSING,
                        "object '" + source.key() + "' does not exist any more"));
    if (!now.etag().equals(source.etag())) {
      throw changed(source);
    }
  }

  private static StorageException changed(ObjectInfo source) {
    return new StorageException(
        StorageErrorCode.OBJECT_CHANGED,
        "object '" + source.key() + "' was replaced while it was copied");
  }
}
