package io.strongroom.storage.schema;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A schema in the history of a dataset.
 *
 * @param dataset whose schema it is
 * @param number its place in the history, from 1
 * @param schema the schema
 * @param change what changed since the one before; of the first, nothing
 * @param previous digest of the stored schema before; empty for the first
 * @param actor who registered it; never empty
 * @param reason why; never empty
 * @param at when
 * @param digest hexadecimal SHA-256 of the stored bytes
 */
public record RegisteredSchema(
    DatasetRef dataset,
    long number,
    DatasetSchema schema,
    SchemaChange change,
    Optional<String> previous,
    String actor,
    String reason,
    Instant at,
    String digest) {

  private static final String FORMAT = "strongroom.schema.v1";
  private static final Set<String> MEMBERS =
      Set.of(
          "format",
          "dataset",
          "number",
          "version",
          "fields",
          "fingerprint",
          "verdict",
          "findings",
          "actor",
          "reason",
          "at");
  private static final Set<String> OPTIONAL = Set.of("previous");

  /** Checks the components. */
  public RegisteredSchema {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(change, "change");
    Objects.requireNonNull(at, "at");
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    if (number < 1 || previous.isPresent() != number > 1) {
      throw new IllegalArgumentException("every schema but the first has a previous one");
    }
    previous.ifPresent(before -> ControlJson.requireDigest("previous", before));
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("dataset", dataset.path())
        .put("number", number)
        .put("version", schema.version())
        .putObjects("fields", schema.fields().stream().map(SchemaField::toJson).toList())
        .put("fingerprint", schema.fingerprint())
        .put("verdict", change.verdict().name())
        .putObjects("findings", change.findings().stream().map(SchemaFinding::toJson).toList())
        .putIfPresent("previous", previous)
        .put("actor", actor)
        .put("reason", reason)
        .put("at", at.toString())
        .build();
  }

  static RegisteredSchema fromJson(JsonObject json, String digest) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    DatasetSchema schema =
        new DatasetSchema(
            json.string("version"),
            json.objects("fields").stream().map(SchemaField::fromJson).toList());
    if (!schema.fingerprint().equals(json.string("fingerprint"))) {
      throw new IllegalArgumentException("the fingerprint is not that of the fields");
    }
    return new RegisteredSchema(
        DatasetRef.parse(json.string("dataset")),
        json.integer("number"),
        schema,
        new SchemaChange(
            Verdict.valueOf(json.string("verdict")),
            json.objects("findings").stream().map(SchemaFinding::fromJson).toList()),
        json.optionalString("previous"),
        json.string("actor"),
        json.string("reason"),
        ControlJson.instant(json, "at"),
        digest);
  }
}
