package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the process, in earnest or in play, before or after the n-th operation on a store.
 *
 * <p>Counted is every method of the store, every write to the stream of an upload, every commit and
 * every abort. Walking {@code at} from 1 until {@link #crashed()} stays false puts a crash at every
 * place of a piece of code.
 *
 * <p>Once it has crashed, no operation reaches the store any more and each throws {@link
 * SimulatedCrash}, as nothing is done by a dead process. Thread-safe.
 */
public final class CrashingObjectStore extends InterceptedObjectStore {

  /** On which side of the operation the crash falls. */
  public enum When {
    /** The operation has no effect. */
    BEFORE,
    /** The operation has its effect, and nobody learns of it. */
    AFTER
  }

  private final long at;
  private final When when;
  private final Runnable crash;
  private final AtomicLong operations = new AtomicLong();
  private volatile boolean crashed;

  /**
   * A store that crashes once.
   *
   * @param inner the store that does the work
   * @param at the number of the operation, from 1; one that is never reached means no crash
   * @param when on which side of that operation
   * @param crash ends the process, such as {@code () -> Runtime.getRuntime().halt(137)}; when it
   *     returns, {@link SimulatedCrash} is thrown
   */
  public CrashingObjectStore(ObjectStore inner, long at, When when, Runnable crash) {
    super(inner);
    this.at = at;
    this.when = Objects.requireNonNull(when, "when");
    this.crash = Objects.requireNonNull(crash, "crash");
  }

  /** How many operations were started, that of the crash included and those after it not. */
  public long operations() {
    return operations.get();
  }

  /** Whether the crash has happened. */
  public boolean crashed() {
    return crashed;
  }

  @Override
  <T> T answer(StoreOperation operation, String key, Call<T> real) {
    boolean here = enter(operation, key);
    T result = real.run();
    leave(here, operation, key);
    return result;
  }

  @Override
  WriteResult write(StoreOperation operation, String key, Call<WriteResult> real) {
    return answer(operation, key, real);
  }

  @Override
  void stream(String key, Piece real) throws IOException {
    boolean here = enter(StoreOperation.UPLOAD_WRITE, key);
    real.write();
    leave(here, StoreOperation.UPLOAD_WRITE, key);
  }

  @Override
  boolean keeps(Call<WriteResult> commit) {
    return crashed;
  }

  private boolean enter(StoreOperation operation, String key) {
    if (crashed) {
      throw new SimulatedCrash(operation + " of '" + key + "' after the crash");
    }
    boolean here = operations.incrementAndGet() == at;
    if (here && when == When.BEFORE) {
      crash(operation, key);
    }
    return here;
  }

  private void leave(boolean here, StoreOperation operation, String key) {
    if (here && when == When.AFTER) {
      crash(operation, key);
    }
    if (crashed) {
      throw new SimulatedCrash(operation + " of '" + key + "' was under way at the crash");
    }
  }

  private void crash(StoreOperation operation, String key) {
    crashed = true;
    crash.run();
    throw new SimulatedCrash(when + " operation " + at + ", " + operation + " of '" + key + "'");
  }
}
