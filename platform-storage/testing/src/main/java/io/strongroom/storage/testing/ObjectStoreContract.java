package io.strongroom.storage.testing;

import io.strongroom.crypto.RangedSource;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectKeys;
import io.strongroom.storage.ObjectSource;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every {@link ObjectStore} must do, as named checks for any test framework.
 *
 * <p>With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *   return new ObjectStoreContract(MyStore::new)
 *       .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
 * }
 * }</pre>
 *
 * <p>A check that fails throws {@link AssertionError}. Each takes a new store from the supplier,
 * and works under keys that start with {@code contract/<random>/}, so that an expensive store may
 * be the same one every time.
 */
public final class ObjectStoreContract {
  private static final int THREADS = 8;
  private static final int MEBIBYTE = 1024 * 1024;

  private final Supplier<? extends ObjectStore> stores;
  private final int rounds;
  private final int partSize;

  /** The checks for what this supplier gives, with 50 rounds of each race. */
  public ObjectStoreContract(Supplier<? extends ObjectStore> stores) {
    this(stores, 50);
  }

  /** The checks for what this supplier gives, with so many rounds of each race of 8 threads. */
  public ObjectStoreContract(Supplier<? extends ObjectStore> stores, int rounds) {
    this(stores, rounds, 5 * MEBIBYTE);
  }

  /**
   * The checks for what this supplier gives.
   *
   * @param stores gives the store of each check
   * @param rounds of each race of 8 threads
   * @param partSize the size in bytes, at most 16 MiB, of the parts that the store's uploads are
   *     made of: objects a byte around one and two of them are written and read
   */
  public ObjectStoreContract(Supplier<? extends ObjectStore> stores, int rounds, int partSize) {
    this.stores = Objects.requireNonNull(stores, "stores");
    this.rounds = rounds;
    this.partSize = partSize;
  }

  /** One thing that a store must do. */
  public static final class Check {
    private final String name;
    private final Body body;

    private Check(String name, Body body) {
      this.name = name;
      this.body = body;
    }

    /** What is checked, in words. */
    public String name() {
      return name;
    }

    /**
     * Checks it.
     *
     * @throws AssertionError when the store does something else
     * @throws Exception when the store fails
     */
    public void run() throws Exception {
      body.run();
    }

    /** The name. */
    @Override
    public String toString() {
      return name;
    }

    private interface Body {
      void run() throws Exception;
    }
  }

  /** A check in the words of a store and a prefix of its own. */
  private interface Scenario {
    void run(ObjectStore store, String prefix) throws Exception;
  }

