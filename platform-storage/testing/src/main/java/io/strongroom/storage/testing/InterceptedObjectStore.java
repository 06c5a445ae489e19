package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leads every operation on a store, and on its uploads, through one of four methods. */
abstract class InterceptedObjectStore implements ObjectStore {
  private final ObjectStore inner;

  InterceptedObjectStore(ObjectStore inner) {
    this.inner = inner;
  }

  /** An operation that writes nothing, or an upload's abort. */
  abstract <T> T answer(StoreOperation operation, String key, Call<T> real);

  /** A listing. */
  List<ObjectInfo> listing(String prefix, Call<List<ObjectInfo>> real) {
    return answer(StoreOperation.LIST, prefix, real);
  }

  /** An operation that writes and tells how it ended. */
  abstract WriteResult write(StoreOperation operation, String key, Call<WriteResult> real);

  /** A write to the stream of an upload. */
  abstract void stream(String key, Piece real) throws IOException;

  /** Whether a commit that was answered may still reach the store, or none ever will. */
  abstract boolean keeps(Call<WriteResult> commit);

  /** The real operation. */
  interface Call<T> {
    T run();
  }

  /** The real write to a stream. */
  interface Piece {
    void write() throws IOException;
  }

  @Override
  public final Optional<StoredObject> get(String key) {
    return answer(StoreOperation.GET, key, () -> inner.get(key));
  }

  @Override
  public final Optional<ObjectInfo> head(String key) {
    return answer(StoreOperation.HEAD, key, () -> inner.head(key));
  }

  @Override
  public final InputStream open(String key) {
    return answer(StoreOperation.OPEN, key, () -> inner.open(key));
  }

  @Override
  public final byte[] range(String key, long offset, int length) {
    return answer(StoreOperation.RANGE, key, () -> inner.range(key, offset, length));
  }

  @Override
  public final WriteResult putIfAbsent(String key, byte[] content) {
    byte[] copy = content.clone();
    return write(StoreOperation.PUT_IF_ABSENT, key, () -> inner.putIfAbsent(key, copy));
  }

  @Override
  public final WriteResult putIfMatch(String key, byte[] content, String etag) {
    byte[] copy = content.clone();
    return write(StoreOperation.PUT_IF_MATCH, key, () -> inner.putIfMatch(key, copy, etag));
  }

  @Override
  public final WriteResult put(String key, byte[] content) {
    byte[] copy = content.clone();
    return write(StoreOperation.PUT, key, () -> inner.put(key, copy));
  }

  @Override
  public final ObjectUpload upload(String key) {
    return new Upload(key, answer(StoreOperation.UPLOAD, key, () -> inner.upload(key)));
  }

  @Override
  public final int uploadPartSize() {
    return inner.uploadPartSize();
  }

  @Override
  public final List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    return listing(prefix, () -> inner.list(prefix, after, limit));
  }

  @Override
  public final void delete(String key) {
    answer(
        StoreOperation.DELETE,
        key,
        () -> {
          inner.delete(key);
          return true;
        });
  }

  @Override
  public final int deleteAllVersions(String key) {
    return answer(StoreOperation.DELETE_ALL_VERSIONS, key, () -> inner.deleteAllVersions(key));
  }

  private final class Upload implements ObjectUpload {
    private final String key;
    private final ObjectUpload upload;
    private final OutputStream stream = new Stream();
    private final Call<WriteResult> commit;
    private boolean done;

    Upload(String key, ObjectUpload upload) {
      this.key = key;
      this.upload = upload;
      this.commit =
          () -> {
            try (upload) {
              return upload.commit();
            }
          };
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public WriteResult commit() {
      done = true;
      return write(StoreOperation.UPLOAD_COMMIT, key, commit);
    }

    @Override
    public void close() {
      if (done) {
        if (!keeps(commit)) {
          upload.close();
        }
        return;
      }
      done = true;
      answer(
          StoreOperation.UPLOAD_ABORT,
          key,
          () -> {
            upload.close();
            return true;
          });
    }

    private final class Stream extends OutputStream {
      @Override
      public void write(int b) throws IOException {
        InterceptedObjectStore.this.stream(key, () -> upload.stream().write(b));
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        InterceptedObjectStore.this.stream(key, () -> upload.stream().write(from, offset, length));
      }

      @Override
      public void close() throws IOException {
        upload.stream().close();
      }
    }
  }
}
