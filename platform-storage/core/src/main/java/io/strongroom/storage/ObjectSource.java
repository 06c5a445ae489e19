package io.strongroom.storage;

import io.strongroom.crypto.RangedSource;
import java.util.Objects;

/** An object of a store as a {@link RangedSource}, for what reads anywhere. */
public final class ObjectSource implements RangedSource {
  private final ObjectStore store;
  private final String key;
  private final long length;

  private ObjectSource(ObjectStore store, String key, long length) {
    this.store = store;
    this.key = key;
    this.length = length;
  }

  /**
   * Reads an object that is never replaced, as data files are.
   *
   * <p>Guarantees: each read asks the store for just the range it was asked for; an object that has
   * become shorter is noticed by a read that reaches beyond its new end.
   *
   * <p>Thread-safe when the store is; holds nothing that needs closing.
   *
   * @param store not closed
   * @param key the object's key
   * @return reads of it throw {@link StorageException}: {@link StorageErrorCode#OBJECT_MISSING}
   *     when the object is gone, {@link StorageErrorCode#OBJECT_CHANGED} when it is shorter than it
   *     was
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   */
  public static ObjectSource of(ObjectStore store, String key) {
    ObjectInfo info =
        store
            .head(key)
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist"));
    return of(store, info);
  }

  /** Reads an object that was described before, as long as it was then. */
  static ObjectSource of(ObjectStore store, ObjectInfo info) {
    return new ObjectSource(store, info.key(), info.size());
  }

  /** The object's length in bytes when it was opened. */
  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long offset, byte[] into, int at, int wanted) {
    Objects.checkFromIndexSize(at, wanted, into.length);
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + " is negative");
    }
    int part = (int) Math.max(0, Math.min(wanted, length - offset));
    if (part == 0) {
      return 0;
    }
    byte[] bytes = store.range(key, offset, part);
    if (bytes.length != part) {
      throw new StorageException(
          StorageErrorCode.OBJECT_CHANGED,
          "object '" + key + "' is shorter than the " + length + " bytes it had when opened");
    }
    System.arraycopy(bytes, 0, into, at, part);
    return part;
  }
}
