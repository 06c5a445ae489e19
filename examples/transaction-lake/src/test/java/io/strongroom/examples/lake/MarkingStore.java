package io.strongroom.examples.lake;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** Tells of each object that is created if absent, with the number that a counter shows then. */
final class MarkingStore implements ObjectStore {
  private final ObjectStore inner;
  private final ObjLongConsumer<String> mark;
  private LongSupplier counter = () -> 0;

  MarkingStore(ObjectStore inner, ObjLongConsumer<String> mark) {
    this.inner = inner;
    this.mark = mark;
  }

  void count(LongSupplier operations) {
    counter = operations;
  }

  @Override
  public ObjectUpload upload(String key) {
    return inner.upload(key);
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
    mark.accept(key, counter.getAsLong());
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
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    return inner.list(prefix, after, limit);
  }

  @Override
  public void delete(String key) {
    inner.delete(key);
  }
}
