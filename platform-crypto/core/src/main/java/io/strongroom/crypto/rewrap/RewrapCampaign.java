package io.strongroom.crypto.rewrap;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.rewrap.RewrapReport.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the data keys of many records anew, by one {@link KeyService#rewrap} each.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A record holds its old keys or its new ones, and is readable at every moment. The old
 *       wrapping key is needed until the campaign is finished without failures, and {@link
 *       KeyCensus} finds nothing under it.
 *   <li>What is done is not done again: a record carries the epoch of the campaign that replaced
 *       it. After a crash, at most as many calls are repeated as there were threads, times the keys
 *       of a record.
 *   <li>A campaign goes on where it was: behind the last checkpoint, which is durable. Records that
 *       were replaced behind it are read again and cost no call.
 *   <li>Two processes with one checkpoint file exclude each other; two with different ones do no
 *       harm, but may each make the call for a record that only one of them replaces.
 * </ul>
 *
 * <p>A TRANSIENT failure is tried again after growing pauses; when it stays, the campaign ends with
 * it and goes on there when it is run again. Any other failure is the record's own: it stays as it
 * is, is reported, and is tried again by the next pass. More of those than allowed end the
 * campaign.
 *
 * <p>Safe for use by several threads. Owns nothing of what it is given.
 */
public final class RewrapCampaign {
  private static final int MOST_THREADS = 256;
  private static final int MOST_FAILURES_TOLD = 100;
  private static final int MOST_ROUNDS = 5;

  private final KeyService keys;
  private final KeyRecordStore store;
  private final RewrapPlan plan;
  private final int perSecond;
  private final int parallelism;
  private final int recordsPerCheckpoint;
  private final int maxFailed;
  private final int attempts;
  private final long firstPauseNanos;
  private final Consumer<RewrapReport> progress;

  private RewrapCampaign(Builder builder) {
    this.keys = builder.keys;
    this.store = builder.store;
    this.plan = builder.plan;
    this.perSecond = builder.perSecond;
    this.parallelism = builder.parallelism;
    this.recordsPerCheckpoint = builder.recordsPerCheckpoint;
    this.maxFailed = builder.maxFailed;
    this.attempts = builder.attempts;
    this.firstPauseNanos = builder.firstPauseNanos;
    this.progress = builder.progress;
  }

  /**
   * A builder of a campaign.
   *
   * @param keys wraps anew; must be able to use the old keys and the new one
   * @param store the records
   * @param plan what is to be done
   * @return not safe for use by several threads
   */
  public static Builder builder(KeyService keys, KeyRecordStore store, RewrapPlan plan) {
    return new Builder(keys, store, plan);
  }

  private enum Kind {
    REWRAPPED,
    DONE,
    NOT_CONCERNED,
    VANISHED,
    FAILED
  }

  private record Outcome(
      Kind kind, int wrappedKeys, @Nullable Failure failure, @Nullable PlatformException cause) {
    static Outcome of(Kind kind) {
      return new Outcome(kind, 0, null, null);
    }

    static Outcome failed(String id, PlatformException cause) {
      return new Outcome(Kind.FAILED, 0, new Failure(id, cause.code().id()), cause);
    }
  }

  /**
   * Reads every record and tells what {@link #run} would do. Asks the key service for the state of
   * the target and for nothing else; writes nothing.
   *
   * @return {@code rewrapped} and {@code wrappedKeys} are what would be replaced and called; a
   *     record that the key service could not unwrap for sure is {@code failed}
   * @throws KeyUnavailableException when the target is unknown, out of reach or not enabled
   */
  public RewrapReport dryRun() {
    KeyDescription target = keys.describe(plan.target());
    if (target.state() != KeyState.ENABLED) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_STATE_REFUSES,
          "key " + plan.target().value() + " is " + target.state());
    }
    return pass(
        RewrapCheckpoint.BEGINNING, id -> dealWith(id, null), (after, report, failure) -> {});
  }

  /**
   * Goes over the records, from the last checkpoint on or, after a finished pass, all of them.
   *
   * @param checkpoint the campaign's file, made when it is missing; beside it lies {@code
   *     <file>.lock}
   * @return what the pass did, with {@code finished}; nothing is left to do when nothing failed
   * @throws CryptoException REWRAP_STOPPED when more records failed than allowed: the next run
   *     begins with the first record again; REWRAP_CHECKPOINT_UNUSABLE when the file is malformed
   *     or of another plan; FILE_UNUSABLE when it cannot be written or another process holds it
   * @throws PlatformException what a key service or store that stays out of reach said, or
   *     KEY_CALL_INTERRUPTED: run it again
   */
  public RewrapReport run(Path checkpoint) {
    Path file = checkpoint.toAbsolutePath();
    FileChannel lock = KeyRecordFolder.lock(file.resolveSibling(file.getFileName() + ".lock"));
    try {
      Pacer pacer = new Pacer(perSecond);
      return pass(
          RewrapCheckpoint.read(file, plan),
          id -> dealWith(id, pacer),
          (after, report, failure) -> {
            if (report.failed() > maxFailed) {
              forget(file);
              throw stopped(report, failure);
            }
            new RewrapCheckpoint(after, report).write(file, plan);
          });
    } finally {
      release(lock, file);
    }
  }

  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw KeyRecordFolder.unusable(file, failure);
    }
  }

  private static void release(FileChannel lock, Path file) {
    try {
      lock.close();
    } catch (IOException failure) {
      throw KeyRecordFolder.unusable(file, failure);
    }
  }

  private interface Work {
    Outcome on(String id);
  }

  private interface Keeper {
    void keep(Optional<String> after, RewrapReport report, @Nullable PlatformException failure);
  }

  private RewrapReport pass(RewrapCheckpoint from, Work work, Keeper keeper) {
    ExecutorService pool = Executors.newFixedThreadPool(parallelism, RewrapCampaign::thread);
    RewrapReport report = from.report();
    try (Stream<String> ids = store.ids(from.after())) {
      Optional<String> after = from.after();
      Iterator<String> left = ids.iterator();
      while (left.hasNext()) {
        List<String> chunk = new ArrayList<>();
        while (left.hasNext() && chunk.size() < recordsPerCheckpoint) {
          chunk.add(left.next());
        }
        PlatformException failure = null;
        for (Outcome outcome : each(pool, chunk, work)) {
          report = with(report, outcome);
          failure = failure == null ? outcome.cause() : failure;
        }
        after = Optional.of(chunk.get(chunk.size() - 1));
        keeper.keep(after, report, failure);
        progress.accept(report);
      }
      RewrapReport finished =
          new RewrapReport(
              report.rewrapped(),
              report.done(),
              report.notConcerned(),
              report.vanished(),
              report.failed(),
              report.wrappedKeys(),
              report.failures(),
              true);
      keeper.keep(after, finished, null);
      return finished;
    } finally {
      end(pool);
    }
  }

  private CryptoException stopped(RewrapReport report, @Nullable PlatformException failure) {
    Failure first = report.failures().get(0);
    return new CryptoException(
        CryptoErrorCode.REWRAP_STOPPED,
        report.failed()
            + " records failed, and "
            + maxFailed
            + " are allowed; the first is "
            + first.id()
            + " with "
            + first.code(),
        failure);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "strongroom-rewrap");
    thread.setDaemon(true);
    return thread;
  }

  private static List<Outcome> each(ExecutorService pool, List<String> ids, Work work) {
    List<Callable<Outcome>> tasks = new ArrayList<>();
    for (String id : ids) {
      tasks.add(() -> work.on(id));
    }
    List<Outcome> outcomes = new ArrayList<>();
    try {
      for (Future<Outcome> done : pool.invokeAll(tasks)) {
        outcomes.add(done.get());
      }
      return outcomes;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Pacer.interrupted(interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failed.getCause();
    }
  }

  /** Nothing is written any more when this returns, or a minute has passed. */
  private static void end(ExecutorService pool) {
    boolean interrupted = Thread.interrupted();
    pool.shutdownNow();
    try {
      interrupted |= !pool.awaitTermination(1, TimeUnit.MINUTES) && Thread.interrupted();
    } catch (InterruptedException again) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RewrapReport with(RewrapReport before, Outcome outcome) {
    List<Failure> failures = before.failures();
    if (outcome.failure() != null && failures.size() < MOST_FAILURES_TOLD) {
      failures = new ArrayList<>(failures);
      failures.add(outcome.failure());
    }
    Kind kind = outcome.kind();
    return new RewrapReport(
        before.rewrapped() + (kind == Kind.REWRAPPED ? 1 : 0),
        before.done() + (kind == Kind.DONE ? 1 : 0),
        before.notConcerned() + (kind == Kind.NOT_CONCERNED ? 1 : 0),
        before.vanished() + (kind == Kind.VANISHED ? 1 : 0),
        before.failed() + (kind == Kind.FAILED ? 1 : 0),
        before.wrappedKeys() + outcome.wrappedKeys(),
        failures,
        false);
  }

  /** Deals with a record; without a pacer only tells what would be done. */
  private Outcome dealWith(String id, @Nullable Pacer pacer) {
    try {
      for (int round = 0; round < MOST_ROUNDS; round++) {
        Outcome outcome = tried(id, pacer);
        if (outcome != null) {
          return outcome;
        }
      }
      return Outcome.failed(
          id,
          new CryptoException(
              CryptoErrorCode.KEY_RECORD_CONTENDED,
              "record " + id + " was changed " + MOST_ROUNDS + " times by others"));
    } catch (PlatformException failed) {
      if (failed.category() == ErrorCategory.TRANSIENT) {
        throw failed;
      }
      return Outcome.failed(id, failed);
    }
  }

  /** Null when the record was changed by others meanwhile. */
  private @Nullable Outcome tried(String id, @Nullable Pacer pacer) {
    Optional<KeyRecord> read = patiently(() -> store.read(id));
    if (read.isEmpty()) {
      return Outcome.of(Kind.VANISHED);
    }
    KeyRecord record = read.get();
    if (record.epoch() >= plan.epoch()) {
      return Outcome.of(Kind.DONE);
    }
    if (!plan.concerns(record)) {
      return Outcome.of(Kind.NOT_CONCERNED);
    }
    List<RecordedKey> next = new ArrayList<>();
    int wrapped = 0;
    for (RecordedKey key : record.keys()) {
      if (plan.concerns(key.wrapped())) {
        next.add(rewrapped(id, key, pacer));
        wrapped++;
      } else {
        next.add(key);
      }
    }
    if (pacer == null || patiently(() -> store.replace(record, plan.epoch(), next))) {
      return new Outcome(Kind.REWRAPPED, wrapped, null, null);
    }
    return null;
  }

  private RecordedKey rewrapped(String id, RecordedKey key, @Nullable Pacer pacer) {
    if (!keys.canUnwrap(key.wrapped())) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN,
          "the key service cannot unwrap what record " + id + " holds");
    }
    if (pacer == null) {
      return key;
    }
    WrappedDataKey next =
        patiently(
            () -> {
              pacer.await();
              return keys.rewrap(key.wrapped(), key.context(), plan.target());
            });
    return new RecordedKey(key.context(), next);
  }

  private <T> T patiently(Supplier<T> call) {
    long pause = firstPauseNanos;
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (PlatformException failed) {
        if (failed.category() != ErrorCategory.TRANSIENT
            || attempt >= attempts
            || Thread.currentThread().isInterrupted()) {
          throw failed;
        }
        Pacer.pause(pause);
        pause *= 2;
      }
    }
  }

  @Override
  public String toString() {
    return "RewrapCampaign[" + plan + "]";
  }

  /** Collects the settings of a campaign. Not safe for use by several threads. */
  public static final class Builder {
    private final KeyService keys;
    private final KeyRecordStore store;
    private final RewrapPlan plan;
    private int perSecond;
    private int parallelism = 8;
    private int recordsPerCheckpoint = 250;
    private int maxFailed;
    private int attempts = 6;
    private long firstPauseNanos = TimeUnit.MILLISECONDS.toNanos(500);
    private Consumer<RewrapReport> progress = unheard -> {};

    private Builder(KeyService keys, KeyRecordStore store, RewrapPlan plan) {
      this.keys = Objects.requireNonNull(keys, "keys");
      this.store = Objects.requireNonNull(store, "store");
      this.plan = Objects.requireNonNull(plan, "plan");
    }

    /**
     * The most calls of the key service in a second, those that are tried again included.
     *
     * @param calls 1 to 100,000; no limit when not called
     * @return this builder
     */
    public Builder perSecond(int calls) {
      this.perSecond = within("perSecond", calls, 1, 100_000);
      return this;
    }

    /**
     * How many records are dealt with at once.
     *
     * @param threads 1 to 256; 8 when not called
     * @return this builder
     */
    public Builder parallelism(int threads) {
      this.parallelism = within("parallelism", threads, 1, MOST_THREADS);
      return this;
    }

    /**
     * After how many records the campaign's place is written down.
     *
     * @param records 1 to 100,000; 250 when not called
     * @return this builder
     */
    public Builder recordsPerCheckpoint(int records) {
      this.recordsPerCheckpoint = within("recordsPerCheckpoint", records, 1, 100_000);
      return this;
    }

    /**
     * How many records may fail before the campaign ends: a wrong permission fails for all.
     *
     * @param records not negative; 0 when not called
     * @return this builder
     */
    public Builder maxFailed(int records) {
      this.maxFailed = within("maxFailed", records, 0, Integer.MAX_VALUE);
      return this;
    }

    /**
     * How often a call is tried that fails with a TRANSIENT error.
     *
     * @param attempts 1 to 20, the first included; 6 when not called
     * @param firstPauseMillis 0 to 60,000; the pause before the second, doubled each time; 500 when
     *     not called
     * @return this builder
     */
    public Builder attempts(int attempts, int firstPauseMillis) {
      this.attempts = within("attempts", attempts, 1, 20);
      this.firstPauseNanos =
          TimeUnit.MILLISECONDS.toNanos(within("firstPauseMillis", firstPauseMillis, 0, 60_000));
      return this;
    }

    /**
     * Is told how far a pass is, after each checkpoint.
     *
     * @param progress called by the thread that runs the campaign
     * @return this builder
     */
    public Builder progress(Consumer<RewrapReport> progress) {
      this.progress = Objects.requireNonNull(progress, "progress");
      return this;
    }

    private static int within(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(name + " must be " + least + " to " + most);
      }
      return value;
    }

    /**
     * The campaign.
     *
     * @return a new campaign
     */
    public RewrapCampaign build() {
      return new RewrapCampaign(this);
    }
  }
}