  /** All checks, in a fixed order. */
  public List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    add(checks, "an object that was created is read back", ObjectStoreContract::create);
    add(checks, "creating an object that exists loses", ObjectStoreContract::createExisting);
    add(checks, "an empty object is an object", ObjectStoreContract::emptyObject);
    add(checks, "objects around a boundary keep every byte", ObjectStoreContract::sizes);
    add(checks, "uploads around their parts keep every byte", this::partBoundaries);
    add(checks, "the caller may reuse its array", ObjectStoreContract::arraysAreCopied);
    add(checks, "what is too large is refused by name", ObjectStoreContract::tooLarge);
    add(checks, "replacing needs the current tag", ObjectStoreContract::replace);
    add(checks, "replacing a missing object loses", ObjectStoreContract::replaceMissing);
    add(checks, "a tag changes with every content", ObjectStoreContract::tagsChange);
    add(checks, "an unconditional put always writes", ObjectStoreContract::put);
    add(checks, "an upload is invisible before its commit", ObjectStoreContract::upload);
    add(checks, "a closed upload leaves nothing", ObjectStoreContract::uploadAborted);
    add(checks, "an upload onto a taken key loses", ObjectStoreContract::uploadTaken);
    add(checks, "an empty upload is an empty object", ObjectStoreContract::uploadEmpty);
    add(checks, "an upload is committed once", ObjectStoreContract::uploadTwice);
    add(checks, "two uploads of one key have one winner", ObjectStoreContract::uploadsRace);
    add(checks, "a start and another's rest make an object", ObjectStoreContract::copyBehind);
    add(checks, "a copy of what was replaced is refused", ObjectStoreContract::copyOfReplaced);
    add(checks, "a reader sees the old or the new object", ObjectStoreContract::readerDuringWrites);
    add(
        checks,
        "an open stream outlives a replacement",
        ObjectStoreContract::openDuringReplacement);
    add(checks, "ranges give what the object has", ObjectStoreContract::ranges);
    add(checks, "a ranged source reads up to the end", ObjectStoreContract::rangedSource);
    add(checks, "a missing object is said to be missing", ObjectStoreContract::missing);
    add(checks, "deleting is final and repeatable", ObjectStoreContract::delete);
    add(checks, "a deleted key is free again", ObjectStoreContract::recreate);
    add(checks, "deleting all versions is final", ObjectStoreContract::deleteAllVersions);
    add(checks, "a lost reply is found out by reading", ObjectStoreContract::lostReply);
    add(checks, "a write that comes twice is done once", ObjectStoreContract::deliveredTwice);
    add(checks, "a late write keeps its condition", ObjectStoreContract::deliveredLate);
    add(checks, "head tells key, size, tag and time", ObjectStoreContract::head);
    add(checks, "1,001 objects are listed in order, by page", ObjectStoreContract::listPages);
    add(checks, "a prefix may be a key or end in a name", ObjectStoreContract::listPrefixes);
    add(checks, "a listing is in the order of UTF-8 bytes", ObjectStoreContract::listOrder);
    add(checks, "a listing starts after any text", ObjectStoreContract::listAfter);
    add(checks, "an upload that is open is not listed", ObjectStoreContract::listOpenUpload);
    add(checks, "a key keeps every character", ObjectStoreContract::keyCharacters);
    add(checks, "a key may have 1,024 bytes", ObjectStoreContract::longKeys);
    add(checks, "keys that differ in case are different", ObjectStoreContract::caseMatters);
    add(checks, "illegal keys are refused by every method", ObjectStoreContract::illegalKeys);
    add(checks, "8 threads create: one wins", this::raceToCreate);
    add(checks, "8 threads replace: one wins", this::raceToReplace);
    add(checks, "no increment is lost by 8 threads", this::raceToIncrement);
    add(checks, "replacing never undoes a put or a delete", this::raceToUndo);
    add(checks, "the probe is satisfied", (store, p) -> StoreProbe.proveConditionalWrites(store));
    return List.copyOf(checks);
  }

  private void add(List<Check> checks, String name, Scenario scenario) {
    checks.add(
        new Check(
            name,
            () -> {
              String prefix = "contract/" + Long.toHexString(new Random().nextLong()) + "/";
              scenario.run(stores.get(), prefix);
            }));
  }

  private static void create(ObjectStore store, String p) {
    String etag = won(store.putIfAbsent(p + "a", bytes("content")));
    holds(store, p + "a", bytes("content"));
    equal(etag, stored(store, p + "a").etag(), "tag");
  }

  private static void createExisting(ObjectStore store, String p) {
    String etag = won(store.putIfAbsent(p + "a", bytes("first")));
    lost(store.putIfAbsent(p + "a", bytes("second")));
    lost(store.putIfAbsent(p + "a", bytes("first")));
    holds(store, p + "a", bytes("first"));
    equal(etag, stored(store, p + "a").etag(), "tag");
  }

  private static void emptyObject(ObjectStore store, String p) throws Exception {
    String etag = won(store.putIfAbsent(p + "empty", new byte[0]));
    holds(store, p + "empty", new byte[0]);
    lost(store.putIfAbsent(p + "empty", bytes("x")));
    equal(0L, store.head(p + "empty").orElseThrow().size(), "size");
    try (InputStream in = store.open(p + "empty")) {
      equal(-1, in.read(), "first byte");
    }
    won(store.putIfMatch(p + "empty", bytes("x"), etag));
    holds(store, p + "empty", bytes("x"));
  }

  private static void sizes(ObjectStore store, String p) throws Exception {
    for (int size :
        new int[] {
          1,
          4095,
          4096,
          4097,
          MEBIBYTE - 1,
          MEBIBYTE,
          MEBIBYTE + 1,
          5 * MEBIBYTE - 1,
          5 * MEBIBYTE,
          5 * MEBIBYTE + 1
        }) {
      byte[] content = random(size);
      String key = p + "put-" + size;
      String etag = won(store.putIfAbsent(key, content));
      holds(store, key, content);
      equal((long) size, store.head(key).orElseThrow().size(), "size");
      equal(etag, store.head(key).orElseThrow().etag(), "tag");
      equal(etag, stored(store, key).etag(), "tag");
      String uploaded = p + "upload-" + size;
      try (ObjectUpload upload = store.upload(uploaded)) {
        upload.stream().write(content, 0, size / 2);
        upload.stream().write(content, size / 2, size - size / 2);
        etag = won(upload.commit());
      }
      holds(store, uploaded, content);
      equal(etag, store.head(uploaded).orElseThrow().etag(), "tag");
      byte[] other = random(size + 1);
      won(store.putIfMatch(uploaded, other, etag));
      lost(store.putIfMatch(uploaded, content, etag));
      holds(store, uploaded, other);
    }
  }

  private void partBoundaries(ObjectStore store, String p) throws Exception {
    for (int size :
        new int[] {partSize - 1, partSize, partSize + 1, 2 * partSize, 2 * partSize + 1}) {
      byte[] content = random(size);
      String key = p + "parts-" + size;
      try (ObjectUpload upload = store.upload(key)) {
        int step = partSize / 3 + 7;
        for (int at = 0; at < size; at += step) {
          upload.stream().write(content, at, Math.min(step, size - at));
        }
        String etag = won(upload.commit());
        equal(etag, stored(store, key).etag(), "tag");
      }
      holds(store, key, content);
      byte[] middle = store.range(key, partSize - 3L, 10);
      require(
          Arrays.equals(
              middle, Arrays.copyOfRange(content, partSize - 3, Math.min(partSize + 7, size))),
          "range across the boundary of " + size);
      store.delete(key);
    }
  }

  private static void arraysAreCopied(ObjectStore store, String p) {
    byte[] content = bytes("content");
    won(store.putIfAbsent(p + "a", content));
    content[0] = 'X';
    holds(store, p + "a", bytes("content"));
    stored(store, p + "a").content()[0] = 'X';
    holds(store, p + "a", bytes("content"));
  }

  private static void tooLarge(ObjectStore store, String p) throws Exception {
    byte[] content = new byte[ObjectStore.MAX_WHOLE_OBJECT + 1];
    refused(StorageErrorCode.OBJECT_TOO_LARGE, p + "a", () -> store.putIfAbsent(p + "a", content));
    refused(StorageErrorCode.OBJECT_TOO_LARGE, p + "a", () -> store.put(p + "a", content));
    require(store.head(p + "a").isEmpty(), "something was written");
    try (ObjectUpload upload = store.upload(p + "a")) {
      upload.stream().write(content);
      won(upload.commit());
    }
    refused(StorageErrorCode.OBJECT_TOO_LARGE, p + "a", () -> store.get(p + "a"));
    equal(content.length, (int) store.head(p + "a").orElseThrow().size(), "size");
    store.delete(p + "a");
  }

  private static void replace(ObjectStore store, String p) {
    String first = won(store.putIfAbsent(p + "a", bytes("first")));
    String second = won(store.putIfMatch(p + "a", bytes("second"), first));
    holds(store, p + "a", bytes("second"));
    equal(second, stored(store, p + "a").etag(), "tag");
    lost(store.putIfMatch(p + "a", bytes("third"), first));
    lost(store.putIfMatch(p + "a", bytes("third"), "no tag at all"));
    lost(store.putIfMatch(p + "a", bytes("third"), ""));
    lost(store.putIfMatch(p + "a", bytes("third"), "*"));
    holds(store, p + "a", bytes("second"));
    won(store.putIfMatch(p + "a", bytes("third"), second));
    holds(store, p + "a", bytes("third"));
  }

  private static void replaceMissing(ObjectStore store, String p) {
    lost(store.putIfMatch(p + "a", bytes("x"), "tag"));
    require(store.get(p + "a").isEmpty(), "it was created");
    lost(store.putIfMatch(p + "deep/er/a", bytes("x"), "tag"));
    String etag = won(store.putIfAbsent(p + "a", bytes("x")));
    store.delete(p + "a");
    lost(store.putIfMatch(p + "a", bytes("x"), etag));
    require(store.get(p + "a").isEmpty(), "it was created");
  }

  private static void tagsChange(ObjectStore store, String p) {
    for (int size : new int[] {8, 2 * MEBIBYTE}) {
      String key = p + "size-" + size;
      String etag = won(store.putIfAbsent(key, random(size)));
      List<String> seen = new ArrayList<>(List.of(etag));
      for (int i = 0; i < 10; i++) {
        etag = won(store.putIfMatch(key, random(size), etag));
        require(!seen.contains(etag), "a tag came back");
        seen.add(etag);
      }
    }
  }

  private static void put(ObjectStore store, String p) {
    won(store.put(p + "a", bytes("first")));
    holds(store, p + "a", bytes("first"));
    String etag = won(store.put(p + "a", bytes("second")));
    holds(store, p + "a", bytes("second"));
    equal(etag, stored(store, p + "a").etag(), "tag");
    lost(store.putIfAbsent(p + "a", bytes("third")));
  }

  private static void upload(ObjectStore store, String p) throws Exception {
    byte[] content = random(300_000);
    try (ObjectUpload upload = store.upload(p + "a")) {
      upload.stream().write(content, 0, 200_000);
      require(store.head(p + "a").isEmpty(), "it is visible");
      upload.stream().write(content[200_000]);
      upload.stream().write(content, 200_001, 99_999);
      upload.stream().flush();
      require(store.head(p + "a").isEmpty(), "it is visible");
      upload.stream().close();
      require(store.head(p + "a").isEmpty(), "it is visible");
      String etag = won(upload.commit());
      equal(etag, stored(store, p + "a").etag(), "tag");
    }
    holds(store, p + "a", content);
  }

  private static void uploadAborted(ObjectStore store, String p) throws Exception {
    ObjectUpload upload = store.upload(p + "a");
    upload.stream().write(random(6 * MEBIBYTE));
    upload.close();
    upload.close();
    require(store.head(p + "a").isEmpty(), "it is visible");
    require(store.list(p, null, 10).isEmpty(), "it is listed");
    thrown(IllegalStateException.class, upload::commit);
    require(store.head(p + "a").isEmpty(), "it is visible");
    won(store.putIfAbsent(p + "a", bytes("x")));
  }

  private static void uploadTaken(ObjectStore store, String p) throws Exception {
    won(store.putIfAbsent(p + "a", bytes("first")));
    try (ObjectUpload upload = store.upload(p + "a")) {
      upload.stream().write(bytes("second"));
      lost(upload.commit());
    }
    holds(store, p + "a", bytes("first"));
  }

  private static void uploadEmpty(ObjectStore store, String p) {
    try (ObjectUpload upload = store.upload(p + "a")) {
      won(upload.commit());
    }
    holds(store, p + "a", new byte[0]);
  }

  private static void uploadTwice(ObjectStore store, String p) throws Exception {
    try (ObjectUpload upload = store.upload(p + "a")) {
      upload.stream().write(bytes("x"));
      won(upload.commit());
      thrown(IllegalStateException.class, upload::commit);
    }
    holds(store, p + "a", bytes("x"));
  }

  private static void uploadsRace(ObjectStore store, String p) throws Exception {
    try (ObjectUpload one = store.upload(p + "a");
        ObjectUpload two = store.upload(p + "a")) {
      one.stream().write(bytes("one"));
      two.stream().write(bytes("two"));
      won(two.commit());
      lost(one.commit());
    }
    holds(store, p + "a", bytes("two"));
  }

  private static void copyBehind(ObjectStore store, String p) {
    int copies = 0;
    for (int size : new int[] {0, 1, 70_000, 6 * MEBIBYTE + 3}) {
      byte[] content = random(size);
      String key = p + "source-" + size;
      won(store.putIfAbsent(key, content));
      ObjectInfo source = store.head(key).orElseThrow();
      for (int from : new int[] {0, size / 3, size}) {
        for (int length : new int[] {0, 300}) {
          byte[] start = random(length);
          byte[] whole = Arrays.copyOf(start, length + size - from);
          System.arraycopy(content, from, whole, length, size - from);
          String copy = p + "copy-" + ++copies;
          String etag = won(store.copyBehind(copy, start, source, from));
          holds(store, copy, whole);
          equal(etag, stored(store, copy).etag(), "tag");
          lost(store.copyBehind(copy, random(9), source, from));
          holds(store, copy, whole);
        }
      }
      thrown(IllegalArgumentException.class, () -> copied(store, p, source, -1));
      thrown(IllegalArgumentException.class, () -> copied(store, p, source, source.size() + 1));
      holds(store, key, content);
    }
  }

  private static void copyOfReplaced(ObjectStore store, String p) {
    won(store.putIfAbsent(p + "a", random(2 * MEBIBYTE)));
    ObjectInfo source = store.head(p + "a").orElseThrow();
    won(store.put(p + "a", random(2 * MEBIBYTE)));
    refused(StorageErrorCode.OBJECT_CHANGED, p + "a", () -> copied(store, p, source, 5));
    won(store.put(p + "a", random(MEBIBYTE)));
    refused(StorageErrorCode.OBJECT_CHANGED, p + "a", () -> copied(store, p, source, 5));
    store.delete(p + "a");
    refused(StorageErrorCode.OBJECT_MISSING, p + "a", () -> copied(store, p, source, 5));
    require(store.head(p + "copy").isEmpty(), "something was written");
  }

  private static WriteResult copied(ObjectStore store, String p, ObjectInfo source, long from) {
    return store.copyBehind(p + "copy", bytes("start"), source, from);
  }

  private static void readerDuringWrites(ObjectStore store, String p) throws Exception {
    String key = p + "a";
    byte[][] versions = new byte[40][];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = new byte[100_000 + i * 1000];
      Arrays.fill(versions[i], (byte) i);
    }
    won(store.putIfAbsent(key, versions[0]));
    AtomicBoolean finished = new AtomicBoolean();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reading =
          reader.submit(
              () -> {
                int newest = 0;
                while (!finished.get()) {
                  byte[] seen = stored(store, key).content();
                  require(Arrays.equals(seen, versions[seen[0]]), "a mixture was read");
                  require(seen[0] >= newest, "an older object came back");
                  newest = seen[0];
                  try (InputStream in = store.open(key)) {
                    byte[] streamed = in.readAllBytes();
                    require(Arrays.equals(streamed, versions[streamed[0]]), "a mixture was read");
                  }
                }
                return newest;
              });
      for (int i = 1; i < versions.length; i++) {
        won(store.put(key, versions[i]));
      }
      finished.set(true);
      require(reading.get() < versions.length, "an object that nobody wrote");
    } finally {
      reader.shutdownNow();
    }
  }

  private static void openDuringReplacement(ObjectStore store, String p) throws Exception {
    byte[] old = random(3 * MEBIBYTE);
    won(store.putIfAbsent(p + "a", old));
    try (InputStream in = store.open(p + "a")) {
      byte[] start = in.readNBytes(1000);
      won(store.put(p + "a", random(3 * MEBIBYTE)));
      byte[] rest = in.readAllBytes();
      require(
          Arrays.equals(start, Arrays.copyOf(old, 1000))
              && Arrays.equals(rest, Arrays.copyOfRange(old, 1000, old.length)),
          "a mixture was read");
    }
  }

  private static void ranges(ObjectStore store, String p) {
    byte[] content = random(10_000);
    won(store.putIfAbsent(p + "a", content));
    int[][] asked = {
      {0, 1}, {0, 10_000}, {9_999, 1}, {9_999, 2}, {1, 9_998}, {5_000, 100}, {0, 20_000}
    };
    for (int[] range : asked) {
      byte[] expected =
          Arrays.copyOfRange(content, range[0], Math.min(range[0] + range[1], content.length));
      require(
          Arrays.equals(store.range(p + "a", range[0], range[1]), expected),
          "range " + range[0] + "+" + range[1]);
    }
    equal(0, store.range(p + "a", 0, 0).length, "bytes of an empty range");
    equal(0, store.range(p + "a", 10_000, 1).length, "bytes at the end");
    equal(0, store.range(p + "a", 10_000, 0).length, "bytes at the end");
    equal(0, store.range(p + "a", 10_001, 5).length, "bytes beyond the end");
    equal(0, store.range(p + "a", 1L << 40, 5).length, "bytes far beyond the end");
    thrown(IllegalArgumentException.class, () -> store.range(p + "a", -1, 1));
    thrown(IllegalArgumentException.class, () -> store.range(p + "a", 0, -1));
    won(store.putIfAbsent(p + "empty", new byte[0]));
    equal(0, store.range(p + "empty", 0, 10).length, "bytes of an empty object");
  }

  private static void rangedSource(ObjectStore store, String p) {
    byte[] content = random(1000);
    won(store.putIfAbsent(p + "a", content));
    RangedSource source = ObjectSource.of(store, p + "a");
    equal(1000L, source.length(), "length");
    byte[] into = new byte[1100];
    equal(1000, source.read(0, into, 50, 1050), "bytes read");
    require(Arrays.equals(Arrays.copyOfRange(into, 50, 1050), content), "other bytes");
    equal(1, source.read(999, into, 0, 10), "bytes read at the end");
    equal(0, source.read(1000, into, 0, 10), "bytes read beyond the end");
    equal(0, source.read(0, into, 1100, 0), "bytes read into nothing");
    refused(
        StorageErrorCode.OBJECT_MISSING,
        p + "missing",
        () -> ObjectSource.of(store, p + "missing"));
  }

  private static void missing(ObjectStore store, String p) {
    String key = p + "not/there";
    require(store.get(key).isEmpty(), "it was read");
    require(store.head(key).isEmpty(), "it was described");
    refused(StorageErrorCode.OBJECT_MISSING, key, () -> store.open(key));
    refused(StorageErrorCode.OBJECT_MISSING, key, () -> store.range(key, 0, 0));
    require(store.list(p, null, 10).isEmpty(), "it was listed");
    won(store.putIfAbsent(p + "folder/a", bytes("x")));
    require(store.get(p + "folder").isEmpty(), "a folder was read");
    require(store.head(p + "folder").isEmpty(), "a folder was described");
    require(store.get(p + "folder/a/b").isEmpty(), "an object was taken for a folder");
    refused(StorageErrorCode.OBJECT_MISSING, p + "folder", () -> store.open(p + "folder"));
    refused(StorageErrorCode.OBJECT_MISSING, p + "folder/a/b", () -> store.open(p + "folder/a/b"));
  }

  private static void delete(ObjectStore store, String p) {
    won(store.putIfAbsent(p + "a", bytes("x")));
    won(store.putIfAbsent(p + "b/c", bytes("y")));
    store.delete(p + "a");
    require(store.get(p + "a").isEmpty(), "it is still there");
    store.delete(p + "a");
    store.delete(p + "never/was");
    store.delete(p + "b");
    store.delete(p + "b/c/d");
    holds(store, p + "b/c", bytes("y"));
    equal(1, store.list(p, null, 10).size(), "objects left");
  }

  private static void deleteAllVersions(ObjectStore store, String p) {
    equal(0, store.deleteAllVersions(p + "never/was"), "versions of nothing");
    String etag = won(store.putIfAbsent(p + "a", bytes("first")));
    won(store.putIfMatch(p + "a", bytes("second"), etag));
    won(store.putIfAbsent(p + "a-neighbor", bytes("stays")));
    require(store.deleteAllVersions(p + "a") >= 1, "nothing was deleted");
    require(store.get(p + "a").isEmpty(), "it is still there");
    require(store.head(p + "a").isEmpty(), "it is still there");
    equal(List.of(p + "a-neighbor"), keysOf(store.list(p, null, 10)), "objects left");
    equal(0, store.deleteAllVersions(p + "a"), "versions left");
    won(store.putIfAbsent(p + "a", bytes("third")));
    store.delete(p + "a");
    store.deleteAllVersions(p + "a");
    require(store.get(p + "a").isEmpty(), "a version came back");
    equal(0, store.deleteAllVersions(p + "a"), "versions left");
    holds(store, p + "a-neighbor", bytes("stays"));
  }

  private static void lostReply(ObjectStore store, String p) throws Exception {
    ObjectStore faulty =
        new FaultyObjectStore(
            store,
            (number, operation, key) ->
                operation.isWrite()
                    ? FaultyObjectStore.Fault.LOST_AFTER_EFFECT
                    : FaultyObjectStore.Fault.NONE);
    unknown(faulty.putIfAbsent(p + "a", bytes("first")));
    StoredObject first = stored(faulty, p + "a");
    unknown(faulty.putIfMatch(p + "a", bytes("second"), first.etag()));
    holds(faulty, p + "a", bytes("second"));
    try (ObjectUpload upload = faulty.upload(p + "b")) {
      upload.stream().write(bytes("uploaded"));
      unknown(upload.commit());
    }
    holds(faulty, p + "b", bytes("uploaded"));
    refused(StorageErrorCode.STORE_UNAVAILABLE, p + "b", () -> faulty.delete(p + "b"));
    require(faulty.head(p + "b").isEmpty(), "it is still there");
  }

  private static void deliveredTwice(ObjectStore store, String p) {
    FaultyObjectStore faulty =
        new FaultyObjectStore(
            store, (number, operation, key) -> FaultyObjectStore.Fault.DELIVERED_TWICE);
    String first = won(faulty.putIfAbsent(p + "a", bytes("first")));
    require(faulty.deliver(), "nothing came twice");
    equal(first, stored(store, p + "a").etag(), "tag after the second delivery");
    String second = won(faulty.putIfMatch(p + "a", bytes("second"), first));
    String third = won(store.putIfMatch(p + "a", bytes("third"), second));
    require(faulty.deliver(), "nothing came twice");
    equal(third, stored(store, p + "a").etag(), "tag after the second delivery");
    holds(store, p + "a", bytes("third"));
    faulty.delete(p + "a");
    require(faulty.deliver(), "nothing came twice");
    require(store.head(p + "a").isEmpty(), "it is still there");
  }

  private static void deliveredLate(ObjectStore store, String p) {
    FaultyObjectStore slow =
        new FaultyObjectStore(
            store, (number, operation, key) -> FaultyObjectStore.Fault.DELIVERED_LATE);
    unknown(slow.putIfAbsent(p + "a", bytes("late")));
    String etag = won(store.putIfAbsent(p + "a", bytes("first")));
    require(slow.deliver(), "nothing was late");
    holds(store, p + "a", bytes("first"));
    unknown(slow.putIfMatch(p + "a", bytes("late"), etag));
    String second = won(store.putIfMatch(p + "a", bytes("second"), etag));
    require(slow.deliver(), "nothing was late");
    holds(store, p + "a", bytes("second"));
    unknown(slow.putIfMatch(p + "a", bytes("late"), second));
    store.delete(p + "a");
    require(slow.deliver(), "nothing was late");
    require(store.get(p + "a").isEmpty(), "a late replacement brought a deleted object back");
  }

  private static void recreate(ObjectStore store, String p) {
    won(store.putIfAbsent(p + "f/a", bytes("first")));
    store.delete(p + "f/a");
    won(store.putIfAbsent(p + "f/a", bytes("second")));
    holds(store, p + "f/a", bytes("second"));
  }

  private static void head(ObjectStore store, String p) {
    String etag = won(store.putIfAbsent(p + "a", bytes("12345")));
    ObjectInfo info = store.head(p + "a").orElseThrow();
    equal(p + "a", info.key(), "key");
    equal(5L, info.size(), "size");
    equal(etag, info.etag(), "tag");
    equal(info, store.list(p, null, 10).get(0), "the listed object");
    won(store.putIfMatch(p + "a", bytes("1234567"), etag));
    require(
        !store.head(p + "a").orElseThrow().modified().isBefore(info.modified()),
        "the time went back");
  }

  private static void listPages(ObjectStore store, String p) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1001; i++) {
      keys.add(p + "d" + (i % 7) + "/" + (i * 7919 % 1001));
    }
    for (String key : keys) {
      won(store.putIfAbsent(key, bytes(key)));
    }
    keys.sort(ObjectKeys.ORDER);
    equal(keys, keysOf(store.list(p, null, 2000)), "everything at once");
    for (int size : new int[] {1000, 100, 333}) {
      List<String> paged = new ArrayList<>();
      String after = null;
      while (true) {
        List<String> page = keysOf(store.list(p, after, size));
        paged.addAll(page);
        if (page.size() < size) {
          break;
        }
        after = page.get(page.size() - 1);
      }
      equal(keys, paged, "pages of " + size);
    }
    equal(List.of(keys.get(0)), keysOf(store.list(p, null, 1)), "the first");
    thrown(IllegalArgumentException.class, () -> store.list(p, null, 0));
  }

  private static void listPrefixes(ObjectStore store, String p) {
    for (String key : List.of("ab", "abc", "abd/e", "ac", "b/ab", "b/abc/d")) {
      won(store.putIfAbsent(p + key, bytes(key)));
    }
    listed(store, p, "ab", "ab", "abc", "abd/e");
    listed(store, p, "abc", "abc");
    listed(store, p, "abd", "abd/e");
    listed(store, p, "abd/", "abd/e");
    listed(store, p, "abd/e", "abd/e");
    listed(store, p, "abd/e/");
    listed(store, p, "b/ab", "b/ab", "b/abc/d");
    listed(store, p, "b/", "b/ab", "b/abc/d");
    listed(store, p, "c");
    listed(store, p, "b//ab");
    listed(store, p, "b/../ab");
    listed(store, p, "./ab");
    listed(store, p, "/ab");
    require(store.list("", null, 10_000).size() >= 6, "the empty prefix lists all");
  }

  private static void listed(ObjectStore store, String p, String prefix, String... expected) {
    List<String> keys = Arrays.stream(expected).map(k -> p + k).toList();
    equal(keys, keysOf(store.list(p + prefix, null, 100)), "prefix " + prefix);
  }

  private static void listOrder(ObjectStore store, String p) {
    String longName = "x".repeat(300);
    String cutName = "x".repeat(239);
    List<String> names =
        List.of(
            "a!b",
            "a-b",
            "a.b",
            "a/b",
            "a/b-c",
            "a/b.c/d",
            "a0",
            "aB",
            "ab",
            "a~",
            "a\u00e4",
            "a\u20ac",
            "a\ufffd",
            "a\ud83d\ude00",
            "b/" + longName + "/y",
            "b/" + longName + "-",
            "b/" + cutName + "\u00e4",
            "b/" + cutName + "xx",
            "b/" + cutName + "z",
            "b/" + cutName,
            "c%",
            "c+",
            "c=");
    for (String name : names) {
      won(store.putIfAbsent(p + name, bytes(name)));
    }
    List<String> sorted = new ArrayList<>();
    for (String name : names) {
      sorted.add(p + name);
    }
    sorted.sort(
        (a, b) ->
            Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    equal(sorted, keysOf(store.list(p, null, 100)), "order");
    for (int i = 0; i < sorted.size(); i++) {
      equal(
          sorted.subList(i + 1, sorted.size()),
          keysOf(store.list(p, sorted.get(i), 100)),
          "after " + sorted.get(i));
    }
  }

  private static void listAfter(ObjectStore store, String p) {
    for (String key : List.of("a/1", "a/2", "b", "c/1")) {
      won(store.putIfAbsent(p + key, bytes(key)));
    }
    equal(List.of(p + "b", p + "c/1"), keysOf(store.list(p, p + "a/9", 9)), "after a/9");
    equal(List.of(p + "b", p + "c/1"), keysOf(store.list(p, p + "a0", 9)), "after a0");
    equal(List.of(p + "c/1"), keysOf(store.list(p, p + "b", 9)), "after b");
    equal(List.of(p + "c/1"), keysOf(store.list(p, p + "c", 9)), "after c");
    equal(List.of(), keysOf(store.list(p, p + "c/1", 9)), "after the last");
    equal(List.of(), keysOf(store.list(p + "a", p + "b", 9)), "after the prefix");
    equal(4, store.list(p, "a", 9).size(), "before the prefix");
  }

  private static void listOpenUpload(ObjectStore store, String p) throws Exception {
    try (ObjectUpload upload = store.upload(p + "a")) {
      upload.stream().write(random(100_000));
      require(store.list(p, null, 10).isEmpty(), "it is listed");
      require(
          keysOf(store.list("", null, 10_000)).stream().noneMatch(k -> !k.contains("/")),
          "something of the store's own is listed");
    }
  }

  private static void keyCharacters(ObjectStore store, String p) {
    List<String> names =
        List.of(
            "plus+plus",
            "equals=x",
            "percent%2Fnot-a-slash",
            "percent%",
            "with space",
            " leading and trailing ",
            "umlaut-\u00e4\u00f6\u00fc",
            "a\u0308-decomposed",
            "\u00e4-composed",
            "emoji-\ud83d\ude00",
            "quote'\"`$(x)",
            "back\\slash",
            "colon:star*question?<>|",
            ".hidden",
            "...",
            "~",
            "-rf",
            "CON",
            "a&b;c#d",
            "[1]{2}^",
            "year=2024/month=01/part-00000.parquet");
    for (String name : names) {
      won(store.putIfAbsent(p + name, bytes(name)));
    }
    for (String name : names) {
      holds(store, p + name, bytes(name));
      equal(p + name, store.head(p + name).orElseThrow().key(), "key");
      equal(p + name, keysOf(store.list(p + name, null, 1)).get(0), "prefix " + name);
    }
    equal(names.size(), store.list(p, null, 100).size(), "objects");
    won(store.putIfAbsent(p + "x/" + names.get(2) + "/y", bytes("deep")));
    holds(store, p + "x/" + names.get(2) + "/y", bytes("deep"));
  }

  private static void longKeys(ObjectStore store, String p) {
    List<String> keys = new ArrayList<>();
    int rest = ObjectKeys.MAX_BYTES - p.length();
    keys.add(p + "a".repeat(rest));
    keys.add(p + "\u20ac".repeat(rest / 3));
    keys.add(p + "b/".repeat(rest / 2 - 1) + "cd");
    for (int length = 236; length <= 260; length++) {
      keys.add(p + "n".repeat(length));
      keys.add(p + "m".repeat(length - 1) + "\u00e4");
    }
    for (String key : keys) {
      won(store.putIfAbsent(key, bytes(key)));
    }
    for (String key : keys) {
      holds(store, key, bytes(key));
    }
    keys.sort(ObjectKeys.ORDER);
    equal(keys, keysOf(store.list(p, null, 1000)), "keys");
    for (String key : keys) {
      store.delete(key);
      require(store.head(key).isEmpty(), "it is still there");
    }
  }

  private static void caseMatters(ObjectStore store, String p) {
    won(store.putIfAbsent(p + "key", bytes("lower")));
    won(store.putIfAbsent(p + "KEY", bytes("upper")));
    holds(store, p + "key", bytes("lower"));
    holds(store, p + "KEY", bytes("upper"));
  }

  private static void illegalKeys(ObjectStore store, String p) {
    for (String key :
        List.of(
            "",
            "/",
            "/" + p,
            p,
            p + "a//b",
            p + "a/./b",
            p + "../a",
            "..",
            ".",
            p + "a\u0000b",
            p + "a\nb",
            p + "a\u007f",
            p + "\ud83d",
            p + "\ude00\ud83d",
            "a".repeat(ObjectKeys.MAX_BYTES + 1),
            "\u20ac".repeat(342))) {
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.get(key));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.head(key));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.open(key));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.range(key, 0, 1));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.putIfAbsent(key, new byte[1]));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.putIfMatch(key, new byte[1], "t"));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.put(key, new byte[1]));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.upload(key));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.delete(key));
      refused(StorageErrorCode.KEY_REFUSED, "", () -> store.deleteAllVersions(key));
    }
    refused(StorageErrorCode.KEY_REFUSED, "", () -> store.list(p + "a\nb", null, 1));
  }

  private void raceToCreate(ObjectStore store, String p) throws Exception {
    race(
        round -> {
          String key = p + "create-" + round;
          return me -> {
            if (me % 2 == 0) {
              return store.putIfAbsent(key, bytes("by " + me));
            }
            try (ObjectUpload upload = store.upload(key)) {
              upload.stream().write(bytes("by " + me));
              return upload.commit();
            }
          };
        },
        (round, winner) -> holds(store, p + "create-" + round, bytes("by " + winner)));
  }

  private void raceToReplace(ObjectStore store, String p) throws Exception {
    String key = p + "replaced";
    won(store.putIfAbsent(key, bytes("start")));
    race(
        round -> {
          String etag = stored(store, key).etag();
          return me -> store.putIfMatch(key, bytes(round + " by " + me), etag);
        },
        (round, winner) -> holds(store, key, bytes(round + " by " + winner)));
  }

  private void raceToIncrement(ObjectStore store, String p) throws Exception {
    String key = p + "counter";
    won(store.putIfAbsent(key, bytes("0")));
    int each = Math.max(1, rounds / 5);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> done = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        done.add(
            threads.submit(
                () -> {
                  int won = 0;
                  for (int attempt = 0; won < each; attempt++) {
                    require(attempt < 1000 * each, "nobody ever wins");
                    StoredObject seen = stored(store, key);
                    int value = Integer.parseInt(text(seen.content()));
                    WriteResult result =
                        store.putIfMatch(key, bytes(Integer.toString(value + 1)), seen.etag());
                    require(!(result instanceof WriteResult.Unknown), "the outcome is unknown");
                    if (result instanceof WriteResult.Won) {
                      won++;
                    }
                  }
                  return won;
                }));
      }
      for (Future<Integer> one : done) {
        equal(each, one.get(), "increments");
      }
    } finally {
      threads.shutdownNow();
    }
    equal(Integer.toString(THREADS * each), text(stored(store, key).content()), "counter");
  }

  private void raceToUndo(ObjectStore store, String p) throws Exception {
    String key = p + "a";
    for (int r = 0; r < rounds; r++) {
      String etag = won(store.put(key, bytes("start " + r)));
      boolean deletes = r % 2 == 0;
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        Future<WriteResult> replacing =
            other.submit(() -> store.putIfMatch(key, bytes("replaced"), etag));
        if (deletes) {
          store.delete(key);
        } else {
          won(store.put(key, bytes("put")));
        }
        replacing.get();
      } finally {
        other.shutdownNow();
      }
      if (deletes) {
        require(store.head(key).isEmpty(), "a deleted object came back");
      } else {
        holds(store, key, bytes("put"));
      }
    }
  }

  private interface Round {
    Racer prepare(int round) throws Exception;
  }

  private interface Racer {
    WriteResult run(int me) throws Exception;
  }

  private interface Verdict {
    void of(int round, int winner) throws Exception;
  }

  private void race(Round round, Verdict verdict) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int r = 0; r < rounds; r++) {
        Racer racer = round.prepare(r);
        Phaser start = new Phaser(THREADS);
        List<Future<WriteResult>> results = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          int me = t;
          results.add(
              threads.submit(
                  () -> {
                    start.arriveAndAwaitAdvance();
                    return racer.run(me);
                  }));
        }
        int winner = -1;
        for (int t = 0; t < THREADS; t++) {
          WriteResult result = results.get(t).get();
          require(!(result instanceof WriteResult.Unknown), "the outcome is unknown");
          if (result instanceof WriteResult.Won) {
            require(winner < 0, "two threads won round " + r);
            winner = t;
          }
        }
        require(winner >= 0, "no thread won round " + r);
        verdict.of(r, winner);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Call {
    @Nullable Object run() throws Exception;
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void refused(StorageErrorCode code, String key, Call call) {
    refused(code, key, (Action) call::run);
  }

  private static void refused(StorageErrorCode code, String key, Action action) {
    StorageException refusal = thrown(StorageException.class, action);
    equal(code, refusal.code(), "code");
    require(
        String.valueOf(refusal.getMessage()).contains(key), "the message does not name the key");
  }

  private static <E extends Exception> E thrown(Class<E> type, Action action) {
    try {
      action.run();
    } catch (Exception e) {
      if (type.isInstance(e)) {
        return type.cast(e);
      }
      throw new AssertionError("expected " + type.getSimpleName() + ", but got " + e, e);
    }
    throw new AssertionError("expected " + type.getSimpleName() + ", but nothing was thrown");
  }

  private static String won(WriteResult result) {
    if (result instanceof WriteResult.Won won) {
      return won.etag();
    }
    throw new AssertionError("expected to win, but got " + result);
  }

  private static void lost(WriteResult result) {
    require(result instanceof WriteResult.Lost, "expected to lose, but got " + result);
  }

  private static void unknown(WriteResult result) {
    require(
        result instanceof WriteResult.Unknown,
        "expected not to know the outcome, but got " + result);
  }

  private static StoredObject stored(ObjectStore store, String key) {
    Optional<StoredObject> found = store.get(key);
    return found.orElseThrow(() -> new AssertionError("'" + key + "' is missing"));
  }

  private static void holds(ObjectStore store, String key, byte[] content) {
    require(
        Arrays.equals(stored(store, key).content(), content), "'" + key + "' holds other bytes");
  }

  private static void equal(Object expected, @Nullable Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + ", but got " + actual);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static List<String> keysOf(List<ObjectInfo> infos) {
    return infos.stream().map(ObjectInfo::key).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
