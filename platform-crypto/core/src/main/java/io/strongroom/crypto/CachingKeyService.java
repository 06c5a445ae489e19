package io.strongroom.crypto;

import com.google.inject.RestrictedBindingSource;
import io.strongroom.crypto.CachedKey.Further;
import io.strongroom.crypto.guice.SecurityPortPermit;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Spares calls of another key service: gives out one data key for several messages, and remembers
 * unwrapped ones. Every message still has a content key of its own, derived from the data key and
 * the message's random id.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A data key serves one key id under one complete encryption context, and an unwrapped one
 *       only the same wrapped bytes under the same context. Data keys of two tenants never meet.
 *   <li>A data key ends with the first of its limits: see {@link DataKeyLimits}.
 *   <li>However many threads want a data key that is not there, one call is made. A failure is
 *       given to those who waited for that call, and to nobody later.
 *   <li>A data key in use is replaced in the background before its end. While the key service is
 *       out of reach the old one serves to its end; then the failure is the caller's.
 *   <li>Keys are zeroed when they are replaced, evicted (the least recently used first), dropped or
 *       closed, within half of their age after they ended when nobody asks any more, and before a
 *       checkpoint of the process: see {@link SnapshotGuard}. While a checkpoint is being taken,
 *       every call goes to the other key service.
 * </ul>
 *
 * <p>A signed message has a public key of its own in its context, so each still costs a call.
 *
 * <p>What a cache costs: a key that is disabled or destroyed in the key service goes on working
 * here until the cached data keys end, or {@link #rotateNow()} and {@link #forgetUnwrapped()} are
 * called.
 *
 * <p>Safe for use by several threads. Owns neither the other key service nor a given executor.
 */
@RestrictedBindingSource(
    explanation = SecurityPortPermit.EXPLANATION,
    permits = SecurityPortPermit.class)
public final class CachingKeyService implements KeyService, AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE = 1_000;

  private record Writing(KeyId key, EncryptionContext context) {}

  private record Reading(WrappedDataKey wrapped, EncryptionContext context) {}

  private final KeyService keys;
  private final KeyCache<Writing> writing;
  private final KeyCache<Reading> reading;
  private final @Nullable ThreadPoolExecutor ownThreads;
  private final LongAdder wrapCalls = new LongAdder();

  /** Held here because the guard holds it weakly. */
  private final Runnable onRise = this::drop;

  private CachingKeyService(Builder builder) {
    this.keys = builder.keys;
    this.ownThreads = builder.executor == null ? threads() : null;
    Executor executor =
        builder.executor == null ? Objects.requireNonNull(ownThreads) : builder.executor;
    DataKeyLimits limits = builder.limits;
    this.writing =
        new KeyCache<>(
            this::generate,
            new KeyCache.Limits(
                limits.maxAge().toMillis(),
                limits.maxMessages(),
                limits.maxBytes(),
                limits.maxEntries(),
                limits.refreshAhead().toMillis()),
            builder.clock,
            builder.guard,
            executor);
    this.reading =
        new KeyCache<>(
            (partition, none) ->
                new KeyCache.Loaded(
                    keys.unwrap(partition.wrapped(), partition.context()), Map.of()),
            new KeyCache.Limits(
                limits.unwrappedMaxAge().toMillis(),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                limits.unwrappedMaxEntries(),
                0),
            builder.clock,
            builder.guard,
            executor);
    builder.guard.onRise(onRise);
  }

  /**
   * A builder of a cache.
   *
   * @param keys makes, wraps and unwraps the data keys; not closed by the cache
   * @param limits how long and for how much a data key is used
   * @return not safe for use by several threads
   */
  public static Builder builder(KeyService keys, DataKeyLimits limits) {
    return new Builder(keys, limits);
  }

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task -> {
              Thread thread = new Thread(task, "strongroom-data-keys");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private KeyCache.Loaded generate(Writing partition, Set<Further> furthers) {
    DataKey dataKey = keys.generateDataKey(partition.key(), partition.context());
    boolean complete = false;
    try {
      Map<Further, WrappedDataKey> wrapped = new HashMap<>();
      for (Further further : furthers) {
        wrapCalls.increment();
        wrapped.put(further, keys.wrap(dataKey, further.key(), further.context()));
      }
      complete = true;
      return new KeyCache.Loaded(dataKey, wrapped);
    } finally {
      if (!complete) {
        dataKey.close();
      }
    }
  }

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    // A signed message has a context of its own: its public key.
    return context.pairs().containsKey(MessageHeader.PUBLIC_KEY)
        ? keys.generateDataKey(key, context)
        : writing.get(new Writing(key, context));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A data key that came from here is wrapped once under each further key; a data key that
   * replaces it in the background is wrapped under the same ones before it is used.
   */
  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    if (dataKey.meter() instanceof CachedKey cached && (cached.of(writing) || cached.of(reading))) {
      return cached.wrapped(
          new Further(key, context),
          () -> {
            wrapCalls.increment();
            return keys.wrap(dataKey, key, context);
          });
    }
    return keys.wrap(dataKey, key, context);
  }

  @Override
  public boolean canUnwrap(WrappedDataKey wrapped) {
    return keys.canUnwrap(wrapped);
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    return reading.get(new Reading(wrapped, context));
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    return keys.rewrap(wrapped, context, target);
  }

  @Override
  public KeyDescription describe(KeyId key) {
    return keys.describe(key);
  }

  /**
   * Lets go of every data key for encryption: what is encrypted from now on is under a new one.
   * Messages that were begun are finished under theirs.
   */
  public void rotateNow() {
    writing.drop();
  }

  /** Lets go of every unwrapped data key: what is opened from now on asks the key service. */
  public void forgetUnwrapped() {
    reading.drop();
  }

  private void drop() {
    rotateNow();
    forgetUnwrapped();
  }

  /**
   * What was done so far.
   *
   * @return numbers that are each right, though not all of the same moment
   */
  public DataKeyStatistics statistics() {
    return new DataKeyStatistics(
        writing.hits.sum(),
        writing.misses.sum(),
        writing.calls.sum(),
        writing.refreshes.sum(),
        writing.failedRefreshes.sum(),
        reading.hits.sum(),
        reading.misses.sum(),
        reading.calls.sum(),
        wrapCalls.sum(),
        writing.evictions.sum() + reading.evictions.sum(),
        writing.size() + reading.size());
  }

  /** The keys that are held, for those who want to see them zeroed. */
  List<DataKey> held() {
    return Stream.concat(writing.held().stream(), reading.held().stream()).toList();
  }

  /** Zeroes every key. Every later use fails with {@link IllegalStateException}. */
  @Override
  public void close() {
    writing.close();
    reading.close();
    if (ownThreads != null) {
      ownThreads.shutdown();
    }
  }

  @Override
  public String toString() {
    return "CachingKeyService[" + keys + "]";
  }

  /** Collects the settings of a cache. Not safe for use by several threads. */
  public static final class Builder {
    private final KeyService keys;
    private final DataKeyLimits limits;
    private InstantSource clock = InstantSource.system();
    private SnapshotGuard guard = SnapshotGuard.process();
    private @Nullable Executor executor;

    private Builder(KeyService keys, DataKeyLimits limits) {
      this.keys = Objects.requireNonNull(keys, "keys");
      this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * What tells the time.
     *
     * @param clock the system's when not called. A data key that is younger than no time at all,
     *     because the clock was set back, is not used any more
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Where data keys are replaced in the background.
     *
     * @param executor bounded; two threads of the cache's own when not called. What it rejects is
     *     tried again later; it delays nobody
     * @return this builder
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /**
     * What tells of checkpoints.
     *
     * @param guard the process's own when not called
     * @return this builder
     */
    public Builder snapshotGuard(SnapshotGuard guard) {
      this.guard = Objects.requireNonNull(guard, "guard");
      return this;
    }

    /**
     * The cache.
     *
     * @return a new, empty cache
     */
    public CachingKeyService build() {
      return new CachingKeyService(this);
    }
  }
}
