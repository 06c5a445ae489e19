package io.strongroom.storage.publication;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.internal.ControlJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** An intent log that outlives its process: one object an entry, created if absent. */
final class StoredIntents implements IntentLog {
  private final ObjectStore store;

  StoredIntents(ObjectStore store) {
    this.store = store;
  }

  @Override
  public IntentReceipt append(Intent intent) {
    byte[] id = intent.id().getBytes(StandardCharsets.UTF_8);
    for (long index = 0; ; index++) {
      if (store.head(key(index)).isEmpty()
          && store.putIfAbsent(key(index), id) instanceof WriteResult.Won) {
        return receipt(index, intent.id());
      }
    }
  }

  @Override
  public Optional<IntentReceipt> find(String intentId) {
    for (long index = 0; ; index++) {
      Optional<String> entry = entry(index);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      if (entry.get().equals(intentId)) {
        return Optional.of(receipt(index, intentId));
      }
    }
  }

  @Override
  public boolean holds(IntentReceipt receipt, String intentId) {
    return entry(receipt.index()).equals(Optional.of(intentId))
        && receipt(receipt.index(), intentId).equals(receipt);
  }

  private Optional<String> entry(long index) {
    return store
        .get(key(index))
        .map(StoredObject::content)
        .map(id -> new String(id, StandardCharsets.UTF_8));
  }

  private static IntentReceipt receipt(long index, String id) {
    return new IntentReceipt(
        index, ControlJson.sha256((index + id).getBytes(StandardCharsets.UTF_8)));
  }

  private static String key(long index) {
    if (index > 999_999) {
      throw new StorageException(StorageErrorCode.STORE_FULL, "too many intents for a test");
    }
    return String.format(Locale.ROOT, "intents/%06d", index);
  }
}
