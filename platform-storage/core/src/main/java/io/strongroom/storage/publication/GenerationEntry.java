package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Objects;
import java.util.Set;

/**
 * A live run of a dataset.
 *
 * @param key the id of its run key
 * @param run the run
 * @param manifest the digest of its manifest
 * @param seq the publication that made it live
 */
record GenerationEntry(String key, RunId run, String manifest, long seq) {
  private static final Set<String> MEMBERS = Set.of("key", "run", "manifest", "seq");

  GenerationEntry {
    ControlJson.requireDigest("key", key);
    Objects.requireNonNull(run, "run");
    ControlJson.requireDigest("manifest", manifest);
    if (seq < 1) {
      throw new IllegalArgumentException("seq is less than 1");
    }
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("key", key)
        .put("run", run.value())
        .put("manifest", manifest)
        .put("seq", seq)
        .build();
  }

  static GenerationEntry fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    return new GenerationEntry(
        json.string("key"),
        new RunId(json.string("run")),
        json.string("manifest"),
        json.integer("seq"));
  }
}
