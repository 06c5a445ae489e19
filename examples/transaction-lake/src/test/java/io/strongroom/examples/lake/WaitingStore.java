package io.strongroom.examples.lake;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stops before the upload of a certain object until it is told to go on. */
final class WaitingStore implements ObjectStore {
  private final ObjectStore inner;
  private final Predicate<String> here;
  private final CountDownLatch arrived;
  private final CountDownLatch goOn;

  WaitingStore(
      ObjectStore inner, Predicate<String> here, CountDownLatch arrived, CountDownLatch goOn) {
    this.inner = inner;
    this.here = here;
    this.arrived = arrived;
    this.goOn = goOn;
  }

  @Override
  public ObjectUpload upload(String key) {
    if (here.test(key)) {
      arrived.countDown();
      try {
        goOn.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
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
