package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conformance kit notices stores that do not conform. */
@Tag("verify")
class ObjectStoreContractCatchesTest {

  @Test
  void storeThatOverwritesOnCreate() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public WriteResult putIfAbsent(String key, byte[] content) {
                        return inner.put(key, content);
                      }
                    }))
        .contains(
            "creating an object that exists loses",
            "8 threads create: one wins",
            "the probe is satisfied");
  }

  @Test
  void storeWhoseReplacementIsNotAtomic() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public WriteResult putIfMatch(String key, byte[] content, String etag) {
                        if (inner.head(key).filter(i -> i.etag().equals(etag)).isEmpty()) {
                          return new WriteResult.Lost();
                        }
                        pause();
                        return inner.put(key, content);
                      }
                    }))
        .contains("8 threads replace: one wins");
  }

  @Test
  void storeWhoseTagsStandStill() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public Optional<StoredObject> get(String key) {
                        return inner.get(key).map(o -> new StoredObject(o.content(), "same"));
                      }
                    }))
        .contains("an object that was created is read back");
  }

  @Test
  void storeThatListsOutOfOrder() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public List<ObjectInfo> list(String prefix, String after, int limit) {
                        TreeSet<String> keys = new TreeSet<>();
                        inner.list(prefix, after, limit).forEach(i -> keys.add(i.key()));
                        return keys.stream().map(k -> inner.head(k).orElseThrow()).toList();
                      }
                    }))
        .containsExactly("a listing is in the order of UTF-8 bytes");
  }

  @Test
  void storeThatOmitsTheLastOfAPage() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public List<ObjectInfo> list(String prefix, String after, int limit) {
                        List<ObjectInfo> found = inner.list(prefix, after, limit);
                        return found.size() > 999 ? found.subList(0, 999) : found;
                      }
                    }))
        .contains("1,001 objects are listed in order, by page");
  }

  @Test
  void storeThatGivesRangesBeyondTheEndAsAnError() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public byte[] range(String key, long offset, int length) {
                        byte[] found = inner.range(key, offset, length);
                        if (found.length == 0) {
                          throw new StorageException(
                              StorageErrorCode.STORE_UNAVAILABLE, "416 for " + key);
                        }
                        return found;
                      }
                    }))
        .contains("ranges give what the object has");
  }

  @Test
  void storeThatMixesOldAndNewBytes() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public WriteResult put(String key, byte[] content) {
                        byte[] half = content.clone();
                        inner
                            .get(key)
                            .ifPresent(
                                old ->
                                    System.arraycopy(
                                        old.content(),
                                        0,
                                        half,
                                        0,
                                        Math.min(old.content().length, half.length) / 2));
                        inner.put(key, half);
                        pause();
                        return inner.put(key, content);
                      }
                    }))
        .contains("a reader sees the old or the new object");
  }

  @Test
  void storeThatDeletesWhatStartsWithTheKey() {
    assertThat(
            failed(
                () ->
                    new ForwardingObjectStore(new InMemoryObjectStore()) {
                      @Override
                      public int deleteAllVersions(String key) {
                        int deleted = inner.deleteAllVersions(key);
                        inner.list(key, null, 100).forEach(i -> inner.delete(i.key()));
                        return deleted;
                      }
                    }))
        .contains("deleting all versions is final");
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> failed(Supplier<ObjectStore> stores) {
    return new ObjectStoreContract(stores, 40)
        .checks().stream().filter(c -> fails(c)).map(ObjectStoreContract.Check::name).toList();
  }

  private static boolean fails(ObjectStoreContract.Check check) {
    try {
      check.run();
      return false;
    } catch (AssertionError | Exception e) {
      return true;
    }
  }
}
