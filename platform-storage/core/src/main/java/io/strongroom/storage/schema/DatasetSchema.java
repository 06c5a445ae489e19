package io.strongroom.storage.schema;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a dataset's records. Immutable.
 *
 * <p>Two schemas are the same when their {@link #fingerprint} is. The version is the name under
 * which people and paths speak of it: under one version, schemas change only in ways by which
 * everything written before stays readable.
 *
 * @param version {@code [A-Za-z0-9][A-Za-z0-9._-]{0,31}}, that of the {@link DatasetSpec}
 * @param fields at least one, in the order in which they stand in a file; no two names are equal
 *     but for the case of their letters, which SQL does not tell apart
 */
public record DatasetSchema(String version, List<SchemaField> fields) {

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException naming the field
   */
  public DatasetSchema {
    DatasetSpec.requireVersion(version);
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a schema has at least one field");
    }
    Set<String> seen = new HashSet<>();
    for (SchemaField field : fields) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two fields are named '" + field.name() + "'");
      }
    }
  }

  /** A schema of these fields. */
  public static DatasetSchema of(String version, SchemaField... fields) {
    return new DatasetSchema(version, List.of(fields));
  }

  /** The field of a name. */
  public Optional<SchemaField> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /**
   * Tells this schema from any other: hexadecimal SHA-256 of the canonical JSON (RFC 8785) of
   * {@code {"fields":[...]}}, FORMAT.md, section Schema. The version does not count.
   */
  public String fingerprint() {
    return ControlJson.sha256(
        JsonObject.builder()
            .putObjects("fields", fields.stream().map(SchemaField::toJson).toList())
            .build()
            .canonicalBytes());
  }

  /**
   * Refuses a dataset in which this schema would lay open what is personal or secret: in clear, in
   * files that are not encrypted, or in a gold dataset.
   *
   * @param spec the dataset
   * @throws StorageException {@link StorageErrorCode#SCHEMA_EXPOSES} naming the fields; {@link
   *     StorageErrorCode#DATASET_SCHEMA_REFUSED} when the dataset's version is another
   */
  public void requireAllowedIn(DatasetSpec spec) {
    if (!spec.schemaVersion().equals(version)) {
      throw new StorageException(
          StorageErrorCode.DATASET_SCHEMA_REFUSED,
          "dataset " + spec.ref() + " has version " + spec.schemaVersion() + ", not " + version);
    }
    Optional<String> exposure = exposure(spec);
    if (exposure.isPresent()) {
      throw new StorageException(StorageErrorCode.SCHEMA_EXPOSES, exposure.get());
    }
  }

  /** What a dataset of this schema would lay open, in words. */
  Optional<String> exposure(DatasetSpec spec) {
    boolean open = spec.protection() == Protection.ENGINE_READABLE;
    List<String> exposed =
        fields.stream().filter(SchemaField::exposes).map(SchemaField::name).toList();
    if (exposed.isEmpty() || !(open || spec.ref().layer() == Layer.GOLD)) {
      return Optional.empty();
    }
    return Optional.of(
        "dataset "
            + spec.ref()
            + (open ? ", whose files are not encrypted," : "")
            + " has personal or secret fields in clear: "
            + String.join(", ", exposed));
  }

  /**
   * The fields that must leave no smallest or largest value and no bloom filter in a file: in a
   * clear footer those of class sensitive and above, whatever their form.
   *
   * @param protection of the file
   */
  public List<String> fieldsWithoutStatistics(Protection protection) {
    return protection == Protection.SEALED
        ? List.of()
        : fields.stream()
            .filter(field -> field.classification().compareTo(Classification.SENSITIVE) >= 0)
            .map(SchemaField::name)
            .toList();
  }
}
