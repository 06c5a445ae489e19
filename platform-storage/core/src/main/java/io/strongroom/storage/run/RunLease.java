package io.strongroom.storage.run;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sign of life of the process that works on a run, renewed in the background three times in its
 * time to live until closed.
 *
 * <p>Losing it costs nothing but work: safety rests on conditional writes and never on a lease.
 * Safe for use by several threads.
 */
public final class RunLease implements AutoCloseable {
  private static final String FORMAT = "strongroom.lease.v1";
  private static final int TRIES = 6;

  private final ObjectStore store;
  private final RunId run;
  private final String key;
  private final String holder = UUID.randomUUID().toString();
  private final long timeToLive;
  private final MonotonicTime time;
  private final CountDownLatch closing = new CountDownLatch(1);

  private long beat;
  private @Nullable String etag;
  private volatile long renewedAt;
  private volatile boolean taken;

  private RunLease(
      ObjectStore store, RunId run, String key, Duration timeToLive, MonotonicTime time) {
    this.store = store;
    this.run = run;
    this.key = key;
    this.timeToLive = timeToLive.toNanos();
    this.time = time;
  }

  static RunLease take(
      ObjectStore store, RunId run, String key, Duration timeToLive, MonotonicTime time) {
    RunLease lease = new RunLease(store, run, key, timeToLive, time);
    lease.take();
    Thread thread = new Thread(lease::renewUntilClosed, "lease of run " + run);
    thread.setDaemon(true);
    thread.start();
    return lease;
  }

  /** Whose lease it is. */
  public RunId run() {
    return run;
  }

  /**
   * Whether another process has taken the run over, or the lease could not be renewed for its whole
   * time to live. The holder should stop working on the run.
   */
  public boolean lost() {
    return taken || time.nanos() - renewedAt > timeToLive;
  }

  /** Stops renewing. The lease object stays and goes stale. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void take() {
    for (int i = 0; i < TRIES; i++) {
      Optional<StoredObject> stored =
          ControlObjects.get(store, key, StorageErrorCode.RUN_DOCUMENT_INVALID);
      beat = stored.map(object -> beatOf(object.content())).orElse(0L);
      etag = stored.map(StoredObject::etag).orElse(null);
      if (beat()) {
        return;
      }
    }
    throw new StorageException(
        StorageErrorCode.LEASE_LOST, "the lease of run " + run + " is fought over");
  }

  private void renewUntilClosed() {
    try {
      while (!taken && !closing.await(timeToLive / 3, TimeUnit.NANOSECONDS)) {
        taken = !renew();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when the lease is lost; a store that does not answer is not that: lost() tells. */
  private boolean renew() {
    try {
      return beat();
    } catch (StorageException e) {
      return true;
    }
  }

  /** Writes the next sign of life; false when somebody else's stands there. */
  private boolean beat() {
    long started = time.nanos();
    beat++;
    byte[] mine =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("run", run.value())
            .put("holder", holder)
            .put("beat", beat)
            .build()
            .canonicalBytes();
    WriteResult result =
        etag == null ? store.putIfAbsent(key, mine) : store.putIfMatch(key, mine, etag);
    if (result instanceof WriteResult.Won won) {
      etag = won.etag();
      renewedAt = started;
      return true;
    }
    Optional<StoredObject> stored =
        ControlObjects.get(store, key, StorageErrorCode.RUN_DOCUMENT_INVALID);
    if (stored.isPresent() && holderOf(stored.get().content()).equals(holder)) {
      etag = stored.get().etag();
      renewedAt = started;
      return true;
    }
    return false;
  }

  /** 0 for what no renewal can follow; nobody compares beats, so counting may start again. */
  private static long beatOf(byte[] content) {
    try {
      long beat = parse(content).integer("beat");
      return beat >= 0 && beat < JsonValue.MAX_INTEGER ? beat : 0;
    } catch (JsonException | IllegalArgumentException e) {
      return 0;
    }
  }

  private static String holderOf(byte[] content) {
    try {
      return parse(content).string("holder");
    } catch (JsonException | IllegalArgumentException e) {
      return "";
    }
  }

  private static JsonObject parse(byte[] content) {
    JsonObject json = JsonValue.parseCanonicalObject(content);
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, Set.of("format", "run", "holder", "beat"), Set.of());
    return json;
  }
}
