package io.strongroom.storage.publication;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Future;
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
  private final Map<String, LeafScanner.Scanned> leaves = lastRead(KEPT_LEAVES);

  /** What is being read and was not used yet; the oldest are forgotten. */
  private final Map<String, Future<Optional<StoredObject>>> ahead = lastRead(KEPT_LEAVES);

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
      root = read(digest, ControlObjects.canonical(Generation::fromJson));
      roots.put(digest, root);
    }
    if (!root.dataset().equals(dataset)) {
      throw damaged(digest, "is of another dataset than " + dataset);
    }
    return root;
  }

  /** A leaf of a root, compared with what the root says about it. */
  GenerationLeaf leaf(Generation root, int index) {
    return leaf(root, index, Optional.empty()).leaf();
  }

  /**
   * A leaf of a root, and which of its entries the leaf in the same place of another root does not
   * have. All are fresh when that one has not been read lately.
   */
  synchronized LeafScanner.Scanned leaf(Generation root, int index, Optional<Generation> neighbor) {
    Generation.LeafRef ref = root.leaves().get(index);
    LeafScanner.Scanned scanned = leaves.get(ref.digest());
    if (scanned == null) {
      LeafScanner.Scanned like =
          neighbor
              .filter(other -> !other.leaves().isEmpty())
              .map(other -> other.leaves().get(other.leafOf(ref.from())).digest())
              .map(leaves::get)
              .orElse(null);
      scanned = read(ref.digest(), content -> LeafScanner.scan(content, like));
      leaves.put(ref.digest(), scanned);
    }
    GenerationLeaf leaf = scanned.leaf();
    boolean last = index == root.leaves().size() - 1;
    if (!leaf.dataset().equals(root.dataset())
        || !leaf.from().equals(ref.from())
        || leaf.entries().size() != ref.runs()
        || (!last && leaf.last().compareTo(root.leaves().get(index + 1).from()) >= 0)) {
      throw damaged(ref.digest(), "is not what its root says");
    }
    return scanned;
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
    Set<GenerationEntry> entries = new HashSet<>();
    eachOutside(one, other, entries::add);
    return entries;
  }

  private void eachOutside(Generation one, Generation other, Consumer<GenerationEntry> visitor) {
    Set<String> shared = new HashSet<>();
    other.leaves().forEach(ref -> shared.add(ref.digest()));
    for (int i = 0; i < one.leaves().size(); i++) {
      if (!shared.contains(one.leaves().get(i).digest())) {
        leaf(one, i).entries().forEach(visitor);
      }
    }
  }

  /**
   * What a step from one generation to another took out and brought in, each in the order of keys.
   *
   * @param gone the runs that only the first has, or has otherwise
   * @param come the runs that only the second has, or has otherwise
   */
  record Step(List<GenerationEntry> gone, List<GenerationEntry> come) {}

  /** Compares the leaves that two generations do not share. */
  Step step(Generation before, Generation after) {
    List<GenerationEntry> older = new ArrayList<>();
    List<GenerationEntry> newer = new ArrayList<>();
    eachOutside(before, after, older::add);
    eachOutside(after, before, newer::add);
    List<GenerationEntry> gone = new ArrayList<>();
    List<GenerationEntry> come = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < older.size() || j < newer.size()) {
      GenerationEntry left = i < older.size() ? older.get(i) : null;
      GenerationEntry right = j < newer.size() ? newer.get(j) : null;
      int order = left == null ? 1 : right == null ? -1 : left.key().compareTo(right.key());
      if (order == 0 && Objects.equals(left, right)) {
        i++;
        j++;
        continue;
      }
      if (order <= 0) {
        gone.add(Objects.requireNonNull(left));
        i++;
      }
      if (order >= 0) {
        come.add(Objects.requireNonNull(right));
        j++;
      }
    }
    return new Step(gone, come);
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

  /**
   * Begins to read a root and those of its leaves that were not asked for before, and returns at
   * once.
   *
   * @param asked what was asked for before; takes note of these
   */
  void readAhead(String digest, DigestSet asked, Workers workers) {
    boolean isFirst;
    synchronized (asked) {
      isFirst = asked.add(digest);
    }
    if (isFirst) {
      ahead(
          digest,
          workers.ask(
              () -> {
                Optional<StoredObject> root = stored(digest);
                if (root.isPresent()) {
                  leavesAhead(root.get().content(), asked, workers);
                }
                return root;
              }));
    }
  }

  private void leavesAhead(byte[] root, DigestSet asked, Workers workers) {
    try {
      for (Generation.LeafRef leaf :
          Generation.fromJson(JsonValue.parseCanonicalObject(root)).leaves()) {
        boolean first;
        synchronized (asked) {
          first = asked.add(leaf.digest());
        }
        if (first) {
          ahead(leaf.digest(), workers.ask(() -> stored(leaf.digest())));
        }
      }
    } catch (JsonException | IllegalArgumentException e) {
      return; // Whoever reads it is told.
    }
  }

  private void ahead(String digest, Future<Optional<StoredObject>> answer) {
    synchronized (ahead) {
      ahead.put(digest, answer);
    }
  }

  private Optional<StoredObject> stored(String digest) {
    return ControlObjects.get(store, paths.generation(digest), StorageErrorCode.GENERATION_INVALID);
  }

  private <T> T read(String digest, Function<byte[], T> parser) {
    String key = paths.generation(digest);
    Future<Optional<StoredObject>> asked;
    synchronized (ahead) {
      asked = ahead.remove(digest);
    }
    byte[] content =
        (asked == null ? stored(digest) : Workers.get(asked))
            .orElseThrow(() -> damaged(digest, "is missing"))
            .content();
    if (!ControlJson.sha256(content).equals(digest)) {
      throw damaged(digest, "does not have the digest in its name");
    }
    return ControlObjects.parse(key, content, StorageErrorCode.GENERATION_INVALID, parser);
  }

  private StorageException damaged(String digest, String problem) {
    return new StorageException(
        StorageErrorCode.GENERATION_INVALID, "object " + paths.generation(digest) + " " + problem);
  }
}
