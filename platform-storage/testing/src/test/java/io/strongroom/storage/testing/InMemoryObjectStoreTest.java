package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.WriteResult;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class InMemoryObjectStoreTest {

  @Test
  void keyMayBeAnObjectAndTheFolderOfOthers() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    store.put("a", new byte[1]);
    store.put("a/b", new byte[1]);
    assertThat(store.list("a", null, 9)).extracting(ObjectInfo::key).containsExactly("a", "a/b");
  }

  @Test
  void tagIsNoHashOfTheContent() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    assertThat(((WriteResult.Won) store.put("a", new byte[1])).etag())
        .isNotEqualTo(((WriteResult.Won) store.put("b", new byte[1])).etag());
  }

  @Test
  void objectsCarryTheClocksTime() {
    Instant now = Instant.parse("2026-01-21T12:00:00Z");
    InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    store.put("a", new byte[1]);
    assertThat(store.head("a").orElseThrow().modified()).isEqualTo(now);
  }
}
