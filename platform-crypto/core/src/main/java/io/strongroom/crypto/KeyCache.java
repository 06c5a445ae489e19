package io.strongroom.crypto;

import io.strongroom.crypto.CachedKey.Further;
import java.lang.ref.WeakReference;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Data keys by partition, each loaded by one call however many threads want it. A key in use is
 * replaced in the background shortly before its end. Keys are zeroed as soon as they are replaced,
 * evicted or dropped, and by a sweep when nobody asks for them any more. Safe for use by several
 * threads; giving out a key that is there takes no lock that partitions share.
 *
 * @param <P> tells keys apart; every part of it must be equal for a key to be given out
 */
final class KeyCache<P> {

  /** Loads a key, wrapped under further keys too; the caller closes it. */
  interface Loader<P> {
    Loaded load(P partition, Set<Further> furthers);
  }

  /** A key, and what it is wrapped under beside its own wrapping. */
  record Loaded(DataKey key, Map<Further, WrappedDataKey> wrapped) {}

  /** How long and how much. */
  record Limits(
      long maxMillis, long maxMessages, long maxBytes, int maxEntries, long graceMillis) {}

  private static final Flight<Boolean> RETIRED = new Flight<>(unused -> false);

  private final Loader<P> loader;
  private final Limits limits;
  private final InstantSource clock;
  private final SnapshotGuard guard;
  private final Executor background;
  private final ConcurrentMap<P, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicLong insertions = new AtomicLong();
  private final Object evicting = new Object();
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closed;

  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder calls = new LongAdder();
  final LongAdder refreshes = new LongAdder();
  final LongAdder failedRefreshes = new LongAdder();
  final LongAdder evictions = new LongAdder();

  KeyCache(
      Loader<P> loader,
      Limits limits,
      InstantSource clock,
      SnapshotGuard guard,
      Executor background) {
    this.loader = loader;
    this.limits = limits;
    this.clock = clock;
    this.guard = guard;
    this.background = background;
  }

  private static final class Slot {
    /** The call under way; {@link #RETIRED} when there will be none any more. */
    private final AtomicReference<@Nullable Flight<Boolean>> flight = new AtomicReference<>();

    private volatile @Nullable CachedKey current;
    private volatile boolean dropped;

    /** How many keys had been loaded when this one was last asked for. */
    private volatile long lastUse;

    private volatile long noRefreshBefore = Long.MIN_VALUE;
  }

  DataKey get(P partition) {
    boolean waited = false;
    while (true) {
      if (closed) {
        throw new IllegalStateException("the cache of data keys is closed");
      }
      if (SnapshotGuard.checkpointing(guard.epoch())) {
        return loader.load(partition, Set.of()).key();
      }
      Slot slot = slots.get(partition);
      if (slot == null) {
        slot = slots.computeIfAbsent(partition, unused -> new Slot());
      }
      long now = clock.millis();
      CachedKey current = slot.current;
      DataKey key = current == null ? null : current.take(now, guard.epoch());
      if (current != null && key != null) {
        (waited ? misses : hits).increment();
        long age = insertions.get();
        if (slot.lastUse != age) {
          slot.lastUse = age;
        }
        if (current.nearItsEnd(now, limits.graceMillis)) {
          refresh(partition, slot, now);
        }
        return key;
      }
      waited = true;
      await(partition, slot);
    }
  }

  private void await(P partition, Slot slot) {
    if (slot.dropped) {
      return;
    }
    Flight<Boolean> flight = slot.flight.get();
    if (flight == null) {
      Flight<Boolean> mine = new Flight<>(self -> load(partition, slot, self, false));
      flight = slot.flight.compareAndSet(null, mine) ? mine : slot.flight.get();
    }
    if (flight == RETIRED) {
      slots.remove(partition, slot);
    } else if (flight != null) {
      try {
        flight.join();
      } catch (Flight.NotMine failed) {
        // The next try is this thread's own.
      }
    }
  }

  private void refresh(P partition, Slot slot, long now) {
    if (now < slot.noRefreshBefore || slot.flight.get() != null) {
      return;
    }
    Flight<Boolean> flight = new Flight<>(self -> load(partition, slot, self, true), true);
    if (!slot.flight.compareAndSet(null, flight)) {
      return;
    }
    try {
      background.execute(flight::fly);
    } catch (RejectedExecutionException busy) {
      pause(slot);
      slot.flight.compareAndSet(flight, null);
    }
  }

