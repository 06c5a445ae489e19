package io.strongroom.crypto.rewrap;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.WrappedDataKey;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the calls to keys that really wrap, and lets something happen before each re-wrapping. */
final class LoggedKeys implements KeyService {
  /** What happens before a call. */
  interface Before {
    void call(int number);
  }

  final AtomicInteger rewraps = new AtomicInteger();
  final AtomicInteger others = new AtomicInteger();
  volatile Before before = number -> {};
  volatile KeyState state = KeyState.ENABLED;
  private final KeyService keys;

  LoggedKeys(KeyService keys) {
    this.keys = keys;
  }

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    others.incrementAndGet();
    return keys.generateDataKey(key, context);
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    others.incrementAndGet();
    return keys.wrap(dataKey, key, context);
  }

  @Override
  public boolean canUnwrap(WrappedDataKey wrapped) {
    return keys.canUnwrap(wrapped);
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    others.incrementAndGet();
    return keys.unwrap(wrapped, context);
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    before.call(rewraps.incrementAndGet());
    return keys.rewrap(wrapped, context, target);
  }

  @Override
  public KeyDescription describe(KeyId key) {
    others.incrementAndGet();
    KeyDescription description = keys.describe(key);
    return new KeyDescription(
        description.key(),
        description.providerId(),
        state,
        description.newestVersion(),
        description.versions());
  }
}
