package io.strongroom.crypto;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for computations of other threads, which are short and cannot hang. */
final class Waiting {
  private Waiting() {}

  /** Waits on a monitor that the caller holds; an interrupt stays pending. */
  static void until(Object monitor, BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        monitor.wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Throws what a computation threw, which is never a checked exception. */
  static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }
}
