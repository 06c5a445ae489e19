package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says that nothing of a run, a dataset or a partition may be deleted. What is stated must all
 * hold: a hold with a run and a dataset is about what that run wrote into that dataset.
 *
 * @param id names it, {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}
 * @param run the run that it is about; empty for all
 * @param dataset the dataset that it is about; empty for all, only with a run
 * @param partition names and values of partition columns that a file must have; empty for all, only
 *     with a dataset; unmodifiable
 * @param actor who placed it; never empty
 * @param reason why; never empty
 * @param at when
 */
public record LegalHold(
    String id,
    Optional<RunId> run,
    Optional<DatasetRef> dataset,
    SortedMap<String, String> partition,
    String actor,
    String reason,
    Instant at) {

  private static final Set<String> MEMBERS =
      Set.of("format", "pipeline", "id", "actor", "reason", "at", "intent");
  private static final Set<String> OPTIONAL = Set.of("run", "dataset", "partition");
  static final String FORMAT = "strongroom.hold.v1";

  /**
   * Checks the components and copies the partition.
   *
   * @throws IllegalArgumentException naming the one that is not acceptable
   */
  public LegalHold {
    new RunId(id); // The two have one form.
    partition = Collections.unmodifiableSortedMap(new TreeMap<>(partition));
    if (run.isEmpty() && dataset.isEmpty()) {
      throw new IllegalArgumentException("a hold is about a run or a dataset");
    }
    if (dataset.isEmpty() && !partition.isEmpty()) {
      throw new IllegalArgumentException("a hold of a partition names its dataset");
    }
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    Objects.requireNonNull(at, "at");
  }

  /**
   * Whether it keeps something from being deleted. In doubt it does: where a dataset or partition
   * is not known, every one is possible.
   *
   * @param item what is about to go
   */
  public boolean covers(DeletionItem item) {
    if (run.isPresent() && !run.get().equals(item.run())) {
      return false;
    }
    if (dataset.isPresent() && item.dataset().isPresent() && !dataset.equals(item.dataset())) {
      return false;
    }
    return partition.isEmpty()
        || item.partition().isEmpty()
        || item.partition().entrySet().containsAll(partition.entrySet());
  }

  /** The same but for when it was placed. */
  boolean says(LegalHold other) {
    return equals(
        new LegalHold(
            other.id, other.run, other.dataset, other.partition, other.actor, other.reason, at));
  }

  /** What an intent to place it is about. */
  String subject(String pipeline) {
    return ControlJson.sha256(
        scope(JsonObject.builder().put("pipeline", pipeline).put("id", id).put("at", at.toString()))
            .build()
            .canonicalBytes());
  }

  JsonObject toJson(String pipeline, JsonObject intent) {
    return scope(JsonObject.builder())
        .put("format", FORMAT)
        .put("pipeline", pipeline)
        .put("id", id)
        .put("actor", actor)
        .put("reason", reason)
        .put("at", at.toString())
        .put("intent", intent)
        .build();
  }

  private JsonObject.Builder scope(JsonObject.Builder json) {
    json.putIfPresent("run", run.map(RunId::value))
        .putIfPresent("dataset", dataset.map(DatasetRef::path));
    if (!partition.isEmpty()) {
      json.put("partition", ControlJson.strings(partition));
    }
    return json;
  }

  static LegalHold fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new LegalHold(
        json.string("id"),
        json.optionalString("run").map(RunId::new),
        json.optionalString("dataset").map(DatasetRef::parse),
        json.has("partition") ? ControlJson.strings(json.object("partition")) : new TreeMap<>(),
        json.string("actor"),
        json.string("reason"),
        ControlJson.instant(json, "at"));
  }
}
