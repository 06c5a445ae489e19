package io.strongroom.pipeline;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import java.util.Optional;

/** A log that does not answer, so that nothing can be published. */
final class UnreachableIntentLog implements IntentLog {
  @Override
  public IntentReceipt append(Intent intent) {
    throw down();
  }

  @Override
  public Optional<IntentReceipt> find(String intentId) {
    throw down();
  }

  @Override
  public boolean holds(IntentReceipt receipt, String intentId) {
    throw down();
  }

  private static StorageException down() {
    return new StorageException(StorageErrorCode.STORE_UNAVAILABLE, "the log is down");
  }
}
