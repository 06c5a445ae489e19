package io.strongroom.crypto;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps processes that continue from one snapshot, such as AWS Lambda SnapStart's and CRaC's, from
 * using a key and an IV twice. It has an epoch, which a checkpoint raises before it is taken and
 * again after the process is restored; what was made under an earlier epoch is not used any more:
 * caches zero their data keys, open {@link EnvelopeOutputStream}s refuse to write, and random
 * generators are given a new seed by the operating system.
 *
 * <p>The guard of the process registers itself with {@code org.crac} when that library is on the
 * class path; nothing needs to be called then. Whoever takes snapshots in another way calls {@link
 * #beforeCheckpoint()} and {@link #afterRestore()}. A copy of a running process, or of a virtual
 * machine, that nobody announces is not noticed.
 *
 * <p>Safe for use by several threads.
 */
public final class SnapshotGuard {
  private final AtomicLong epoch = new AtomicLong();
  private final Set<Runnable> listeners = Collections.newSetFromMap(new WeakHashMap<>());

  /** A guard that only hears of the checkpoints it is told of. */
  public SnapshotGuard() {}

  /**
   * The guard that everything uses that is not given another.
   *
   * @return the one of this process
   */
  public static SnapshotGuard process() {
    return OfProcess.GUARD;
  }

  /**
   * How often a checkpoint was announced.
   *
   * @return odd between {@link #beforeCheckpoint()} and {@link #afterRestore()}; never falls
   */
  public long epoch() {
    return epoch.get();
  }

  static boolean checkpointing(long epoch) {
    return (epoch & 1) == 1;
  }

  /** Raises the epoch to the next odd one and lets go of keys. To be called before a checkpoint. */
  public void beforeCheckpoint() {
    epoch.updateAndGet(now -> now + (checkpointing(now) ? 2 : 1));
    letGo();
  }

  /**
   * Raises the epoch to the next even one and lets go of keys. To be called in the restored process
   * before it encrypts anything, and after a checkpoint that failed.
   */
  public void afterRestore() {
    epoch.updateAndGet(now -> now + (checkpointing(now) ? 1 : 2));
    letGo();
  }

  /**
   * Adds what is to be done after each rise of the epoch.
   *
   * @param listener lets go of keys; must not throw. Held weakly: the caller keeps it
   */
  public void onRise(Runnable listener) {
    Objects.requireNonNull(listener, "listener");
    synchronized (listeners) {
      listeners.add(listener);
    }
  }

  private void letGo() {
    List<Runnable> all;
    synchronized (listeners) {
      all = new ArrayList<>(listeners);
    }
    all.forEach(Runnable::run);
  }

  /**
   * A generator that is given 32 bytes of the operating system as a further seed before its first
   * use under another epoch.
   *
   * @param source the generator
   * @return safe for use by several threads
   */
  public SecureRandom protecting(SecureRandom source) {
    return new ReseededRandom(source, this);
  }

  private static final class OfProcess {
    static final SnapshotGuard GUARD = registered();

    private static SnapshotGuard registered() {
      SnapshotGuard guard = new SnapshotGuard();
      try {
        Class.forName("org.crac.Core", false, SnapshotGuard.class.getClassLoader());
        CracResource.register(guard);
      } catch (ClassNotFoundException absent) {
        // Nobody takes checkpoints through it then.
      }
      return guard;
    }
  }
}
