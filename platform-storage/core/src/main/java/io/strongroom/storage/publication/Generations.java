package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes generations of a pipeline; every object is compared with the digest that names
 * it. Keeps the {@value #KEPT_ROOTS} roots and the {@value #KEPT_LEAVES} leaves that it has read
 * last. Safe for use by several threads.
 */
final class Generations {
  private static final int KEPT_ROOTS = 256;
  private static final int KEPT_LEAVES = 64;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Map<String, Generation> roots = lastRead(KEPT_ROOTS);
  private final Map<String, GenerationLeaf> leaves = lastRead(KEPT_LEAVES);

  Generations(ObjectStore store, ControlPaths paths) {
    this.store = store;
    this.paths = paths;
  }

  private static <T> Map<String, T> lastRead(int kept) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > kept;
      }
    };
  }

  /** The root of a digest, which must be of this dataset. */
  synchronized Generation root(DatasetRef dataset, String digest) {
    Generation root = roots.get(digest);
    if (root == null) {
      root = read(digest, Generation::fromJson);
      roots.put(digest, root);
    }
    if (!root.dataset().equals(dataset)) {
      throw damaged(digest, "is of another dataset than " + dataset);
    }
    return root;
  }

  /** A leaf of a root, compared with what the root says about it. */
  synchronized GenerationLeaf leaf(Generation root, int index) {
    Generation.LeafRef ref = root.leaves().get(index);
    GenerationLeaf leaf = leaves.get(ref.digest());
    if (leaf == null) {
      leaf = read(ref.digest(), GenerationLeaf::fromJson);
      leaves.put(ref.digest(), leaf);
    }
    boolean last = index == root.leaves().size() - 1;
    if (!leaf.dataset().equals(root.dataset())
        || !leaf.from().equals(ref.from())
        || leaf.entries().size() != ref.runs()
        || (!last && leaf.last().compareTo(root.leaves().get(index + 1).from()) >= 0)) {
      throw damaged(ref.digest(), "is not what its root says");
    }
    return leaf;
  }

  /** The live run of a key. */
  Optional<GenerationEntry> find(Generation root, String key) {
    int index = root.leafOf(key);
    return index < 0 ? Optional.empty() : leaf(root, index).find(key);
  }

  /** All live runs in the order of their keys. */
  List<GenerationEntry> entries(Generation root) {
    List<GenerationEntry> entries = new ArrayList<>();
    each(root, entries::add);
    return entries;
  }

  /** Hands all live runs to a visitor, in the order of their keys. */
  void each(Generation root, Consumer<GenerationEntry> visitor) {
    for (int i = 0; i < root.leaves().size(); i++) {
      leaf(root, i).entries().forEach(visitor);
    }
  }

  /** The runs that are live in one of two generations and not, or otherwise, in the other. */
  Set<GenerationEntry> difference(Generation one, Generation other) {
    Set<GenerationEntry> difference = entriesOutside(one, other);
    Set<GenerationEntry> back = entriesOutside(other, one);
    Set<GenerationEntry> both = new HashSet<>(difference);
    both.retainAll(back);
    difference.addAll(back);
    difference.removeAll(both);
    return difference;
  }

  /** The runs of a generation in leaves that another one does not have. */
  Set<GenerationEntry> entriesOutside(Generation one, Generation other) {
    Set<String> shared = new HashSet<>();
    other.leaves().forEach(ref -> shared.add(ref.digest()));
    Set<GenerationEntry> entries = new HashSet<>();
    for (int i = 0; i < one.leaves().size(); i++) {
      if (!shared.contains(one.leaves().get(i).digest())) {
        entries.addAll(leaf(one, i).entries());
      }
    }
    return entries;
  }

  /**
   * Stores the generation that follows another and returns its digest. Only leaves that change are
   * written; then the root.
   *
   * @param before the generation to follow
   * @param mode what the dataset's runs do to older ones
   * @param removed keys to take away
   * @param added the run to add; in mode SNAPSHOT the only one that remains
   */
  String write(
      Generation before, DatasetMode mode, Set<String> removed, Optional<GenerationEntry> added) {
    List<Generation.LeafRef> refs = new ArrayList<>();
    if (mode == DatasetMode.SNAPSHOT && added.isPresent()) {
      refs.addAll(writeLeaves(before.dataset(), List.of(added.get())));
    } else {
      Map<Integer, SortedMap<String, GenerationEntry>> changed = new HashMap<>();
      for (String key : removed) {
        edit(before, changed, key).remove(key);
      }
      added.ifPresent(entry -> edit(before, changed, entry.key()).put(entry.key(), entry));
      if (before.leaves().isEmpty()) {
        refs.addAll(writeLeaves(before.dataset(), changedEntries(changed.get(-1))));
      }
      for (int i = 0; i < before.leaves().size(); i++) {
        if (changed.containsKey(i)) {
          refs.addAll(writeLeaves(before.dataset(), changedEntries(changed.get(i))));
        } else {
          refs.add(before.leaves().get(i));
        }
      }
    }
    return write(new Generation(before.dataset(), mode, refs).toJson());
  }

  private SortedMap<String, GenerationEntry> edit(
      Generation before, Map<Integer, SortedMap<String, GenerationEntry>> changed, String key) {
    int index = before.leafOf(key);
    return changed.computeIfAbsent(
        index,
        position -> {
          SortedMap<String, GenerationEntry> entries = new TreeMap<>();
          if (position >= 0) {
            leaf(before, position).entries().forEach(entry -> entries.put(entry.key(), entry));
          }
          return entries;
        });
  }

  private static List<GenerationEntry> changedEntries(
      @Nullable SortedMap<String, GenerationEntry> entries) {
    return entries == null ? List.of() : List.copyOf(entries.values());
  }

  private List<Generation.LeafRef> writeLeaves(DatasetRef dataset, List<GenerationEntry> entries) {
    List<Generation.LeafRef> refs = new ArrayList<>();
    int parts = (entries.size() + GenerationLeaf.MAX_RUNS - 1) / GenerationLeaf.MAX_RUNS;
    for (int i = 0; i < parts; i++) {
      List<GenerationEntry> part =
          entries.subList(entries.size() * i / parts, entries.size() * (i + 1) / parts);
      GenerationLeaf leaf = new GenerationLeaf(dataset, part);
      refs.add(new Generation.LeafRef(write(leaf.toJson()), leaf.from(), part.size()));
    }
    return refs;
  }

  private String write(JsonObject json) {
    byte[] content = json.canonicalBytes();
    String digest = ControlJson.sha256(content);
    byte[] standing = ControlObjects.first(store, paths.generation(digest), content);
    if (!Arrays.equals(standing, content)) {
      throw damaged(digest, "does not have the digest in its name");
    }
    return digest;
  }

  private <T> T read(String digest, Function<JsonObject, T> parser) {
    String key = paths.generation(digest);
    byte[] content =
        ControlObjects.get(store, key, StorageErrorCode.GENERATION_INVALID)
            .orElseThrow(() -> damaged(digest, "is missing"))
            .content();
    if (!ControlJson.sha256(content).equals(digest)) {
      throw damaged(digest, "does not have the digest in its name");
    }
    return ControlObjects.parse(
        key, content, StorageErrorCode.GENERATION_INVALID, ControlObjects.canonical(parser));
  }

  private StorageException damaged(String digest, String problem) {
    return new StorageException(
        StorageErrorCode.GENERATION_INVALID, "object " + paths.generation(digest) + " " + problem);
  }
}
