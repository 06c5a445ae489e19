package io.strongroom.storage.run;

import java.util.concurrent.locks.LockSupport;

/** A clock that no administrator moves, and waiting on it. */
interface MonotonicTime {
  /** The clock of this Java machine. */
  MonotonicTime SYSTEM =
      new MonotonicTime() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
          LockSupport.parkNanos(nanos);
        }
      };

  /** Nanoseconds since some moment. */
  long nanos();

  /** Waits about this long, or shorter. */
  void pause(long nanos);
}
