package io.strongroom.storage.schema;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The schemas that the datasets of a pipeline have had, each with the verdict about its change.
 *
 * <p>Registering is one create-if-absent of the next number: of racing callers one is first, and
 * the others compare anew with what it registered. Nothing is ever changed or deleted. Every
 * reading checks numbers and digests, and what is decided is decided by comparing the fields anew.
 * Who can write to the store can still add a schema, which no run uses before a signed manifest
 * names it.
 *
 * <p>Safe for use by several threads and processes. Every method throws {@link StorageException}
 * {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer, and {@link
 * StorageErrorCode#SCHEMA_HISTORY_INVALID}, naming the object, when what it reads is damaged.
 */
public final class SchemaHistory {
  private static final int ROUNDS = 20;

  private final ObjectStore store;
  private final ControlPaths paths;

  /**
   * The schemas of a pipeline's datasets.
   *
   * @param store where the control objects are
   * @param pipeline whose datasets they are
   */
  public SchemaHistory(ObjectStore store, PipelineRef pipeline) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
  }

  /** All schemas of a dataset, the oldest first. */
  public List<RegisteredSchema> all(DatasetRef dataset) {
    List<RegisteredSchema> found = new ArrayList<>();
    while (true) {
      String key = paths.schema(dataset, found.size() + 1L);
      Optional<RegisteredSchema> next =
          ControlObjects.get(store, key, StorageErrorCode.SCHEMA_HISTORY_INVALID)
              .map(object -> parse(key, object.content()));
      if (next.isEmpty()) {
        return List.copyOf(found);
      }
      requireNext(key, dataset, found, next.get());
      found.add(next.get());
    }
  }

  /** The newest schema of a dataset; empty before the first. */
  public Optional<RegisteredSchema> newest(DatasetRef dataset) {
    List<RegisteredSchema> all = all(dataset);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** The last schema of a dataset that has this fingerprint. */
  public Optional<RegisteredSchema> find(DatasetRef dataset, String fingerprint) {
    return all(dataset).stream()
        .filter(one -> one.schema().fingerprint().equals(fingerprint))
        .reduce((first, second) -> second);
  }

  /**
   * Tells what registering a schema would mean, and registers nothing.
   *
   * @param dataset the dataset
   * @param schema the schema to come
   * @return the change since the newest schema; nothing where there is none
   */
  public SchemaChange compare(DatasetRef dataset, DatasetSchema schema) {
    return newest(dataset)
        .map(newest -> SchemaChange.between(newest.schema(), schema))
        .orElseGet(() -> new SchemaChange(Verdict.IDENTICAL, List.of()));
  }

  /**
   * Registers the schema under which runs write from now on. Registering what is the newest does
   * nothing more.
   *
   * @param spec the dataset
   * @param schema its fields
   * @param actor who decided; never empty
   * @param reason why; never empty
   * @param at when
   * @return the schema as it stands in the history
   * @throws StorageException {@link StorageErrorCode#SCHEMA_BREAKING} naming every field, when the
   *     change is breaking and the version stays, or the version is one that an older schema had;
   *     as {@link DatasetSchema#requireAllowedIn}; {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN}
   *     when others kept registering, or a write could not be settled by reading. Nothing is
   *     registered then, except perhaps in the last case
   */
  public RegisteredSchema register(
      DatasetSpec spec, DatasetSchema schema, String actor, String reason, Instant at) {
    schema.requireAllowedIn(spec);
    for (int round = 0; round < ROUNDS; round++) {
      List<RegisteredSchema> all = all(spec.ref());
      Optional<RegisteredSchema> newest =
          all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
      if (newest.isPresent() && newest.get().schema().equals(schema)) {
        return newest.get();
      }
      SchemaChange change =
          newest
              .map(before -> SchemaChange.between(before.schema(), schema))
              .orElseGet(() -> new SchemaChange(Verdict.IDENTICAL, List.of()));
      newest.ifPresent(before -> requireVersion(all, before, schema, change, spec.ref()));
      RegisteredSchema mine =
          new RegisteredSchema(
              spec.ref(),
              all.size() + 1L,
              schema,
              change,
              newest.map(RegisteredSchema::digest),
              actor,
              reason,
              at,
              "");
      byte[] content = mine.toJson().canonicalBytes();
      String key = paths.schema(spec.ref(), mine.number());
      if (Arrays.equals(ControlObjects.first(store, key, content), content)) {
        return parse(key, content);
      }
    }
    throw new StorageException(
        StorageErrorCode.WRITE_OUTCOME_UNKNOWN,
        "others kept registering schemas of dataset " + spec.ref());
  }

  /**
   * What stands against publishing files of a dataset: that their schema is not registered under
   * the dataset's version, cannot be read together with the newest one, or lays open what is
   * personal.
   *
   * @param spec the dataset as the run wrote it
   * @param fingerprint of the schema that its files have
   * @return in words; empty when nothing does
   */
  public Optional<String> obstacle(DatasetSpec spec, String fingerprint) {
    List<RegisteredSchema> all = all(spec.ref());
    Optional<DatasetSchema> schema =
        all.stream()
            .map(RegisteredSchema::schema)
            .filter(one -> one.version().equals(spec.schemaVersion()))
            .filter(one -> one.fingerprint().equals(fingerprint))
            .findFirst();
    if (schema.isEmpty()) {
      return Optional.of(
          "its schema is not registered for version "
              + spec.schemaVersion()
              + " of dataset "
              + spec.ref());
    }
    DatasetSchema newest = all.get(all.size() - 1).schema();
    SchemaChange change = SchemaChange.between(schema.get(), newest);
    if (change.verdict() == Verdict.BREAKING) {
      return Optional.of(
          "version "
              + newest.version()
              + " of dataset "
              + spec.ref()
              + " broke with its schema: "
              + change.breaking());
    }
    return schema.get().exposure(spec);
  }

  private static void requireVersion(
      List<RegisteredSchema> all,
      RegisteredSchema newest,
      DatasetSchema schema,
      SchemaChange change,
      DatasetRef dataset) {
    if (newest.schema().version().equals(schema.version())) {
      if (change.verdict() == Verdict.BREAKING) {
        throw new StorageException(
            StorageErrorCode.SCHEMA_BREAKING,
            "version " + schema.version() + " of dataset " + dataset + ": " + change.breaking());
      }
    } else if (all.stream().anyMatch(one -> one.schema().version().equals(schema.version()))) {
      throw new StorageException(
          StorageErrorCode.SCHEMA_BREAKING,
          "version "
              + schema.version()
              + " of dataset "
              + dataset
              + " was followed by version "
              + newest.schema().version());
    }
  }

  private static RegisteredSchema parse(String key, byte[] content) {
    return ControlObjects.parse(
        key,
        content,
        StorageErrorCode.SCHEMA_HISTORY_INVALID,
        ControlObjects.canonical(
            json -> RegisteredSchema.fromJson(json, ControlJson.sha256(content))));
  }

  private static void requireNext(
      String key, DatasetRef dataset, List<RegisteredSchema> before, RegisteredSchema next) {
    Optional<RegisteredSchema> last =
        before.isEmpty() ? Optional.empty() : Optional.of(before.get(before.size() - 1));
    boolean own =
        next.dataset().equals(dataset)
            && next.number() == before.size() + 1L
            && next.previous().equals(last.map(RegisteredSchema::digest));
    if (!own) {
      throw new StorageException(
          StorageErrorCode.SCHEMA_HISTORY_INVALID,
          "object " + key + " does not follow from the schema before it");
    }
  }
}
