package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that a deletion plan does away with, and why.
 *
 * @param why why it goes
 * @param run whose it is
 * @param dataset the dataset of a file or of an expired run; empty for the keys of a run
 * @param partition the partition of a file; empty where it is not known
 * @param object the key of the object to delete; empty for an expired run, which is only taken out
 *     of what is published
 * @param bytes the object's length; 0 where there is no object
 */
public record DeletionItem(
    Why why,
    RunId run,
    Optional<DatasetRef> dataset,
    SortedMap<String, String> partition,
    Optional<String> object,
    long bytes) {

  /** Why something goes. */
  public enum Why {
    /** The live run is older than its dataset keeps runs: it is taken out of what is published. */
    EXPIRED,
    /** A file that no publication names which can still be read, nor any later one can name. */
    UNNAMED,
    /** The keys of a run of which no file remains. */
    KEYS_OF_NOTHING,
    /** A file of an aborted run. */
    ABORTED,
    /** A file in the folder of a committed run that its manifest does not name. */
    NOT_IN_MANIFEST
  }

  private static final Set<String> MEMBERS = Set.of("why", "run");
  private static final Set<String> OPTIONAL = Set.of("dataset", "partition", "object", "bytes");

  /**
   * Checks the components and copies the partition.
   *
   * @throws IllegalArgumentException when they do not fit each other
   */
  public DeletionItem {
    Objects.requireNonNull(run, "run");
    partition = Collections.unmodifiableSortedMap(new TreeMap<>(partition));
    ControlJson.requireCount("bytes", bytes);
    object.ifPresent(key -> ControlJson.requireText("object", key));
    if (object.isPresent() == (why == Why.EXPIRED)
        || dataset.isPresent() == (why == Why.KEYS_OF_NOTHING)
        || (object.isEmpty() && bytes > 0)) {
      throw new IllegalArgumentException("an item of " + why + " has other members");
    }
  }

  static DeletionItem expired(RunId run, DatasetRef dataset) {
    return new DeletionItem(
        Why.EXPIRED, run, Optional.of(dataset), new TreeMap<>(), Optional.empty(), 0);
  }

  static DeletionItem keys(RunId run, String key, long bytes) {
    return new DeletionItem(
        Why.KEYS_OF_NOTHING, run, Optional.empty(), new TreeMap<>(), Optional.of(key), bytes);
  }

  static DeletionItem file(
      Why why,
      RunId run,
      DatasetRef dataset,
      SortedMap<String, String> partition,
      String key,
      long bytes) {
    return new DeletionItem(why, run, Optional.of(dataset), partition, Optional.of(key), bytes);
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("why", why.name())
            .put("run", run.value())
            .putIfPresent("dataset", dataset.map(DatasetRef::path))
            .putIfPresent("object", object);
    if (!partition.isEmpty()) {
      json.put("partition", ControlJson.strings(partition));
    }
    if (object.isPresent()) {
      json.put("bytes", bytes);
    }
    return json.build();
  }

  static DeletionItem fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new DeletionItem(
        Why.valueOf(json.string("why")),
        new RunId(json.string("run")),
        json.optionalString("dataset").map(DatasetRef::parse),
        json.has("partition") ? ControlJson.strings(json.object("partition")) : new TreeMap<>(),
        json.optionalString("object"),
        json.has("bytes") ? json.integer("bytes") : 0);
  }
}
