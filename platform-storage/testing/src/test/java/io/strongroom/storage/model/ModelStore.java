package io.strongroom.storage.model;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An object store and an intent log that lead every operation through one function. */
final class ModelStore implements ObjectStore, IntentLog {
  private final Contents contents;
  private final Function<Operation, Reply> answers;

  ModelStore(Contents contents, Function<Operation, Reply> answers) {
    this.contents = contents;
    this.answers = answers;
  }

  @Override
  public Optional<StoredObject> get(String key) {
    int number = ((Reply.Content) answers.apply(new Operation.Get(key))).number();
    return number < 0
        ? Optional.empty()
        : Optional.of(new StoredObject(contents.content(number), Contents.etag(number)));
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return ((Reply.Info) answers.apply(new Operation.Head(key))).info();
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    return ((Reply.Listing)
            answers.apply(new Operation.ListKeys(prefix, after == null ? "" : after, limit)))
        .objects();
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    return result(answers.apply(new Operation.PutIfAbsent(key, contents.number(content))));
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    return result(answers.apply(new Operation.PutIfMatch(key, contents.number(content), etag)));
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return result(answers.apply(new Operation.Put(key, contents.number(content))));
  }

  private static WriteResult result(Reply reply) {
    if (reply instanceof Reply.Won won) {
      return new WriteResult.Won(won.etag());
    }
    return reply instanceof Reply.Lost
        ? new WriteResult.Lost()
        : new WriteResult.Unknown(new IOException("the reply was lost"));
  }

  @Override
  public InputStream open(String key) {
    return new ByteArrayInputStream(
        get(key)
            .orElseThrow(
                () -> new StorageException(StorageErrorCode.OBJECT_MISSING, "object " + key))
            .content());
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectUpload upload(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String key) {
    if (!Snapshot.isList(key)) {
      throw new Violation("object " + key + " was deleted, and its versions were not");
    }
    deleteAllVersions(key);
  }

  @Override
  public int deleteAllVersions(String key) {
    return answers.apply(new Operation.Delete(key)) instanceof Reply.Deleted ? 1 : 0;
  }

  @Override
  public IntentReceipt append(Intent intent) {
    return ((Reply.Intent) answers.apply(new Operation.AppendIntent(intent.id())))
        .receipt()
        .orElseThrow();
  }

  @Override
  public Optional<IntentReceipt> find(String intentId) {
    return ((Reply.Intent) answers.apply(new Operation.FindIntent(intentId))).receipt();
  }

  @Override
  public boolean holds(IntentReceipt receipt, String intentId) {
    return ((Reply.Told) answers.apply(new Operation.HoldsIntent(receipt, intentId))).yes();
  }
}
