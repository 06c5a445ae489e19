package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run wrote into one dataset.
 *
 * @param spec the dataset
 * @param keyId the name of its data key, {@link RunKeys#keyId}
 * @param keyCommitment commitment to its data key, {@link RunKeys#commitment}
 * @param classCommitments commitments to the data keys of its other key classes; unmodifiable
 * @param files in the order of their paths; unmodifiable; may be empty
 */
public record DatasetOutput(
    DatasetSpec spec,
    String keyId,
    String keyCommitment,
    SortedMap<KeyClass, String> classCommitments,
    List<DataFile> files) {

  private static final String KEY_CLASSES = "keyClasses";

  private static final Set<String> MEMBERS =
      Set.of(
          "dataset",
          "mode",
          "protection",
          "conflicts",
          "schemaVersion",
          "keyId",
          "keyCommitment",
          "files");

  /**
   * Checks the components and sorts the files.
   *
   * @throws IllegalArgumentException when a commitment is not 64 hexadecimal digits, those of the
   *     classes are not of the classes of the dataset, or a file lies outside the dataset's path or
   *     is named twice
   */
  public DatasetOutput {
    Objects.requireNonNull(spec, "spec");
    ControlJson.requireText("keyId", keyId);
    ControlJson.requireDigest("keyCommitment", keyCommitment);
    classCommitments = Collections.unmodifiableSortedMap(new TreeMap<>(classCommitments));
    classCommitments.values().forEach(value -> ControlJson.requireDigest(KEY_CLASSES, value));
    if (!classCommitments.keySet().equals(spec.keyClasses())) {
      throw new IllegalArgumentException(
          "the commitments are not to the keys of the classes of dataset " + spec.ref().path());
    }
    files = files.stream().sorted(Comparator.comparing(DataFile::path)).toList();
    String folder = spec.ref().path() + "/";
    Set<String> seen = new HashSet<>();
    for (DataFile file : files) {
      if (!file.path().startsWith(folder)) {
        throw new IllegalArgumentException(
            "file '" + file.path() + "' lies outside of dataset " + spec.ref().path());
      }
      if (!seen.add(file.path())) {
        throw new IllegalArgumentException("file '" + file.path() + "' is named twice");
      }
    }
  }

  /** What was written into a dataset whose columns are all under one key. */
  public DatasetOutput(DatasetSpec spec, String keyId, String keyCommitment, List<DataFile> files) {
    this(spec, keyId, keyCommitment, Collections.emptySortedMap(), files);
  }

  /** The sum of the files' rows. */
  public long rows() {
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  /**
   * The members {@code dataset mode protection conflicts schemaVersion keyId keyCommitment files},
   * and {@code keyClasses} where there are some.
   */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    if (!classCommitments.isEmpty()) {
      SortedMap<String, String> commitments = new TreeMap<>();
      classCommitments.forEach((name, commitment) -> commitments.put(name.name(), commitment));
      json.put(KEY_CLASSES, ControlJson.strings(commitments));
    }
    return json.put("dataset", spec.ref().path())
        .put("mode", spec.mode().name())
        .put("protection", spec.protection().name())
        .put("conflicts", spec.conflicts().name())
        .put("schemaVersion", spec.schemaVersion())
        .put("keyId", keyId)
        .put("keyCommitment", keyCommitment)
        .putObjects("files", files.stream().map(DataFile::toJson).toList())
        .build();
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws io.strongroom.base.JsonException naming a member that is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static DatasetOutput fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, Set.of(KEY_CLASSES));
    SortedMap<KeyClass, String> classes = new TreeMap<>();
    if (json.has(KEY_CLASSES)) {
      ControlJson.strings(json.object(KEY_CLASSES))
          .forEach((name, commitment) -> classes.put(new KeyClass(name), commitment));
      if (classes.isEmpty()) {
        throw new IllegalArgumentException("member " + KEY_CLASSES + " is empty");
      }
    }
    DatasetSpec spec =
        new DatasetSpec(
            DatasetRef.parse(json.string("dataset")),
            DatasetMode.valueOf(json.string("mode")),
            Protection.valueOf(json.string("protection")),
            ConflictRule.valueOf(json.string("conflicts")),
            json.string("schemaVersion"));
    return new DatasetOutput(
        spec.withKeyClasses(classes.keySet()),
        json.string("keyId"),
        json.string("keyCommitment"),
        classes,
        json.objects("files").stream().map(DataFile::fromJson).toList());
  }
}
