package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class StoreProbeTest {
  @TempDir Path folder;

  @Test
  void storesThatKeepTheirWordAreProvenAndLeftEmpty() {
    for (ObjectStore store :
        new ObjectStore[] {new InMemoryObjectStore(), new LocalObjectStore(folder)}) {
      StoreProbe.proveConditionalWrites(store);
      assertThat(store.list("", null, 10)).isEmpty();
    }
  }

  @Test
  void probeTakesAboutAHundredRequests() {
    CrashingObjectStore counting =
        new CrashingObjectStore(new InMemoryObjectStore(), -1, When.BEFORE, () -> {});
    StoreProbe.proveConditionalWrites(counting);
    assertThat(counting.operations()).isBetween(80L, 130L);
  }

  @Test
  void storeThatHasPassedIsAskedOnceAndNotProbedAgain() {
    CrashingObjectStore counting =
        new CrashingObjectStore(new InMemoryObjectStore(), -1, When.BEFORE, () -> {});
    StoreProbe.requireProven(counting);
    assertThat(counting.list("", null, 10))
        .extracting(ObjectInfo::key)
        .containsExactly("probe/passed.v1");
    long first = counting.operations();
    StoreProbe.requireProven(counting);
    assertThat(counting.operations() - first).isEqualTo(1);
  }

  @Test
  void storeThatFailsIsProbedEachTime() {
    ObjectStore store = new IgnoresConditions();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> StoreProbe.requireProven(store))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.CONDITIONAL_WRITES_UNPROVEN));
      assertThat(store.list("", null, 10)).isEmpty();
    }
  }

  @Test
  void storeThatIgnoresConditionsIsRefused() {
    assertRefused(new IgnoresConditions(), "creating an object that exists: it answered Won");
  }

  @Test
  void storeThatChecksFirstAndWritesLaterIsRefused() {
    assertRefused(new ChecksFirst(), "eight writers creating one object: two of them won");
  }

  @Test
  void storeThatReplacesWhatIsMissingIsRefused() {
    ForwardingObjectStore store =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public WriteResult putIfMatch(String key, byte[] content, String etag) {
            return inner.head(key).isEmpty()
                ? inner.put(key, content)
                : inner.putIfMatch(key, content, etag);
          }
        };
    assertRefused(store, "replacing a missing object: it answered Won");
  }

  @Test
  void storeThatSaysLostAndWritesIsRefused() {
    ForwardingObjectStore store =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public WriteResult putIfAbsent(String key, byte[] content) {
            WriteResult result = inner.putIfAbsent(key, content);
            if (result instanceof WriteResult.Lost) {
              inner.put(key, content);
            }
            return result;
          }
        };
    assertRefused(store, "creating an object that exists: the object has other content");
  }

  @Test
  void storeWhoseUploadsOverwriteIsRefused() {
    ForwardingObjectStore store =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public ObjectUpload upload(String key) {
            return new Buffered(inner, key, false);
          }
        };
    assertRefused(store, "an upload onto a taken key: it answered Won");
  }

  @Test
  void storeWhoseUploadsInPartsOverwriteIsRefused() {
    assertRefused(
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public int uploadPartSize() {
            return 1000;
          }

          @Override
          public ObjectUpload upload(String key) {
            return new Buffered(inner, key, false) {
              @Override
              public WriteResult commit() {
                return bytes.size() > 1000
                    ? super.commit()
                    : inner.putIfAbsent(key, bytes.toByteArray());
              }
            };
          }
        },
        "an upload in parts onto a taken key");
  }

  @Test
  void storeWhoseAbortedUploadsAppearIsRefused() {
    ForwardingObjectStore store =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public ObjectUpload upload(String key) {
            return new Buffered(inner, key, true);
          }
        };
    assertRefused(store, "an upload without commit: the object became visible");
  }

  @Test
  void storeWhoseOutcomesAreUnknownIsNotProven() {
    FaultyObjectStore store =
        new FaultyObjectStore(
            new InMemoryObjectStore(),
            FaultyObjectStore.once(1, FaultyObjectStore.Fault.LOST_AFTER_EFFECT));
    assertRefused(store, "creating a new object: it answered Unknown");
  }

  @Test
  void failureOfTheStoreIsReportedAsItIs() {
    for (long at = 1; at < 60; at++) {
      FaultyObjectStore store =
          new FaultyObjectStore(
              new InMemoryObjectStore(),
              FaultyObjectStore.once(at, FaultyObjectStore.Fault.REFUSED));
      assertThatThrownBy(() -> StoreProbe.proveConditionalWrites(store))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
    }
    assertThatCode(() -> StoreProbe.proveConditionalWrites(new InMemoryObjectStore()))
        .doesNotThrowAnyException();
  }

  private static void assertRefused(ObjectStore store, String message) {
    assertThatThrownBy(() -> StoreProbe.proveConditionalWrites(store))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.CONDITIONAL_WRITES_UNPROVEN))
        .hasMessageContaining(message);
  }

  /** Lies: answers every conditional write with success, as many gateways do. */
  private static final class IgnoresConditions extends ForwardingObjectStore {
    IgnoresConditions() {
      super(new InMemoryObjectStore());
    }

    @Override
    public WriteResult putIfAbsent(String key, byte[] content) {
      return inner.put(key, content);
    }

    @Override
    public WriteResult putIfMatch(String key, byte[] content, String etag) {
      return inner.put(key, content);
    }
  }

  /** Lies under load: checks the condition, then writes whatever happened meanwhile. */
  private static final class ChecksFirst extends ForwardingObjectStore {
    ChecksFirst() {
      super(new InMemoryObjectStore());
    }

    @Override
    public WriteResult putIfAbsent(String key, byte[] content) {
      if (inner.head(key).isPresent()) {
        return new WriteResult.Lost();
      }
      pause();
      return inner.put(key, content);
    }

    @Override
    public WriteResult putIfMatch(String key, byte[] content, String etag) {
      if (inner.head(key).filter(i -> i.etag().equals(etag)).isEmpty()) {
        return new WriteResult.Lost();
      }
      pause();
      return inner.put(key, content);
    }

    private static void pause() {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static class Buffered implements ObjectUpload {
    private final ObjectStore store;
    private final String key;
    private final boolean completesOnClose;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Buffered(ObjectStore store, String key, boolean completesOnClose) {
      this.store = store;
      this.key = key;
      this.completesOnClose = completesOnClose;
    }

    @Override
    public OutputStream stream() {
      return bytes;
    }

    @Override
    public WriteResult commit() {
      return store.put(key, bytes.toByteArray());
    }

    @Override
    public void close() {
      if (completesOnClose) {
        store.put(key, bytes.toByteArray());
      }
    }
  }
}
