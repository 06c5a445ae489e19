package com.example.lake;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** An application's own intent log: one object an entry, never changed. */
final class StoredIntents implements IntentLog {
  private final ObjectStore store;

  StoredIntents(ObjectStore store) {
    this.store = store;
  }

  @Override
  public IntentReceipt append(Intent intent) {
    byte[] entry = intent.id().getBytes(StandardCharsets.US_ASCII);
    for (long index = 0; ; index++) {
      WriteResult result = store.putIfAbsent(key(index), entry);
      if (result instanceof WriteResult.Won) {
        return new IntentReceipt(index, hash(entry));
      }
      if (result instanceof WriteResult.Unknown unknown) {
        throw new IllegalStateException("an intent may have been appended", unknown.cause());
      }
    }
  }

  @Override
  public Optional<IntentReceipt> find(String intentId) {
    for (long index = 0; ; index++) {
      Optional<StoredObject> entry = store.get(key(index));
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      IntentReceipt receipt = new IntentReceipt(index, hash(entry.get().content()));
      if (holds(receipt, intentId)) {
        return Optional.of(receipt);
      }
    }
  }

  @Override
  public boolean holds(IntentReceipt receipt, String intentId) {
    return store
        .get(key(receipt.index()))
        .filter(entry -> hash(entry.content()).equals(receipt.leafHash()))
        .filter(entry -> new String(entry.content(), StandardCharsets.US_ASCII).equals(intentId))
        .isPresent();
  }

  private static String key(long index) {
    return String.format(Locale.ROOT, "intents/%012d", index);
  }

  private static String hash(byte[] entry) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(entry));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
