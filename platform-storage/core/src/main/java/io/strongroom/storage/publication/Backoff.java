package io.strongroom.storage.publication;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits between two rounds of a race. */
interface Backoff {
  /** Waits a random time of at most 10 ms doubled with every round, and never more than 1 s. */
  Backoff JITTERED =
      round -> {
        long most = Math.min(1000, 10L << Math.min(round, 10));
        LockSupport.parkNanos(
            TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(1, most + 1)));
      };

  /**
   * Waits.
   *
   * @param round how many rounds were lost so far, from 1
   */
  void pause(int round);
}