  /** At most about eight failing calls in the grace period. */
  private void pause(Slot slot) {
    slot.noRefreshBefore = clock.millis() + Math.max(1, limits.graceMillis / 8);
  }

  /** Gives whether the slot has a new key. */
  private boolean load(P partition, Slot slot, Flight<Boolean> self, boolean ahead) {
    boolean done = false;
    try {
      if (slot.dropped) {
        done = true;
        return false;
      }
      long epoch = guard.epoch();
      long now = clock.millis();
      CachedKey before = slot.current;
      if (before != null
          && before.usable(now, epoch)
          && !(ahead && before.nearItsEnd(now, limits.graceMillis))) {
        done = true;
        return false;
      }
      calls.increment();
      Loaded loaded =
          loader.load(partition, ahead && before != null ? before.furthers() : Set.of());
      CachedKey next =
          new CachedKey(
              this,
              loaded.key(),
              loaded.wrapped(),
              epoch,
              now,
              limits.maxMillis,
              limits.maxMessages,
              limits.maxBytes);
      slot.current = next;
      slot.lastUse = insertions.incrementAndGet();
      done = true;
      if (before != null) {
        before.close();
      }
      if (slot.dropped || closed || guard.epoch() != epoch) {
        slots.remove(partition, slot);
        next.close();
      } else {
        if (ahead) {
          refreshes.increment();
        }
        evictBut(slot);
        scheduleSweep();
      }
      return true;
    } finally {
      if (!done && ahead) {
        failedRefreshes.increment();
        pause(slot);
      }
      if (slot.current == null) {
        slot.flight.compareAndSet(self, RETIRED);
        slots.remove(partition, slot);
      } else {
        slot.flight.compareAndSet(self, null);
      }
    }
  }

  private void evictBut(Slot newest) {
    if (slots.size() <= limits.maxEntries) {
      return;
    }
    synchronized (evicting) {
      while (slots.size() > limits.maxEntries) {
        Map.Entry<P, Slot> oldest = null;
        for (Map.Entry<P, Slot> entry : slots.entrySet()) {
          Slot slot = entry.getValue();
          if (slot != newest
              && slot.flight.get() == null
              && (oldest == null || slot.lastUse < oldest.getValue().lastUse)) {
            oldest = entry;
          }
        }
        if (oldest == null) {
          return;
        }
        if (retire(oldest.getKey(), oldest.getValue())) {
          evictions.increment();
        }
      }
    }
  }

  /** Takes a slot away that no call is under way for. */
  private boolean retire(P partition, Slot slot) {
    if (!slot.flight.compareAndSet(null, RETIRED)) {
      return false;
    }
    slots.remove(partition, slot);
    close(slot);
    return true;
  }

  private static void close(Slot slot) {
    CachedKey current = slot.current;
    if (current != null) {
      current.close();
    }
  }

  /** Lets go of all keys, and of those that calls under way bring. */
  void drop() {
    slots.forEach(
        (partition, slot) -> {
          slots.remove(partition, slot);
          slot.dropped = true;
          close(slot);
        });
  }

  /** Lets go of the keys that would not be given out any more. */
  void sweep() {
    long now = clock.millis();
    long epoch = guard.epoch();
    slots.forEach(
        (partition, slot) -> {
          CachedKey current = slot.current;
          if (current != null && !current.usable(now, epoch)) {
            retire(partition, slot);
          }
        });
  }

  /** A key that nobody asks for any more is let go of within one and a half of its age. */
  private void scheduleSweep() {
    if (!sweeping.compareAndSet(false, true)) {
      return;
    }
    WeakReference<KeyCache<P>> weak = new WeakReference<>(this);
    CompletableFuture.delayedExecutor(
            Math.max(1, limits.maxMillis / 2), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              KeyCache<P> cache = weak.get();
              if (cache != null) {
                cache.sweeping.set(false);
                cache.sweep();
                if (!cache.slots.isEmpty()) {
                  cache.scheduleSweep();
                }
              }
            });
  }

  void close() {
    closed = true;
    drop();
  }

  int size() {
    return slots.size();
  }

  /** The keys that are held, for those who want to see them zeroed. */
  List<DataKey> held() {
    return slots.values().stream()
        .map(slot -> slot.current)
        .filter(current -> current != null)
        .map(CachedKey::key)
        .toList();
  }
}
