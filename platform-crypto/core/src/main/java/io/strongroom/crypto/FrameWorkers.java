package io.strongroom.crypto;

import java.security.Provider;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads and ciphers that the frames of messages are sealed and opened with. Whoever calls
 * takes part, so that work ends even when no other thread ever comes. Safe for use by several
 * threads.
 */
final class FrameWorkers {
  /** Work on a contiguous run of frames. */
  interface Run {
    void on(FrameCipher cipher, int index);
  }

  private static final int SEALED_ALONE = 8 * 1024;
  private static final int READ_ALONE = 64 * 1024;
  private static final int PIECE = 64 * 1024;
  private static final int LONGEST_PARALLEL_FRAME = 4 * 1024 * 1024;
  private static final int MOST_PIECES = 16;

  /** Room for parts of two frames of the usual length, or for a header. */
  private static final int SCRATCH = 40 * 1024;

  private final int parallelism;
  private final Executor executor;
  private final Supplier<FrameCipher> newCipher;
  private final Spares<FrameCipher> ciphers;
  private final Spares<byte[]> scratches = new Spares<>(() -> new byte[SCRATCH]);
  private final WarmUp provider;
  private final boolean warmUp;

  FrameWorkers(
      int parallelism, @Nullable Executor executor, @Nullable Provider provider, boolean warmUp) {
    this.warmUp = warmUp;
    this.provider = WarmUp.of(provider);
    this.parallelism = parallelism;
    this.executor = executor == null ? SharedThreads.executor() : executor;
    this.newCipher = () -> new FrameCipher(provider);
    this.ciphers = new Spares<>(newCipher);
  }

  /** Refuses a provider that computes wrongly; begins to warm it up. */
  void require() {
    provider.require(warmUp);
  }

  /** Called before work on a message that is this long already, or will be. */
  void expect(long bytes) {
    if (warmUp) {
      provider.await(bytes);
    }
  }

  /** How many threads may work on one message, the caller's included. */
  int parallelism() {
    return parallelism;
  }

  /** A cipher for one thread, to be given back. */
  FrameCipher take(ContentKey key) {
    require();
    return ciphers.take().use(key);
  }

  /** A cipher that has sealed nothing before: those of the JDK refuse the IV of their last call. */
  FrameCipher fresh(ContentKey key) {
    require();
    return newCipher.get().use(key);
  }

  void give(FrameCipher cipher) {
    cipher.forget();
    ciphers.give(cipher);
  }

  /** Whether {@link #scratch} has room for this. */
  static boolean fitsScratch(int length) {
    return length <= SCRATCH;
  }

  /** An array for what is not secret, to be given back. */
  byte[] scratch() {
    return scratches.take();
  }

  /** Takes back an array that {@link #scratch} gave. */
  void giveScratch(byte[] scratch) {
    scratches.give(scratch);
  }

  /** Offers work to another thread; false when none will take it up. */
  boolean offer(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException busy) {
      return false;
    }
  }

  /** How many pieces of a stream may be on their way at once. */
  int pieces(int frameLength) {
    return parallelism == 1 || frameLength > LONGEST_PARALLEL_FRAME
        ? 1
        : Math.min(MOST_PIECES, 4 * parallelism);
  }

  /** How many frames are sealed before they are written: few, so that they stay in the cache. */
  int framesToSeal(int frameLength) {
    return Math.max(1, (pieces(frameLength) == 1 ? SEALED_ALONE : PIECE) / frameLength);
  }

  /** How many frames are read before they are opened. */
  int framesToOpen(int frameLength) {
    return Math.max(1, (pieces(frameLength) == 1 ? READ_ALONE : PIECE) / frameLength);
  }

  /** Runs all indexes from 0 on, in no order, and returns when none is running any more. */
  void run(ContentKey key, int runs, Run run) {
    Job job = new Job(key, runs, run);
    int wanted = Math.min(parallelism, runs) - 1;
    while (wanted > 0 && offer(job)) {
      wanted--;
    }
    job.work();
    job.end();
  }

  private final class Job implements Runnable {
    private final ContentKey key;
    private final int runs;
    private final Run run;
    private final AtomicInteger next = new AtomicInteger();
    private int helpers;
    private boolean ended;
    private volatile @Nullable Throwable failure;

    Job(ContentKey key, int runs, Run run) {
      this.key = key;
      this.runs = runs;
      this.run = run;
    }

    @Override
    public void run() {
      synchronized (this) {
        if (ended) {
          return;
        }
        helpers++;
      }
      work();
      synchronized (this) {
        helpers--;
        notifyAll();
      }
    }

    void work() {
      try {
        int index = next.getAndIncrement();
        if (index >= runs) {
          return;
        }
        FrameCipher cipher = take(key);
        while (index < runs && failure == null) {
          run.on(cipher, index);
          index = next.getAndIncrement();
        }
        give(cipher);
      } catch (Throwable first) {
        failure = first;
      }
    }

    /** Waits for the helpers that have begun; others find nothing to do. */
    synchronized void end() {
      ended = true;
      Waiting.until(this, () -> helpers == 0);
      Waiting.rethrow(failure);
    }
  }
}
