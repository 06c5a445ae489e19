package io.strongroom.storage;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A flat store of immutable byte strings under keys, with the conditional writes that publication
 * rests on.
 *
 * <p>Keys are relative, {@code /}-separated and obey {@link ObjectKeys#require}. An object becomes
 * visible whole or not at all; a reader that opened it before it was replaced or deleted sees the
 * old bytes or a {@link StorageException}, never a mixture. A write that returned {@link
 * WriteResult.Won} is durable and seen by every later read of that key, by any process. Nothing is
 * promised about the order in which writes of different keys become visible to others, except that
 * a write that returned came before one that was started afterwards.
 *
 * <p>Implementations are thread-safe, retry what may be retried, and report what they cannot know
 * as {@link WriteResult.Unknown}. Every method refuses an illegal key with {@link
 * StorageErrorCode#KEY_REFUSED} and throws {@link StorageException} with {@link
 * StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer; every exception names the
 * key. {@link StoreProbe} proves that an implementation keeps its word about conditions.
 */
public interface ObjectStore {

  /** The largest object, in bytes, that {@link #get} returns and the {@code put} methods take. */
  int MAX_WHOLE_OBJECT = 64 * 1024 * 1024;

  /**
   * Reads a whole small object.
   *
   * @return empty when there is no such object
   * @throws StorageException {@link StorageErrorCode#OBJECT_TOO_LARGE} when it is larger than
   *     {@link #MAX_WHOLE_OBJECT}
   */
  Optional<StoredObject> get(String key);

  /** Describes an object without handing out its bytes; empty when there is no such object. */
  Optional<ObjectInfo> head(String key);

  /**
   * Opens an object of any size for reading from its start. The caller closes the stream; a failure
   * while reading is an {@link java.io.IOException} of the stream.
   *
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   */
  InputStream open(String key);

  /**
   * Reads {@code length} bytes from {@code offset}, fewer when the object ends earlier, none when
   * it ends at or before {@code offset}.
   *
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   * @throws IllegalArgumentException when {@code offset} or {@code length} is negative
   */
  byte[] range(String key, long offset, int length);

  /**
   * Creates an object. Of any number of racing creators of one key exactly one wins.
   *
   * @return {@link WriteResult.Lost} when the key was taken; its object is unchanged
   */
  WriteResult putIfAbsent(String key, byte[] content);

  /**
   * Replaces the object that has this entity tag. Of any number of racing writers with the same tag
   * exactly one wins.
   *
   * @return {@link WriteResult.Lost} when the object has another tag or is missing; it is unchanged
   */
  WriteResult putIfMatch(String key, byte[] content, String etag);

  /** Creates or replaces an object whatever stands there. Never {@link WriteResult.Lost}. */
  WriteResult put(String key, byte[] content);

  /**
   * Starts writing an object of any size. Nothing is visible before {@link ObjectUpload#commit},
   * which creates the object only if the key is then free.
   */
  ObjectUpload upload(String key);

  /**
   * The size in bytes of the parts that a larger upload is sent in, and then committed in another
   * way than a smaller one; 0 when all uploads are committed in one way. Whoever proves a store
   * proves both ways.
   */
  default int uploadPartSize() {
    return 0;
  }

  /**
   * Creates an object that consists of {@code start} and of another object's bytes from {@code
   * from} on, if the key is free. Nothing of it is visible before it is whole. Where the store can
   * copy by itself those bytes do not pass through this process; here they do, 1 MiB at a time.
   *
   * @param key the new object's key
   * @param start its first bytes, also none
   * @param source what {@link #head} or {@link #list} of this store told of the other object
   * @param from where the copied part begins in it, 0 to its size
   * @return {@link WriteResult.Lost} when the key was taken; its object is unchanged
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when the other object is gone,
   *     {@link StorageErrorCode#OBJECT_CHANGED} when it is not the one that was described
   * @throws IllegalArgumentException when {@code from} is negative or beyond the other's end
   */
  default WriteResult copyBehind(String key, byte[] start, ObjectInfo source, long from) {
    return ObjectCopy.behind(this, key, start, source, from);
  }

  /**
   * Lists objects whose key starts with {@code prefix} and, where {@code after} is given, comes
   * after it, in the order of their keys' UTF-8 bytes ({@link ObjectKeys#ORDER}).
   *
   * <p>An object that stood there all the time is listed; one written or deleted meanwhile may or
   * may not be. Fewer than {@code limit} objects mean that the end was reached.
   *
   * @param prefix any start of a key, also in the middle of a name; empty for all
   * @param after a key, not listed itself; need not exist
   * @param limit the largest number of objects to return, at least 1
   */
  List<ObjectInfo> list(String prefix, @Nullable String after, int limit);

  /**
   * Deletes an object, durably; does nothing when there is none. A store that keeps versions keeps
   * the older ones and may keep this one.
   */
  void delete(String key);

  /**
   * Deletes an object and all that the store keeps of its past: every version, and every mark that
   * says it was deleted. Returns when none of its bytes can be read through this store any more; no
   * reader meanwhile sees an older version where a newer one stood.
   *
   * <p>A store that keeps no versions deletes the one object there is. Backups, replicas and what
   * is left on a disk are out of its reach; what is written to the key meanwhile may survive.
   *
   * @return how many versions were deleted, the current one included and marks of deletion not; 0
   *     when there was nothing
   * @throws StorageException {@link StorageErrorCode#STORE_ACCESS_DENIED} when a version is locked
   *     or may not be deleted; the key then reads as deleted, and some versions are left
   */
  int deleteAllVersions(String key);
}
