package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store that does what another does, but for the methods that a subclass overrides: for a test
 * that lets one call lie, wait or be counted.
 *
 * <p>Every method leads to the same method of the other store and nowhere else, so overriding one
 * changes none of the others. As safe for use by several threads as the other store and what a
 * subclass adds. Throws what the other store throws.
 */
public abstract class ForwardingObjectStore implements ObjectStore {
  /** The store that does the work. */
  protected final ObjectStore inner;

  /**
   * Forwards to a store.
   *
   * @param inner the store that does the work
   */
  protected ForwardingObjectStore(ObjectStore inner) {
    this.inner = Objects.requireNonNull(inner, "inner");
  }

  @Override
  public Optional<StoredObject> get(String key) {
    return inner.get(key);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return inner.head(key);
  }

  @Override
  public InputStream open(String key) {
    return inner.open(key);
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    return inner.range(key, offset, length);
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    return inner.putIfAbsent(key, content);
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    return inner.putIfMatch(key, content, etag);
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return inner.put(key, content);
  }

  @Override
  public ObjectUpload upload(String key) {
    return inner.upload(key);
  }

  @Override
  public int uploadPartSize() {
    return inner.uploadPartSize();
  }

  @Override
  public WriteResult copyBehind(String key, byte[] start, ObjectInfo source, long from) {
    return inner.copyBehind(key, start, source, from);
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    return inner.list(prefix, after, limit);
  }

  @Override
  public void delete(String key) {
    inner.delete(key);
  }

  @Override
  public int deleteAllVersions(String key) {
    return inner.deleteAllVersions(key);
  }
}
