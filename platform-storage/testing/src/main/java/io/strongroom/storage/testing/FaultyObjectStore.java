package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store behind a bad network: it refuses, loses replies, is slow, delivers late or twice, and
 * lists what is stale, as a schedule says.
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
    DELIVERED_LATE,
    /**
     * It has its effect and answers, and a write, or a delete, is done once more by a later {@link
     * #deliver()}: the request was sent twice. A commit is not: an upload ends once.
     */
    DELIVERED_TWICE,
    /** It has its effect and answers, after the delay that was given to the constructor. */
    SLOW,
    /** A listing leaves out the object that was written last; nothing else is affected. */
    STALE_LISTING
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
  private final Deque<Call<?>> late = new ArrayDeque<>();
  private final Duration delay;

  /** A store with these faults, slow by 10 ms; the inner one does the work. */
  public FaultyObjectStore(ObjectStore inner, Schedule schedule) {
    this(inner, schedule, Duration.ofMillis(10));
  }

  /**
   * A store with these faults.
   *
   * @param inner the store that does the work
   * @param schedule says what goes wrong
   * @param delay what {@link Fault#SLOW} waits for before the effect
   */
  public FaultyObjectStore(ObjectStore inner, Schedule schedule, Duration delay) {
    super(inner);
    this.schedule = Objects.requireNonNull(schedule, "schedule");
    this.delay = Objects.requireNonNull(delay, "delay");
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
   * Does the oldest write that was delayed or sent twice.
   *
   * @return false when there was none
   */
  public boolean deliver() {
    Call<?> write;
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
    if (answers(fault)) {
      T answer = real.run();
      if (fault == Fault.DELIVERED_TWICE && operation.isWrite()) {
        keep(real);
      }
      return answer;
    }
    if (fault == Fault.LOST_AFTER_EFFECT) {
      real.run();
    }
    throw failure(operation, key, fault);
  }

  @Override
  List<ObjectInfo> listing(String prefix, Call<List<ObjectInfo>> real) {
    Fault fault = next(StoreOperation.LIST, prefix);
    if (!answers(fault)) {
      throw failure(StoreOperation.LIST, prefix, fault);
    }
    List<ObjectInfo> found = real.run();
    if (fault != Fault.STALE_LISTING || found.isEmpty()) {
      return found;
    }
    List<ObjectInfo> stale = new ArrayList<>(found);
    stale.remove(Collections.max(found, Comparator.comparing(ObjectInfo::modified)));
    return List.copyOf(stale);
  }

  /** Whether the operation is done and answered; waits when it is slow. */
  private boolean answers(Fault fault) {
    if (fault == Fault.SLOW) {
      try {
        Thread.sleep(delay.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return switch (fault) {
      case NONE, SLOW, DELIVERED_TWICE, STALE_LISTING -> true;
      case REFUSED, LOST_BEFORE_EFFECT, LOST_AFTER_EFFECT, DELIVERED_LATE -> false;
    };
  }

  private void keep(Call<?> write) {
    synchronized (late) {
      late.add(write);
    }
  }

  @Override
  WriteResult write(StoreOperation operation, String key, Call<WriteResult> real) {
    Fault fault = next(operation, key);
    if (answers(fault)) {
      WriteResult answer = real.run();
      if (fault == Fault.DELIVERED_TWICE && operation != StoreOperation.UPLOAD_COMMIT) {
        keep(real);
      }
      return answer;
    }
    if (fault == Fault.REFUSED) {
      throw failure(operation, key, fault);
    }
    if (fault == Fault.LOST_AFTER_EFFECT) {
      real.run();
    } else if (fault == Fault.DELIVERED_LATE) {
      keep(real);
    }
    return new WriteResult.Unknown(failure(operation, key, fault));
  }

  @Override
  void stream(String key, Piece real) throws IOException {
    Fault fault = next(StoreOperation.UPLOAD_WRITE, key);
    if (!answers(fault)) {
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
