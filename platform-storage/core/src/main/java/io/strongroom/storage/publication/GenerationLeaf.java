package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Some of the live runs of a dataset.
 *
 * @param dataset the dataset
 * @param entries 1 to {@value #MAX_RUNS}, in the order of their keys
 */
record GenerationLeaf(DatasetRef dataset, List<GenerationEntry> entries) {
  static final int MAX_RUNS = 1000;

  static final String FORMAT = "strongroom.generation-leaf.v1";
  private static final Set<String> MEMBERS = Set.of("format", "dataset", "runs");

  GenerationLeaf {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.size() > MAX_RUNS) {
      throw new IllegalArgumentException("a leaf has 1 to " + MAX_RUNS + " runs");
    }
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).key().compareTo(entries.get(i).key()) >= 0) {
        throw new IllegalArgumentException("the runs are not in the order of their keys");
      }
    }
  }

  String from() {
    return entries.get(0).key();
  }

  String last() {
    return entries.get(entries.size() - 1).key();
  }

  Optional<GenerationEntry> find(String key) {
    return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("dataset", dataset.path())
        .putObjects("runs", entries.stream().map(GenerationEntry::toJson).toList())
        .build();
  }

  static GenerationLeaf fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    return new GenerationLeaf(
        DatasetRef.parse(json.string("dataset")),
        json.objects("runs").stream().map(GenerationEntry::fromJson).toList());
  }
}
