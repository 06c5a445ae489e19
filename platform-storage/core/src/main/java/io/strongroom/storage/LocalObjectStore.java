package io.strongroom.storage;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store in a folder. */
public final class LocalObjectStore implements ObjectStore {
  public LocalObjectStore(Path root) {}

  @Override
  public Optional<StoredObject> get(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InputStream open(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectUpload upload(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String key) {
    throw new UnsupportedOperationException();
  }
}
