package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectKeys;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * An object store in the heap of one process: every operation is atomic, nothing is durable.
 *
 * <p>Entity tags count writes and are no content hashes, so that a test notices who takes them for
 * one. Thread-safe.
 */
public final class InMemoryObjectStore implements ObjectStore {
  private final NavigableMap<String, Entry> objects = new ConcurrentSkipListMap<>(ObjectKeys.ORDER);
  private final InstantSource clock;
  private long writes;

  // Never handed out and never changed once it is in the map.
  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(byte[] content, String etag, Instant modified) {
    ObjectInfo info(String key) {
      return new ObjectInfo(key, content.length, etag, modified);
    }
  }

  /** An empty store whose objects carry the machine's time. */
  public InMemoryObjectStore() {
    this(Clock.systemUTC());
  }

  /** An empty store whose objects carry the time of this clock. */
  public InMemoryObjectStore(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public Optional<StoredObject> get(String key) {
    Entry entry = objects.get(ObjectKeys.require(key));
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.content().length > MAX_WHOLE_OBJECT) {
      throw tooLarge(key, entry.content().length);
    }
    return Optional.of(new StoredObject(entry.content().clone(), entry.etag()));
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return Optional.ofNullable(objects.get(ObjectKeys.require(key))).map(e -> e.info(key));
  }

  @Override
  public InputStream open(String key) {
    return new ByteArrayInputStream(existing(key).content());
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset " + offset + " or length " + length + " is negative");
    }
    byte[] content = existing(key).content();
    int from = (int) Math.min(offset, content.length);
    return Arrays.copyOfRange(content, from, Math.min(content.length - from, length) + from);
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    return write(key, checked(key, content).clone(), Condition.ABSENT, null);
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    return write(key, checked(key, content).clone(), Condition.MATCH, etag);
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return write(key, checked(key, content).clone(), Condition.NONE, null);
  }

  @Override
  public ObjectUpload upload(String key) {
    return new Upload(ObjectKeys.require(key));
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    ObjectKeys.requirePrefix(prefix);
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is less than 1");
    }
    NavigableMap<String, Entry> from =
        after == null || ObjectKeys.ORDER.compare(after, prefix) < 0
            ? objects.tailMap(prefix, true)
            : objects.tailMap(after, false);
    return from.entrySet().stream()
        .takeWhile(e -> e.getKey().startsWith(prefix))
        .limit(limit)
        .map(e -> e.getValue().info(e.getKey()))
        .toList();
  }

  @Override
  public synchronized void delete(String key) {
    objects.remove(ObjectKeys.require(key));
  }

  @Override
  public synchronized int deleteAllVersions(String key) {
    return objects.remove(ObjectKeys.require(key)) == null ? 0 : 1;
  }

  private enum Condition {
    NONE,
    ABSENT,
    MATCH
  }

  private synchronized WriteResult write(
      String key, byte[] content, Condition condition, @Nullable String etag) {
    Entry current = objects.get(key);
    boolean holds =
        switch (condition) {
          case NONE -> true;
          case ABSENT -> current == null;
          case MATCH -> current != null && current.etag().equals(etag);
        };
    if (!holds) {
      return new WriteResult.Lost();
    }
    writes++;
    Entry entry = new Entry(content, "w" + writes, clock.instant());
    objects.put(key, entry);
    return new WriteResult.Won(entry.etag());
  }

  private Entry existing(String key) {
    Entry entry = objects.get(ObjectKeys.require(key));
    if (entry == null) {
      throw new StorageException(
          StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist");
    }
    return entry;
  }

  private static byte[] checked(String key, byte[] content) {
    ObjectKeys.require(key);
    if (content.length > MAX_WHOLE_OBJECT) {
      throw tooLarge(key, content.length);
    }
    return content;
  }

  private static StorageException tooLarge(String key, long size) {
    return new StorageException(
        StorageErrorCode.OBJECT_TOO_LARGE,
        "object '" + key + "' has " + size + " bytes, more than " + MAX_WHOLE_OBJECT);
  }

  private final class Upload implements ObjectUpload {
    private final String key;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final OutputStream stream = new Stream();
    private boolean streamClosed;
    private boolean done;

    Upload(String key) {
      this.key = key;
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public WriteResult commit() {
      if (done) {
        throw new IllegalStateException("the upload of '" + key + "' was committed or closed");
      }
      done = true;
      return write(key, bytes.toByteArray(), Condition.ABSENT, null);
    }

    @Override
    public void close() {
      done = true;
    }

    private final class Stream extends OutputStream {
      @Override
      public void write(int b) throws IOException {
        requireOpen();
        bytes.write(b);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        requireOpen();
        bytes.write(from, offset, length);
      }

      @Override
      public void close() {
        streamClosed = true;
      }

      private void requireOpen() throws IOException {
        if (streamClosed || done) {
          throw new IOException("the stream of the upload of '" + key + "' is closed");
        }
      }
    }
  }
}
