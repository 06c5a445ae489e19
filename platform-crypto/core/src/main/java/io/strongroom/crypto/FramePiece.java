package io.strongroom.crypto;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive frames of a stream that one thread works on: the stream's own or a helper, whichever
 * is first. All methods but {@link #help} belong to the thread that uses the stream.
 */
abstract class FramePiece {
  private enum State {
    IDLE,
    READY,
    TAKEN,
    DONE
  }

  /** How long a thread turns round before it goes to sleep: less than waking it takes. */
  static final long PATIENCE_NANOS = 20_000;

  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  /** Written before the piece is done and read after. */
  private @Nullable Throwable failure;

  private volatile @Nullable Thread waiting;

  /** Seals or opens the frames. Runs in one thread at a time, after the piece was made ready. */
  abstract void work(FrameCipher cipher);

  /** Lets {@link #work} begin, in whatever thread comes first. */
  final void ready() {
    state.set(State.READY);
  }

  /** A helper's part: works unless somebody else does or did. */
  final boolean help(FrameCipher cipher) {
    if (state.get() != State.READY || !state.compareAndSet(State.READY, State.TAKEN)) {
      return false;
    }
    try {
      work(cipher);
    } catch (Throwable any) {
      failure = any;
    } finally {
      state.set(State.DONE);
      LockSupport.unpark(waiting);
    }
    return true;
  }

  /** Takes the work away from helpers; false when one has begun. */
  final boolean claim() {
    return state.compareAndSet(State.READY, State.IDLE) || state.get() == State.IDLE;
  }

  /** Whether the frames are worked on by a helper at this moment. */
  final boolean isTaken() {
    return state.get() == State.TAKEN;
  }

  /** Waits for whoever has begun, and throws what that threw. */
  final void await() {
    untilDone();
    state.set(State.IDLE);
    Throwable thrown = failure;
    failure = null;
    Waiting.rethrow(thrown);
  }

  /** Makes sure that no helper works on the piece any more, whatever came out of it. */
  final void withdraw() {
    if (!claim()) {
      untilDone();
      state.set(State.IDLE);
      failure = null;
    }
  }

  /** An interrupt stays pending. */
  private void untilDone() {
    long begun = System.nanoTime();
    while (isTaken() && System.nanoTime() - begun < PATIENCE_NANOS) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    waiting = Thread.currentThread();
    while (isTaken()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiting = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
