package io.strongroom.storage;

import java.util.Objects;

/**
 * Bytes of known length that can be read anywhere.
 *
 * <p>Thread-safe when the store beneath it is; holds nothing that needs closing.
 */
public interface RangedSource {

  /** The number of bytes. */
  long length();

  /**
   * Copies bytes from {@code offset} on into {@code into[at ..]}: {@code length} of them, or as
   * many as there are before the end.
   *
   * @return how many bytes were copied; 0 at or beyond the end
   * @throws StorageException when the store does not answer, or the object is gone or shorter than
   *     it was
   */
  int read(long offset, byte[] into, int at, int length);

  /**
   * Reads an object that is never replaced, as data files are.
   *
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   */
  static RangedSource of(ObjectStore store, String key) {
    long size =
        store
            .head(key)
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist"))
            .size();
    return new RangedSource() {
      @Override
      public long length() {
        return size;
      }

      @Override
      public int read(long offset, byte[] into, int at, int length) {
        Objects.checkFromIndexSize(at, length, into.length);
        if (offset < 0) {
          throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        int wanted = (int) Math.max(0, Math.min(length, size - offset));
        if (wanted == 0) {
          return 0;
        }
        byte[] bytes = store.range(key, offset, wanted);
        if (bytes.length != wanted) {
          throw new StorageException(
              StorageErrorCode.OBJECT_CHANGED,
              "object '" + key + "' is shorter than the " + size + " bytes it had when opened");
        }
        System.arraycopy(bytes, 0, into, at, wanted);
        return wanted;
      }
    };
  }
}
