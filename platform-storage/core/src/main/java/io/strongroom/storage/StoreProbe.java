package io.strongroom.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Proves that a store keeps its word about conditional writes, before anything rests on it: many a
 * store answers a conditional write with success and ignores the condition.
 */
public final class StoreProbe {
  private static final String FOLDER = "probe/";
  private static final String PASSED = FOLDER + "passed.v1";
  private static final int RACERS = 8;
  private static final int RACES = 4;

  private final ObjectStore store;
  private final String prefix;

  private StoreProbe(ObjectStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /**
   * Does nothing on a store that has passed before; else does what {@link #proveConditionalWrites}
   * does, and leaves the object {@code probe/passed.v1} on a store that passes.
   *
   * <p>Takes one request on a store that has passed. Safe to call from several threads and
   * processes. Delete the object after moving its neighbors to another store or putting another
   * gateway before the store: a copy says that the original passed.
   *
   * @throws StorageException as {@link #proveConditionalWrites}; nothing is left then, and the next
   *     call proves anew
   */
  public static void requireProven(ObjectStore store) {
    if (store.head(PASSED).isPresent()) {
      return;
    }
    proveConditionalWrites(store);
    // Whoever did not win has lost nothing: the store passed, and at worst passes once more.
    store.putIfAbsent(PASSED, bytes("strongroom.store-probe.v1\n"));
  }

  /**
   * Writes about a dozen throw-away objects under {@code probe/<random>/} and deletes them again.
   * Checked are: creating twice, replacing with a stale, a current and no tag to match, an upload
   * onto a taken key, in parts too where the store sends it so, an upload without commit, and eight
   * writers that race to create and to replace one object.
   *
   * <p>Takes about a hundred requests and, where uploads are sent in parts, sends one part. May run
   * while others use the store.
   *
   * @throws StorageException {@link StorageErrorCode#CONDITIONAL_WRITES_UNPROVEN} naming the check
   *     that failed, or the one whose outcome stayed unknown
   */
  public static void proveConditionalWrites(ObjectStore store) {
    StoreProbe probe = new StoreProbe(store, FOLDER + UUID.randomUUID() + "/");
    try {
      probe.createTwice();
      probe.replace();
      probe.uploads();
      for (int i = 0; i < RACES; i++) {
        probe.raceToCreate(i);
        probe.raceToReplace(i);
      }
    } finally {
      probe.removeAll();
    }
  }

  private void createTwice() {
    String key = prefix + "create";
    mustWin(store.putIfAbsent(key, bytes("first")), "creating a new object");
    mustLose(store.putIfAbsent(key, bytes("second")), "creating an object that exists");
    mustHold(key, "first", "creating an object that exists");
    mustWin(store.putIfAbsent(prefix + "empty", new byte[0]), "creating an empty object");
    mustLose(store.putIfAbsent(prefix + "empty", bytes("x")), "creating over an empty object");
    mustHold(prefix + "empty", "", "creating over an empty object");
  }

  private void replace() {
    String key = prefix + "replace";
    mustLose(store.putIfMatch(key, bytes("x"), "none"), "replacing a missing object");
    if (store.get(key).isPresent()) {
      throw unproven("replacing a missing object", "the object was created");
    }
    String first = mustWin(store.putIfAbsent(key, bytes("first")), "creating a new object");
    String second =
        mustWin(store.putIfMatch(key, bytes("second"), first), "replacing with the current tag");
    mustHold(key, "second", "replacing with the current tag");
    if (first.equals(second) || !second.equals(mustStand(key).etag())) {
      throw unproven("replacing with the current tag", "the tag is not that of the new content");
    }
    mustLose(store.putIfMatch(key, bytes("third"), first), "replacing with a stale tag");
    mustHold(key, "second", "replacing with a stale tag");
    store.delete(key);
    mustLose(store.putIfMatch(key, bytes("fourth"), second), "replacing a deleted object");
    if (store.get(key).isPresent()) {
      throw unproven("replacing a deleted object", "the object was created");
    }
  }

  private void uploads() {
    String key = prefix + "upload";
    try (ObjectUpload upload = store.upload(key)) {
      write(upload, "aborted");
    }
    if (store.get(key).isPresent()) {
      throw unproven("an upload without commit", "the object became visible");
    }
    try (ObjectUpload late = store.upload(key)) {
      write(late, "late");
      mustWin(store.putIfAbsent(key, bytes("first")), "creating a new object");
      mustLose(late.commit(), "an upload onto a taken key");
    }
    mustHold(key, "first", "an upload onto a taken key");
    if (store.uploadPartSize() > 0) {
      uploadsInParts();
    }
  }

  private void uploadsInParts() {
    String key = prefix + "upload-in-parts";
    try (ObjectUpload late = store.upload(key)) {
      byte[] part = new byte[store.uploadPartSize()];
      write(late, part);
      write(late, new byte[1]);
      mustWin(store.putIfAbsent(key, bytes("first")), "creating a new object");
      mustLose(late.commit(), "an upload in parts onto a taken key");
    }
    mustHold(key, "first", "an upload in parts onto a taken key");
  }

  private void raceToCreate(int race) {
    String key = prefix + "race-" + race;
    race("eight writers creating one object", key, me -> store.putIfAbsent(key, bytes(me)));
  }

  private void raceToReplace(int race) {
    String key = prefix + "race-" + race;
    String etag = mustStand(key).etag();
    race(
        "eight writers replacing one object",
        key,
        me -> store.putIfMatch(key, bytes("again " + me), etag));
  }

  private interface Racer {
    WriteResult run(String me);
  }

  private void race(String check, String key, Racer racer) {
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    List<Future<WriteResult>> results = new ArrayList<>();
    try {
      for (int i = 0; i < RACERS; i++) {
        String me = "racer " + i;
        Callable<WriteResult> run =
            () -> {
              start.await();
              return racer.run(me);
            };
        results.add(threads.submit(run));
      }
      start.countDown();
      int winner = -1;
      for (int i = 0; i < RACERS; i++) {
        if (outcome(results.get(i), check)) {
          if (winner >= 0) {
            throw unproven(check, "two of them won");
          }
          winner = i;
        }
      }
      if (winner < 0) {
        throw unproven(check, "none of them won");
      }
      String standing = new String(mustStand(key).content(), StandardCharsets.UTF_8);
      if (!standing.endsWith("racer " + winner)) {
        throw unproven(check, "the content is not the winner's");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean outcome(Future<WriteResult> result, String check) {
    try {
      WriteResult found = result.get();
      if (found instanceof WriteResult.Unknown unknown) {
        throw unproven(check, "the outcome is not known: " + unknown.cause());
      }
      return found instanceof WriteResult.Won;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageException failed) {
        throw failed;
      }
      throw unproven(check, "it failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unproven(check, "the thread was interrupted");
    }
  }

  private StoredObject mustStand(String key) {
    Optional<StoredObject> found = store.get(key);
    return found.orElseThrow(
        () -> unproven("reading what was written", "'" + key + "' does not exist"));
  }

  private void mustHold(String key, String content, String check) {
    if (!Arrays.equals(mustStand(key).content(), bytes(content))) {
      throw unproven(check, "the object has other content afterwards");
    }
  }

  private static String mustWin(WriteResult result, String check) {
    if (result instanceof WriteResult.Won won) {
      return won.etag();
    }
    throw unproven(check, "it answered " + result);
  }

  private static void mustLose(WriteResult result, String check) {
    if (!(result instanceof WriteResult.Lost)) {
      throw unproven(check, "it answered " + result);
    }
  }

  private static void write(ObjectUpload upload, String content) {
    write(upload, bytes(content));
  }

  private static void write(ObjectUpload upload, byte[] content) {
    try {
      OutputStream stream = upload.stream();
      stream.write(content);
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "an upload of the probe failed", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static StorageException unproven(String check, String answer) {
    return new StorageException(
        StorageErrorCode.CONDITIONAL_WRITES_UNPROVEN, check + ": " + answer);
  }

  /** What cannot be removed disturbs nobody; the failure to report is the one before. */
  private void removeAll() {
    try {
      for (ObjectInfo info : store.list(prefix, null, 1000)) {
        store.delete(info.key());
      }
    } catch (StorageException e) {
      return;
    }
  }
}
