package io.strongroom.crypto;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are costly to make and are used again, a bounded number of them. Nobody waits: who
 * finds none makes one, and one too many is dropped. Safe for use by several threads.
 */
final class Spares<T> {
  private static final int MOST = 64;

  private final AtomicReferenceArray<@Nullable T> kept;
  private final Supplier<T> maker;

  Spares(Supplier<T> maker) {
    int slots = Math.min(MOST, 4 * Runtime.getRuntime().availableProcessors());
    this.kept = new AtomicReferenceArray<>(slots);
    this.maker = maker;
  }

  T take() {
    int first = start();
    for (int i = 0; i < kept.length(); i++) {
      int slot = (first + i) % kept.length();
      if (kept.getPlain(slot) != null) {
        T spare = kept.getAndSet(slot, null);
        if (spare != null) {
          return spare;
        }
      }
    }
    return maker.get();
  }

  void give(T spare) {
    int first = start();
    for (int i = 0; i < kept.length(); i++) {
      if (kept.compareAndSet((first + i) % kept.length(), null, spare)) {
        return;
      }
    }
  }

  void clear() {
    for (int slot = 0; slot < kept.length(); slot++) {
      kept.set(slot, null);
    }
  }

  /** Threads begin at different slots, so that they seldom meet. */
  private int start() {
    return (int) (Thread.currentThread().getId() % kept.length());
  }
}
