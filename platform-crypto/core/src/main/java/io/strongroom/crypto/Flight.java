package io.strongroom.crypto;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One call that several threads wait for. Whoever needs the result first makes the call, so a queue
 * in front of a background thread delays nobody. Safe for use by several threads.
 */
final class Flight<T> {
  private final Function<Flight<T>, T> call;
  private final boolean background;
  private final AtomicBoolean started = new AtomicBoolean();
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile boolean interrupted;

  Flight(Function<Flight<T>, T> call) {
    this(call, false);
  }

  Flight(Function<Flight<T>, T> call, boolean background) {
    this.call = call;
    this.background = background;
  }

  /** Makes the call unless another thread does, and tells whether it did. */
  boolean fly() {
    if (!started.compareAndSet(false, true)) {
      return false;
    }
    try {
      result.complete(call.apply(this));
    } catch (RuntimeException | Error failure) {
      interrupted = Thread.currentThread().isInterrupted();
      result.completeExceptionally(failure);
    }
    return true;
  }

  /**
   * Makes or awaits the call.
   *
   * @throws NotMine when the call failed for a reason that concerns another thread alone
   */
  T join() throws NotMine {
    boolean mine = fly();
    try {
      return result.get();
    } catch (ExecutionException failure) {
      if (!mine && (interrupted || background)) {
        throw new NotMine();
      }
      if (failure.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure.getCause();
    } catch (InterruptedException waiting) {
      Thread.currentThread().interrupt();
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_CALL_INTERRUPTED,
          "interrupted while waiting for the key service",
          waiting);
    }
  }

  /** Joins the call that is under way for a key, or makes it. Failures are not kept. */
  static <K, T> T share(ConcurrentMap<K, Flight<T>> flights, K key, Function<Flight<T>, T> call) {
    while (true) {
      Flight<T> mine = new Flight<>(call);
      Flight<T> other = flights.putIfAbsent(key, mine);
      if (other == null) {
        mine.fly();
        flights.remove(key, mine);
      }
      try {
        return (other == null ? mine : other).join();
      } catch (NotMine failed) {
        // The next try is this thread's own.
      }
    }
  }

  /** A call failed that another thread made: the one who waited may try. */
  static final class NotMine extends Exception {
    private static final long serialVersionUID = 1L;

    NotMine() {
      super(null, null, false, false);
    }
  }
}
