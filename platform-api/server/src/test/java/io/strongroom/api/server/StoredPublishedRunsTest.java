package io.strongroom.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class StoredPublishedRunsTest {
  private static final String CONTROL = SampleLake.PIPELINE.control();

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SampleLake lake = new SampleLake(store);
  private final PublishedRuns runs = new StoredPublishedRuns(store, lake.keyring);

  @Test
  void anAlteredManifestIsRefused() {
    lake.publish("r-1", "2026-01-19");
    String key = CONTROL + "runs/r-1/manifest.json";
    byte[] content = store.get(key).orElseThrow().content();
    content[content.length / 2] ^= 1;
    store.put(key, content);
    assertRefused(
        () -> runs.find(SampleLake.PIPELINE, new RunId("r-1")), StorageErrorCode.MANIFEST_INVALID);
  }

  @Test
  void aManifestOfAnotherRunIsRefused() {
    lake.publish("r-1", "2026-01-19");
    lake.commit("r-2", "2026-01-20");
    StoredObject other = store.get(CONTROL + "runs/r-2/manifest.json").orElseThrow();
    store.put(CONTROL + "runs/r-1/manifest.json", other.content());
    assertRefused(
        () -> runs.find(SampleLake.PIPELINE, new RunId("r-1")), StorageErrorCode.MANIFEST_INVALID);
  }

  @Test
  void aPublishedRunWithoutAManifestIsRefusedAndNotUnknown() {
    lake.publish("r-1", "2026-01-19");
    store.delete(CONTROL + "runs/r-1/manifest.json");
    assertRefused(
        () -> runs.find(SampleLake.PIPELINE, new RunId("r-1")), StorageErrorCode.MANIFEST_INVALID);
  }

  @Test
  void aPointerSetBackIsRefused() {
    lake.publish("r-1", "2026-01-19");
    byte[] old = store.get(CONTROL + "_LATEST.json").orElseThrow().content();
    lake.publish("r-2", "2026-01-20");
    assertThat(runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5).runs()).hasSize(2);
    store.put(CONTROL + "_LATEST.json", old);
    assertRefused(
        () -> runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5),
        StorageErrorCode.POINTER_WENT_BACK);
  }

  @Test
  void olderPublicationsAreReadOnceAsLongAsTheNewestStays() {
    lake.publish("r-1", "2026-01-19");
    lake.publish("r-2", "2026-01-20");
    assertThat(runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5).runs()).hasSize(2);
    store.delete(store.list(CONTROL + "publications/", null, 1).get(0).key());
    assertThat(runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5).runs()).hasSize(2);
    PublishedRuns fresh = new StoredPublishedRuns(store, lake.keyring);
    assertRefused(
        () -> fresh.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5),
        StorageErrorCode.PUBLICATION_INVALID);
  }

  @Test
  void aPageSaysWhetherThereIsMore() {
    for (int day = 10; day < 15; day++) {
      lake.publish("r-" + day, "2026-01-" + day);
    }
    assertThat(runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 4).more()).isTrue();
    assertThat(runs.newest(SampleLake.PIPELINE, Long.MAX_VALUE, 5).more()).isFalse();
    assertThat(runs.newest(SampleLake.PIPELINE, 2, 5).runs()).hasSize(1);
    assertThat(runs.newest(SampleLake.PIPELINE, 1, 5).runs()).isEmpty();
  }

  private static void assertRefused(ThrowingCallable call, StorageErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.category()).isEqualTo(ErrorCategory.INTEGRITY);
            });
  }
}
