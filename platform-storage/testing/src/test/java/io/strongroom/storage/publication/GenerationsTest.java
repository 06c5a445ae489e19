package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class GenerationsTest {
  private static final ControlPaths PATHS = new ControlPaths(TestRuns.PIPELINE);
  private static final Generation EMPTY = new Generation(SILVER, DatasetMode.APPEND, List.of());

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private static GenerationEntry entry(int number) {
    String key = ControlJson.sha256(("key " + number).getBytes(StandardCharsets.UTF_8));
    return new GenerationEntry(key, new RunId("r-" + number), key, number + 1L);
  }

  private Generation add(Generation before, GenerationEntry entry) {
    Generations generations = new Generations(store, PATHS);
    return generations.root(
        SILVER, generations.write(before, before.mode(), Set.of(), Optional.of(entry)));
  }

  @Test
  void aPromotionRewritesOneLeafAndTheRootAndLeavesStayBounded() {
    List<GenerationEntry> all = new ArrayList<>();
    for (int i = 0; i < 990; i++) {
      all.add(entry(i));
    }
    Generation generation = stored(all);
    for (int i = 990; i < 1100; i++) {
      Set<String> before = new HashSet<>();
      generation.leaves().forEach(ref -> before.add(ref.digest()));
      generation = add(generation, entry(i));
      all.add(entry(i));
      long fresh =
          generation.leaves().stream().filter(ref -> !before.contains(ref.digest())).count();
      assertThat(fresh).isEqualTo(i == 1000 ? 2 : 1); // Once the leaf was split.
    }
    assertThat(generation.runs()).isEqualTo(1100);
    assertThat(generation.leaves()).hasSize(2).allMatch(ref -> ref.runs() <= 1000);

    Generations read = new Generations(store, PATHS);
    all.sort(Comparator.comparing(GenerationEntry::key));
    assertThat(read.entries(generation)).isEqualTo(all);
    for (int i = 0; i < 1100; i += 7) {
      assertThat(read.find(generation, entry(i).key())).contains(entry(i));
    }
    assertThat(read.find(generation, entry(9999).key())).isEmpty();

    Generation next = add(generation, entry(1100));
    assertThat(read.difference(generation, next)).containsExactly(entry(1100));
  }

  /** A generation of one leaf. */
  private Generation stored(List<GenerationEntry> entries) {
    List<GenerationEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(GenerationEntry::key));
    GenerationLeaf leaf = new GenerationLeaf(SILVER, sorted);
    byte[] content = leaf.toJson().canonicalBytes();
    String digest = ControlJson.sha256(content);
    store.put(PATHS.generation(digest), content);
    return new Generation(
        SILVER,
        DatasetMode.APPEND,
        List.of(new Generation.LeafRef(digest, leaf.from(), sorted.size())));
  }

  @Test
  void equalRunsInAnotherOrderOfPromotionAreTheSameGeneration() {
    Generation one = add(add(EMPTY, entry(1)), entry(2));
    Generation other = add(add(EMPTY, entry(2)), entry(1));
    assertThat(one).isEqualTo(other);
  }

  @Test
  void aLeafWithoutRunsIsDropped() {
    Generations generations = new Generations(store, PATHS);
    Generation one = add(EMPTY, entry(1));
    Generation none =
        generations.root(
            SILVER, generations.write(one, one.mode(), Set.of(entry(1).key()), Optional.empty()));
    assertThat(none.leaves()).isEmpty();
    assertThat(generations.difference(one, none)).containsExactly(entry(1));
    assertThat(generations.find(none, entry(1).key())).isEmpty();
    assertThat(add(none, entry(2)).runs()).isEqualTo(1);
  }

  @Test
  void anEntryThatChangedIsADifferenceOnBothSides() {
    GenerationEntry old = entry(1);
    GenerationEntry changed = new GenerationEntry(old.key(), new RunId("r-9"), old.manifest(), 9);
    assertThat(
            new Generations(store, PATHS)
                .difference(add(EMPTY, old), add(add(EMPTY, old), changed)))
        .containsExactlyInAnyOrder(old, changed);
  }

  @Test
  void aDamagedOrMissingObjectIsNamed() {
    Generation generation = add(EMPTY, entry(1));
    for (ObjectInfo info : store.list(PATHS.generations(), null, 10)) {
      byte[] content = store.get(info.key()).orElseThrow().content();
      byte[] changed = content.clone();
      changed[5] ^= 1;
      store.put(info.key(), changed);
      assertDamaged(generation, info.key());
      store.delete(info.key());
      assertDamaged(generation, info.key());
      store.put(info.key(), content);
    }
  }

  private void assertDamaged(Generation generation, String key) {
    String digest = ControlJson.sha256(generation.toJson().canonicalBytes());
    assertThatThrownBy(
            () -> {
              Generations read = new Generations(store, PATHS);
              read.entries(read.root(SILVER, digest));
            })
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.GENERATION_INVALID))
        .hasMessageContaining(key);
  }

  @Test
  void aGenerationOfAnotherDatasetIsRefused() {
    Generation generation = add(EMPTY, entry(1));
    String digest = ControlJson.sha256(generation.toJson().canonicalBytes());
    assertThatThrownBy(() -> new Generations(store, PATHS).root(TestRuns.CONDEMNED, digest))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("another dataset");
  }
}
