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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a run wrote into one dataset.
 *
 * @param spec the dataset
 * @param keyId the name of its data key, {@link RunKeys#keyId}
 * @param keyCommitment commitment to its data key, {@link RunKeys#commitment}
 * @param classCommitments commitments to the data keys of its other key classes; unmodifiable
 * @param files in the order of their paths; unmodifiable; may be empty
 * @param schema fingerprint of the schema that all the files have, {@link
 *     io.strongroom.storage.schema.DatasetSchema#fingerprint}; empty when the run does not say
 * @param layout how rows are cut into groups and pages of the files, for engines that do not read
 *     every layout; empty when the run does not say
 */
public record DatasetOutput(
    DatasetSpec spec,
    String keyId,
    String keyCommitment,
    SortedMap<KeyClass, String> classCommitments,
    List<DataFile> files,
    Optional<String> schema,
    Optional<String> layout) {

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
  private static final Set<String> OPTIONAL = Set.of(KEY_CLASSES, "schema", "layout");
  private static final Pattern LAYOUT = Pattern.compile("[A-Z][A-Z0-9_]{0,31}");

  /**
   * Checks the components and sorts the files.
   *
   * @throws IllegalArgumentException when a commitment or the schema are not 64 hexadecimal digits,
   *     the commitments of the classes are not of the classes of the dataset, the layout is not of
   *     the form {@code [A-Z][A-Z0-9_]{0,31}}, or a file lies outside the dataset's path or is
   *     named twice
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
    schema.ifPresent(fingerprint -> ControlJson.requireDigest("schema", fingerprint));
    if (layout.isPresent() && !LAYOUT.matcher(layout.get()).matches()) {
      throw new IllegalArgumentException("layout is not of the form " + LAYOUT.pattern());
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

  /** An output that says nothing about the form of its files. */
  public DatasetOutput(
      DatasetSpec spec,
      String keyId,
      String keyCommitment,
      SortedMap<KeyClass, String> classCommitments,
      List<DataFile> files) {
    this(spec, keyId, keyCommitment, classCommitments, files, Optional.empty(), Optional.empty());
  }

  /**
   * The same output that says which schema its files have; a promotion then checks that it is
   * registered, {@link io.strongroom.storage.schema.SchemaHistory}.
   *
   * @param fingerprint the schema's
   */
  public DatasetOutput withSchema(String fingerprint) {
    return new DatasetOutput(
        spec, keyId, keyCommitment, classCommitments, files, Optional.of(fingerprint), layout);
  }

  /**
   * The same output that says how its files are laid out.
   *
   * @param name such as that of a {@code ParquetLayout}
   */
  public DatasetOutput withLayout(String name) {
    return new DatasetOutput(
        spec, keyId, keyCommitment, classCommitments, files, schema, Optional.of(name));
  }

  /** The sum of the files' rows. */
  public long rows() {
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  /**
   * The members {@code dataset mode protection conflicts schemaVersion keyId keyCommitment files
   * keyClasses? schema? layout?}.
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
        .putIfPresent("schema", schema)
        .putIfPresent("layout", layout)
        .build();
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws io.strongroom.base.JsonException naming a member that is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static DatasetOutput fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
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
        json.objects("files").stream().map(DataFile::fromJson).toList(),
        json.optionalString("schema"),
        json.optionalString("layout"));
  }
}
