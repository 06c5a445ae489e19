package io.strongroom.crypto.rewrap;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.KeyUnavailableException;
import java.util.concurrent.TimeUnit;

/** Lets so many calls a second pass, evenly and without saving up for a burst. */
final class Pacer {
  private final long nanosBetween;
  private long next = System.nanoTime();

  /** No limit when {@code perSecond} is 0. */
  Pacer(int perSecond) {
    this.nanosBetween = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** Waits for the next call's turn. */
  void await() {
    if (nanosBetween > 0) {
      pause(turn());
    }
  }

  private synchronized long turn() {
    long now = System.nanoTime();
    if (next - now < 0) {
      next = now;
    }
    long wait = next - now;
    next += nanosBetween;
    return wait;
  }

  /** Waits; an interrupt stays pending. */
  static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw interrupted(interrupted);
    }
  }

  static KeyUnavailableException interrupted(InterruptedException cause) {
    return new KeyUnavailableException(
        CryptoErrorCode.KEY_CALL_INTERRUPTED, "interrupted while keys were wrapped anew", cause);
  }
}
