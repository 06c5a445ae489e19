package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ObjectSourceTest {
  @TempDir Path root;

  @Test
  void objectThatBecameShorterIsNamed() {
    ObjectStore store = new LocalObjectStore(root);
    store.putIfAbsent("a/b", new byte[100]);
    ObjectSource source = ObjectSource.of(store, "a/b");
    store.put("a/b", new byte[50]);
    assertThat(source.read(0, new byte[50], 0, 50)).isEqualTo(50);
    assertThatThrownBy(() -> source.read(40, new byte[50], 0, 50))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.OBJECT_CHANGED))
        .hasMessageContaining("'a/b'");
    store.delete("a/b");
    assertThatThrownBy(() -> source.read(0, new byte[1], 0, 1))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.OBJECT_MISSING));
  }

  @Test
  void placesThatDoNotExistAreRefused() {
    ObjectStore store = new LocalObjectStore(root);
    store.putIfAbsent("a", new byte[10]);
    ObjectSource source = ObjectSource.of(store, "a");
    assertThatThrownBy(() -> source.read(-1, new byte[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.read(0, new byte[1], 1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
