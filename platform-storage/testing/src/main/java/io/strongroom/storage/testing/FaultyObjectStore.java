package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store behind a bad network: it refuses, loses replies and delivers late, as a schedule says.
 *
 * <p>Thread-safe when the schedule is.
 */
public final class FaultyObjectStore extends InterceptedObjectStore {

  /** What goes wrong with one operation. */
  public enum Fault {
    /** Nothing. */
    NONE,
    /** It has no effect and throws {@link StorageErrorCode#STORE_UNAVAILABLE}. */
    REFUSED,
    /** It has no effect; a write answers {@link WriteResult.Unknown}, anything else throws. */
    LOST_BEFORE_EFFECT,
    /** It has its effect; a write answers {@link WriteResult.Unknown}, anything else throws. */
    LOST_AFTER_EFFECT,
    /**
     * As {@link #LOST_BEFORE_EFFECT}, but a write is done by a later {@link #deliver()}: it was
     * only slow.
     */
    DELIVERED_LATE
  }

  /** Says what goes wrong. */
  @FunctionalInterface
  public interface Schedule {
    /**
     * Called before every operation, once.
     *
     * @param number of the operation, from 1
     */
    Fault next(long number, StoreOperation operation, String key);
  }

  private final Schedule schedule;
  private final AtomicLong operations = new AtomicLong();
  private final Deque<Call<WriteResult>> late = new ArrayDeque<>();

  /** A store with these faults; the inner one does the work. */
  public FaultyObjectStore(ObjectStore inner, Schedule schedule) {
    super(inner);
    this.schedule = Objects.requireNonNull(schedule, "schedule");
  }

  /** A schedule with one fault, at the operation of this number. */
  public static Schedule once(long at, Fault fault) {
    return (number, operation, key) -> number == at ? fault : Fault.NONE;
  }

  /** How many operations were started. */
  public long operations() {
    return operations.get();
  }

  /**
   * Does the oldest write that was delayed.
   *
   * @return false when there was none
   */
  public boolean deliver() {
    Call<WriteResult> write;
    synchronized (late) {
      write = late.poll();
    }
    if (write == null) {
      return false;
    }
    write.run();
    return true;
  }

  @Override
  <T> T answer(StoreOperation operation, String key, Call<T> real) {
    Fault fault = next(operation, key);
    if (fault == Fault.NONE) {
      return real.run();
    }
    if (fault == Fault.LOST_AFTER_EFFECT) {
      real.run();
    }
    throw failure(operation, key, fault);
  }

  @Override
  WriteResult write(StoreOperation operation, String key, Call<WriteResult> real) {
    Fault fault = next(operation, key);
    if (fault == Fault.NONE) {
      return real.run();
    }
    if (fault == Fault.REFUSED) {
      throw failure(operation, key, fault);
    }
    if (fault == Fault.LOST_AFTER_EFFECT) {
      real.run();
    } else if (fault == Fault.DELIVERED_LATE) {
      synchronized (late) {
        late.add(real);
      }
    }
    return new WriteResult.Unknown(failure(operation, key, fault));
  }

  @Override
  void stream(String key, Piece real) throws IOException {
    Fault fault = next(StoreOperation.UPLOAD_WRITE, key);
    if (fault != Fault.NONE) {
      throw failure(StoreOperation.UPLOAD_WRITE, key, fault);
    }
    real.write();
  }

  @Override
  boolean keeps(Call<WriteResult> commit) {
    synchronized (late) {
      return late.contains(commit);
    }
  }

  private Fault next(StoreOperation operation, String key) {
    return schedule.next(operations.incrementAndGet(), operation, key);
  }

  private static StorageException failure(StoreOperation operation, String key, Fault fault) {
    return new StorageException(
        StorageErrorCode.STORE_UNAVAILABLE,
        operation
            + " of '"
            + key
            + "': "
            + (fault == Fault.REFUSED ? "refused" : "the reply was lost"));
  }
}
