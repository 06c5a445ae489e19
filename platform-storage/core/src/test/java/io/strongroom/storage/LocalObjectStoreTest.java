package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the local store promises; the rest is the contract of every store. */
@Tag("verify")
class LocalObjectStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-21T12:00:00Z");

  @TempDir Path folder;

  @Test
  void keysOfALakeReadAsPaths() throws IOException {
    ObjectStore store = new LocalObjectStore(folder);
    String key = "gold/payments/transactions/year=2024/month=01/run_id=a.b-c_d/part-00000.parquet";
    store.putIfAbsent(key, bytes("x"));
    store.putIfAbsent("gold/_SUCCESS", bytes("y"));
    assertThat(folder.resolve(key)).hasContent("x");
    assertThat(folder.resolve("gold/_SUCCESS")).hasContent("y");
  }

  @Test
  void tagOfASmallObjectIsTheHashOfItsContent() throws Exception {
    ObjectStore store = new LocalObjectStore(folder);
    String hash =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes("content")));
    assertThat(store.putIfAbsent("a", bytes("content"))).isEqualTo(new WriteResult.Won(hash));
    byte[] large = new byte[LocalObjectStore.HASHED + 1];
    String first = ((WriteResult.Won) store.put("b", large)).etag();
    String second = ((WriteResult.Won) store.put("b", large)).etag();
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void keyThatIsAFolderIsRefusedByName() {
    ObjectStore store = new LocalObjectStore(folder);
    store.putIfAbsent("a/b/c", bytes("x"));
    assertConflict("a/b", () -> store.putIfAbsent("a/b", bytes("y")));
    assertConflict("a/b", () -> store.put("a/b", bytes("y")));
    assertConflict("a/b", () -> store.putIfMatch("a/b", bytes("y"), "tag"));
    assertConflict("a/b", () -> store.upload("a/b").close());
    assertConflict("a/b/c/d", () -> store.putIfAbsent("a/b/c/d", bytes("y")));
    assertConflict("a/b/c/d", () -> store.put("a/b/c/d", bytes("y")));
    assertConflict(
        "a/b/c/d/e",
        () -> {
          try (ObjectUpload upload = store.upload("a/b/c/d/e")) {
            upload.commit();
          }
        });
    assertThat(store.get("a/b")).isEmpty();
    assertThat(store.list("", null, 10)).hasSize(1);
  }

  @Test
  void folderOfDeletedObjectsStaysAFolder() {
    ObjectStore store = new LocalObjectStore(folder);
    store.putIfAbsent("a/b", bytes("x"));
    store.delete("a/b");
    assertConflict("a", () -> store.putIfAbsent("a", bytes("y")));
  }

  @Test
  void linksAreRefused() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Path root = folder.resolve("store");
    ObjectStore store = new LocalObjectStore(root);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("inside"), outside);
    for (String key : List.of("file", "inside", "inside/secret")) {
      assertEscape(key, () -> store.get(key));
      assertEscape(key, () -> store.head(key));
      assertEscape(key, () -> store.open(key));
      assertEscape(key, () -> store.range(key, 0, 1));
      assertEscape(key, () -> store.put(key, bytes("x")));
      assertEscape(key, () -> store.putIfAbsent(key, bytes("x")));
      assertEscape(key, () -> store.putIfMatch(key, bytes("x"), "tag"));
      assertEscape(key, () -> store.upload(key));
      assertEscape(key, () -> store.delete(key));
    }
    assertEscape("inside/new", () -> store.putIfAbsent("inside/new", bytes("x")));
    assertEscape("file", () -> store.list("", null, 10));
    assertEscape("inside", () -> store.list("inside/", null, 10));
    assertThat(outside).isDirectoryContaining("glob:**/secret");
    assertThat(outside.resolve("secret")).hasContent("secret");
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void filesOfOthersAreNoObjects() throws IOException {
    ObjectStore store = new LocalObjectStore(folder);
    store.putIfAbsent("a", bytes("x"));
    for (String name :
        List.of(".DS_Store", "with space", "half%2", "lower%2f", "%41", "\u00e4", "%~", "%FF")) {
      Files.writeString(folder.resolve(name), "y");
    }
    Files.createDirectories(folder.resolve("ab%~"));
    Files.writeString(folder.resolve("ab%~/c"), "y");
    assertThat(store.list("", null, 100)).extracting(ObjectInfo::key).containsExactly("a");
  }

  @Test
  void filesBelongToTheirOwnerAlone() throws IOException {
    Path root = folder.resolve("new/store");
    ObjectStore store = new LocalObjectStore(root);
    store.putIfAbsent("a/b", bytes("x"));
    store.put("a/c", bytes("x"));
    assertThat(permissions(root)).isEqualTo("rwx------");
    assertThat(permissions(root.getParent())).isEqualTo("rwx------");
    assertThat(permissions(root.resolve("a"))).isEqualTo("rwx------");
    assertThat(permissions(root.resolve("a/b"))).isEqualTo("rw-------");
    assertThat(permissions(root.resolve("a/c"))).isEqualTo("rw-------");
  }

  @Test
  void onlyOldLeftoversOfDeadProcessesAreRemoved() throws Exception {
    new LocalObjectStore(folder);
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Duration old = Duration.ofHours(24).plusSeconds(1);
    Duration young = Duration.ofHours(24).minusSeconds(1);
    Path oldDead = leftover(dead.pid() + "-1000000-x", old);
    Path youngDead = leftover(dead.pid() + "-1000000-y", young);
    Path oldLiving = leftover(OwnProcess.ID + "-x", old);
    Path oldOfNumberUsedAgain = leftover(ProcessHandle.current().pid() + "-1000000-x", old);
    Path oldUnmarked = leftover("unmarked", old);
    new LocalObjectStore(folder, () -> NOW, Files::isWritable);
    assertThat(oldDead).doesNotExist();
    assertThat(oldOfNumberUsedAgain).doesNotExist();
    assertThat(oldUnmarked).doesNotExist();
    assertThat(youngDead).exists();
    assertThat(oldLiving).exists();
  }

  private Path leftover(String name, Duration age) throws IOException {
    Path file = Files.writeString(folder.resolve(".strongroom/tmp").resolve(name), "half");
    return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
  }

  @Test
  void uploadWhoseTemporaryFileIsGoneFailsByName() throws IOException {
    ObjectStore store = new LocalObjectStore(folder);
    ObjectUpload upload = store.upload("a/b");
    upload.stream().write(1);
    try (Stream<Path> files = Files.list(folder.resolve(".strongroom/tmp"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(upload::commit)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE))
        .hasMessageContaining("'a/b'");
    assertThat(store.head("a/b")).isEmpty();
  }

  @Test
  void objectsCarryTheClocksTime() {
    ObjectStore store = new LocalObjectStore(folder, () -> NOW, Files::isWritable);
    store.putIfAbsent("a", bytes("x"));
    assertThat(store.head("a").orElseThrow().modified()).isEqualTo(NOW);
  }

  @Test
  void interruptedThreadGetsATypedErrorAndKeepsItsFlag() {
    ObjectStore store = new LocalObjectStore(folder);
    store.putIfAbsent("there", bytes("x"));
    String etag = store.head("there").orElseThrow().etag();
    for (Runnable write :
        List.<Runnable>of(
            () -> store.putIfAbsent("a", bytes("x")),
            () -> store.put("there", bytes("y")),
            () -> store.putIfMatch("there", bytes("y"), etag))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(write::run)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store.list("", null, 10)).hasSize(1);
    assertThat(store.get("there").orElseThrow().content()).isEqualTo(bytes("x"));
  }

  @Test
  void folderThatMayOnlyBeReadGivesAStoreThatCanOnlyBeRead() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    Files.writeString(folder.resolve("a/b"), "x");
    ObjectStore store = new LocalObjectStore(folder, () -> NOW, path -> false);
    assertThat(store.get("a/b").orElseThrow().content()).isEqualTo(bytes("x"));
    assertThat(store.list("", null, 10)).hasSize(1);
    for (Runnable write :
        List.<Runnable>of(
            () -> store.putIfAbsent("c", bytes("x")),
            () -> store.put("c", bytes("x")),
            () -> store.upload("c"),
            () -> store.delete("a/b"))) {
      assertThatThrownBy(write::run)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_FOLDER_REFUSED));
    }
    assertThat(folder.resolve(".strongroom")).doesNotExist();
  }

  @Test
  void folderThatCannotBeUsedIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path deep = folder.resolve("x".repeat(200)).resolve("x".repeat(200));
    Path tooDeep = deep.resolve("x".repeat(200)).resolve("x".repeat(200)).resolve("x".repeat(200));
    for (Path root : List.of(file, file.resolve("below"), tooDeep)) {
      assertThatThrownBy(() -> new LocalObjectStore(root))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_FOLDER_REFUSED))
          .hasMessageContaining(root.toString());
    }
  }

  @Test
  void storesOnOneFolderAreOneStoreByWhateverPath() throws Exception {
    Path real = folder.resolve("real");
    ObjectStore one = new LocalObjectStore(real);
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    ObjectStore two = new LocalObjectStore(link.resolve("../link/."));
    one.putIfAbsent("counter", new byte[1]);
    Thread other = new Thread(() -> increment(two));
    other.start();
    increment(one);
    other.join();
    assertThat(one.get("counter").orElseThrow().content()).containsExactly(100);
  }

  private static void increment(ObjectStore store) {
    for (int won = 0; won < 50; ) {
      StoredObject seen = store.get("counter").orElseThrow();
      byte[] next = {(byte) (seen.content()[0] + 1)};
      if (store.putIfMatch("counter", next, seen.etag()) instanceof WriteResult.Won) {
        won++;
      }
    }
  }

  private static void assertConflict(String key, Runnable write) {
    assertRefused(StorageErrorCode.KEY_CONFLICT, key, write);
  }

  private static void assertEscape(String key, Runnable call) {
    assertRefused(StorageErrorCode.PATH_ESCAPES_STORE, key, call);
  }

  private static void assertRefused(StorageErrorCode code, String key, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("'" + key + "'");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
