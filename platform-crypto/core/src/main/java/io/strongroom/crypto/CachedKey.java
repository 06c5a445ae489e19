package io.strongroom.crypto;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A data key in a cache, with what it was used for. Counts the bytes that those who were given it
 * report. Safe for use by several threads.
 */
final class CachedKey implements LongConsumer {
  /** A further key that a data key is wrapped under. */
  record Further(KeyId key, EncryptionContext context) {}

  private final Object owner;
  private final DataKey key;
  private final long epoch;
  private final long bornMillis;
  private final long maxMillis;
  private final long maxMessages;
  private final long maxBytes;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final ConcurrentMap<Further, Flight<WrappedDataKey>> wrapping = new ConcurrentHashMap<>();
  private final ConcurrentMap<Further, WrappedDataKey> wrapped = new ConcurrentHashMap<>();

  /** Takes over the key, which it closes in the end. */
  CachedKey(
      Object owner,
      DataKey key,
      Map<Further, WrappedDataKey> wrapped,
      long epoch,
      long bornMillis,
      long maxMillis,
      long maxMessages,
      long maxBytes) {
    this.owner = owner;
    this.key = key;
    this.wrapped.putAll(wrapped);
    this.epoch = epoch;
    this.bornMillis = bornMillis;
    this.maxMillis = maxMillis;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** A copy for one message, or null when the key may not be used for a further one. */
  @Nullable DataKey take(long nowMillis, long nowEpoch) {
    if (!usable(nowMillis, nowEpoch) || messages.getAndIncrement() >= maxMessages) {
      return null;
    }
    byte[] plaintext;
    try {
      plaintext = key.plaintext();
    } catch (IllegalStateException closedMeanwhile) {
      return null;
    }
    try {
      return new DataKey(plaintext, key.wrapped(), this);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Whether a further message may be begun. A clock that was set back ends a key's life too. */
  boolean usable(long nowMillis, long nowEpoch) {
    long age = nowMillis - bornMillis;
    return epoch == nowEpoch
        && age >= 0
        && age < maxMillis
        && messages.get() < maxMessages
        && bytes.get() < maxBytes;
  }

  /** Whether the key is so far spent that it is to be replaced: within the grace period. */
  boolean nearItsEnd(long nowMillis, long graceMillis) {
    return graceMillis > 0
        && (nowMillis - bornMillis >= maxMillis - graceMillis
            || messages.get() >= maxMessages - maxMessages / 8
            || bytes.get() >= maxBytes - maxBytes / 8);
  }

  @Override
  public void accept(long used) {
    bytes.addAndGet(used);
  }

  /** The key under a further one, asked for once. Failures are not kept. */
  WrappedDataKey wrapped(Further further, Supplier<WrappedDataKey> call) {
    WrappedDataKey known = wrapped.get(further);
    if (known != null) {
      return known;
    }
    return Flight.share(
        wrapping,
        further,
        unused -> {
          WrappedDataKey now = wrapped.get(further);
          if (now == null) {
            now = call.get();
            wrapped.put(further, now);
          }
          return now;
        });
  }

  /** What this key was wrapped under so far, beside its own wrapping. */
  Set<Further> furthers() {
    return Set.copyOf(wrapped.keySet());
  }

  DataKey key() {
    return key;
  }

  boolean of(Object cache) {
    return owner == cache;
  }

  void close() {
    key.close();
  }
}
