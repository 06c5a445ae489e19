package io.strongroom.crypto.token;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Workers that hold a cipher and scratch space and so serve one thread at a time. A thread that
 * finds its slot empty has one made.
 */
final class IdleWorkers<W> {
  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable W> idle = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<W> factory;

  IdleWorkers(Supplier<W> factory) {
    this.factory = factory;
  }

  W take() {
    W worker = idle.getAndSet(slot(), null);
    return worker == null ? factory.get() : worker;
  }

  void give(W worker) {
    idle.setRelease(slot(), worker);
  }

  private static int slot() {
    return (int) Thread.currentThread().getId() & (SLOTS - 1);
  }
}
