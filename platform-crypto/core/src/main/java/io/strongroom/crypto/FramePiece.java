package io.strongroom.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Consecutive frames of a stream that one thread works on: the stream's own or a helper, whichever
 * is first. All methods but {@link #run()} belong to the thread that uses the stream.
 */
abstract class FramePiece implements Runnable {
  private enum State {
    IDLE,
    READY,
    TAKEN,
    DONE
  }

  private final FrameWorkers workers;
  private final ContentKey key;
  private State state = State.IDLE;
  private boolean offered;
  private @Nullable Throwable failure;

  FramePiece(FrameWorkers workers, ContentKey key) {
    this.workers = workers;
    this.key = key;
  }

  /** Seals or opens the frames. Runs in one thread at a time, after the piece was made ready. */
  abstract void work(FrameCipher cipher);

  /** Lets {@link #work} begin. */
  final void ready(boolean offer) {
    synchronized (this) {
      state = State.READY;
      if (!offer || offered) {
        return;
      }
      offered = true;
    }
    if (!workers.offer(this)) {
      synchronized (this) {
        offered = false;
      }
    }
  }

  /** The helper's part. */
  @Override
  public final void run() {
    synchronized (this) {
      offered = false;
      if (state != State.READY) {
        return;
      }
      state = State.TAKEN;
    }
    FrameCipher cipher = workers.take(key);
    Throwable thrown = null;
    try {
      work(cipher);
    } catch (Throwable any) {
      thrown = any;
    }
    workers.give(cipher);
    synchronized (this) {
      failure = thrown;
      state = State.DONE;
      notifyAll();
    }
  }

  /** Takes the work away from helpers; false when one has begun. */
  final synchronized boolean claim() {
    if (state == State.READY) {
      state = State.IDLE;
    }
    return state == State.IDLE;
  }

  /** Works, or waits for the helper that does, and throws what that threw. */
  final void complete(FrameCipher own) {
    if (claim()) {
      work(own);
    } else {
      await();
    }
  }

  /** Waits for the helper that has begun, and throws what it threw. */
  final synchronized void await() {
    Waiting.until(this, () -> state == State.DONE);
    state = State.IDLE;
    Waiting.rethrow(failure);
  }

  /** Makes sure that no helper works on the piece any more, whatever came out of it. */
  final synchronized void withdraw() {
    if (state == State.READY) {
      state = State.IDLE;
    }
    Waiting.until(this, () -> state != State.TAKEN);
    state = State.IDLE;
  }
}
