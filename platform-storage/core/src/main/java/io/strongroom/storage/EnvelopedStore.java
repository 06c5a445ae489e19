package io.strongroom.storage;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.WrappingKeys;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Enveloped objects of one context as a store. */
final class EnvelopedStore implements ObjectStore {
  private final ObjectStore store;
  private final EnvelopedObjects objects;
  private final WrappingKeys wrapping;
  private final EncryptionContext context;

  EnvelopedStore(
      ObjectStore store,
      EnvelopedObjects objects,
      WrappingKeys wrapping,
      EncryptionContext context) {
    this.store = store;
    this.objects = objects;
    this.wrapping = Objects.requireNonNull(wrapping, "wrapping");
    this.context = Objects.requireNonNull(context, "context");
  }

  @Override
  public Optional<StoredObject> get(String key) {
    return objects.get(key, context);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return objects.head(key);
  }

  @Override
  public InputStream open(String key) {
    return objects.open(key, context);
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    return objects.range(key, offset, length, context);
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    return objects.putIfAbsent(key, content, wrapping, context);
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    return objects.putIfMatch(key, content, etag, wrapping, context);
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return objects.put(key, content, wrapping, context);
  }

  @Override
  public ObjectUpload upload(String key) {
    return objects.upload(key, wrapping, context);
  }

  @Override
  public int uploadPartSize() {
    return store.uploadPartSize();
  }

  /** Goes on behind objects that are deleted while they are described. */
  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    List<ObjectInfo> described = new ArrayList<>();
    String from = after;
    while (true) {
      int wanted = limit - described.size();
      List<ObjectInfo> page = store.list(prefix, from, wanted);
      page.forEach(info -> objects.stated(info).ifPresent(described::add));
      if (page.size() < wanted || described.size() == limit) {
        return List.copyOf(described);
      }
      from = page.get(page.size() - 1).key();
    }
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public int deleteAllVersions(String key) {
    return store.deleteAllVersions(key);
  }
}
