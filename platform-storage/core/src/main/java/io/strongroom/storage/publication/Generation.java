package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The root of the list of a dataset's live runs.
 *
 * @param dataset the dataset
 * @param mode what a new run does to the older ones
 * @param leaves in the order of their first keys; none when no run is live
 */
record Generation(DatasetRef dataset, DatasetMode mode, List<LeafRef> leaves) {
  private static final String FORMAT = "strongroom.generation.v1";
  private static final Set<String> MEMBERS = Set.of("format", "dataset", "mode", "leaves");

  /**
   * Where a leaf is and what it holds.
   *
   * @param digest its digest, which names it
   * @param from its first key
   * @param runs how many runs it has
   */
  record LeafRef(String digest, String from, long runs) {
    private static final Set<String> MEMBERS = Set.of("digest", "from", "runs");

    LeafRef {
      ControlJson.requireDigest("digest", digest);
      ControlJson.requireDigest("from", from);
      if (runs < 1 || runs > GenerationLeaf.MAX_RUNS) {
        throw new IllegalArgumentException("a leaf has another number of runs than it may");
      }
    }

    private JsonObject toJson() {
      return JsonObject.builder().put("digest", digest).put("from", from).put("runs", runs).build();
    }

    private static LeafRef fromJson(JsonObject json) {
      ControlJson.requireMembers(json, MEMBERS, Set.of());
      return new LeafRef(json.string("digest"), json.string("from"), json.integer("runs"));
    }
  }

  Generation {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(mode, "mode");
    leaves = List.copyOf(leaves);
    for (int i = 1; i < leaves.size(); i++) {
      if (leaves.get(i - 1).from().compareTo(leaves.get(i).from()) >= 0) {
        throw new IllegalArgumentException("the leaves are not in the order of their keys");
      }
    }
  }

  /** The number of live runs. */
  long runs() {
    return leaves.stream().mapToLong(LeafRef::runs).sum();
  }

  /** The leaf that holds a key if any does; -1 when there are no leaves. */
  int leafOf(String key) {
    int index = leaves.isEmpty() ? -1 : 0;
    for (int i = 1; i < leaves.size(); i++) {
      if (leaves.get(i).from().compareTo(key) <= 0) {
        index = i;
      }
    }
    return index;
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("dataset", dataset.path())
        .put("mode", mode.name())
        .putObjects("leaves", leaves.stream().map(LeafRef::toJson).toList())
        .build();
  }

  static Generation fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    return new Generation(
        DatasetRef.parse(json.string("dataset")),
        DatasetMode.valueOf(json.string("mode")),
        json.objects("leaves").stream().map(LeafRef::fromJson).toList());
  }
}
