package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class CrashingObjectStoreTest {
  @TempDir Path folder;

  /** Thirteen operations, of which an upload has four. */
  private static void work(ObjectStore store) throws IOException {
    WriteResult created = store.putIfAbsent("a", new byte[] {1});
    store.putIfMatch("a", new byte[] {2}, ((WriteResult.Won) created).etag());
    store.put("b", new byte[] {3});
    try (ObjectUpload upload = store.upload("c")) {
      upload.stream().write(4);
      upload.stream().write(new byte[] {5, 6});
      upload.commit();
    }
    store.head("a");
    store.get("a");
    store.range("a", 0, 1);
    store.list("", null, 9);
    store.delete("b");
    store.deleteAllVersions("a");
  }

  private static final List<String> STATES =
      List.of("", "a=1", "a=2", "a=2 b=3", "a=2 b=3 c=4", "a=2 c=4", "c=4");

  /** The state after so many operations. */
  private static final int[] STATE_AFTER = {0, 1, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6};

  @Test
  void crashFallsBeforeOrAfterEveryOperation() throws IOException {
    for (When when : When.values()) {
      int at = 1;
      while (true) {
        ObjectStore inner = new InMemoryObjectStore();
        AtomicInteger crashes = new AtomicInteger();
        CrashingObjectStore store =
            new CrashingObjectStore(inner, at, when, crashes::incrementAndGet);
        try {
          work(store);
        } catch (SimulatedCrash crash) {
          assertThat(crash).hasMessageContaining(when + " operation " + at);
        }
        if (!store.crashed()) {
          assertThat(crashes).hasValue(0);
          assertThat(store.operations()).isEqualTo(13);
          break;
        }
        assertThat(crashes).hasValue(1);
        assertThat(store.operations()).isEqualTo(at);
        int done = when == When.BEFORE ? at - 1 : at;
        assertThat(state(inner)).as(when + " " + at).isEqualTo(STATES.get(STATE_AFTER[done]));
        at++;
      }
      assertThat(at).isEqualTo(14);
    }
  }

  @Test
  void nothingReachesTheStoreAfterTheCrash() throws IOException {
    ObjectStore inner = new InMemoryObjectStore();
    CrashingObjectStore store = new CrashingObjectStore(inner, 3, When.BEFORE, () -> {});
    ObjectUpload upload = store.upload("upload");
    upload.stream().write(1);
    assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> upload.stream().write(1)).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(upload::commit).isInstanceOf(SimulatedCrash.class);
    upload.close();
    assertThat(inner.list("", null, 9)).isEmpty();
  }

  @Test
  void uploadOfACrashedProcessIsNotCleanedUp() throws IOException {
    LocalObjectStore inner = new LocalObjectStore(folder);
    CrashingObjectStore store = new CrashingObjectStore(inner, 2, When.AFTER, () -> {});
    assertThatThrownBy(
            () -> {
              try (ObjectUpload upload = store.upload("a")) {
                upload.stream().write(1);
              }
            })
        .isInstanceOf(SimulatedCrash.class);
    assertThat(folder.resolve(".strongroom/tmp")).isNotEmptyDirectory();
    assertThat(inner.head("a")).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractWhileItDoesNotCrash() {
    return new ObjectStoreContract(
            () -> new CrashingObjectStore(new InMemoryObjectStore(), -1, When.AFTER, () -> {}), 10)
        .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }

  private static String state(ObjectStore store) {
    StringBuilder state = new StringBuilder();
    store
        .list("", null, 10)
        .forEach(
            info ->
                state
                    .append(state.isEmpty() ? "" : " ")
                    .append(info.key())
                    .append('=')
                    .append(store.get(info.key()).orElseThrow().content()[0]));
    return state.toString();
  }
}
