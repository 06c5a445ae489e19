package io.strongroom.crypto;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls to keys that really wrap; can be made to fail, or to hold its calls until told.
 */
final class CountingKeyService implements KeyService {
  final AtomicInteger generated = new AtomicInteger();
  final AtomicInteger unwrapped = new AtomicInteger();
  final AtomicInteger wrapped = new AtomicInteger();
  final List<DataKey> given = Collections.synchronizedList(new ArrayList<>());
  volatile boolean reachable = true;
  volatile boolean wrapping = true;
  volatile @Nullable CountDownLatch hold;
  private final KeyService keys;

  CountingKeyService(KeyService keys) {
    this.keys = keys;
  }

  private void call(AtomicInteger counter) {
    counter.incrementAndGet();
    CountDownLatch held = hold;
    if (held != null) {
      try {
        held.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw unreachable();
      }
    }
    if (!reachable) {
      throw unreachable();
    }
  }

  private static KeyUnavailableException unreachable() {
    return new KeyUnavailableException(
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE, "made unreachable by the test");
  }

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    call(generated);
    DataKey dataKey = keys.generateDataKey(key, context);
    given.add(dataKey);
    return dataKey;
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    call(wrapped);
    if (!wrapping) {
      throw unreachable();
    }
    return keys.wrap(dataKey, key, context);
  }

  @Override
  public boolean canUnwrap(WrappedDataKey candidate) {
    return keys.canUnwrap(candidate);
  }

  @Override
  public DataKey unwrap(WrappedDataKey candidate, EncryptionContext context) {
    call(unwrapped);
    DataKey dataKey = keys.unwrap(candidate, context);
    given.add(dataKey);
    return dataKey;
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey candidate, EncryptionContext context, KeyId target) {
    return keys.rewrap(candidate, context, target);
  }

  @Override
  public KeyDescription describe(KeyId key) {
    return keys.describe(key);
  }
}
