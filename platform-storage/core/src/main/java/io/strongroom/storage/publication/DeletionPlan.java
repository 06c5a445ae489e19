package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody wants to delete, stored before anything is deleted. Its digest is what approvers
 * sign and what the audit log and the publication of a retirement name. The items stand in parts of
 * at most {@value #MAX_ITEMS}.
 *
 * @param kind what it is part of
 * @param pipeline whose data it is about
 * @param base digest of the newest publication when it was made; empty when there was none
 * @param floor of a retention: number of the oldest publication that stays readable, from 1; 1 for
 *     a sweep
 * @param parts the parts in their order; unmodifiable
 * @param objects how many objects go
 * @param bytes how many bytes they have
 * @param expired how many entries of live runs are taken out of what is published
 * @param held how many items were left out because of a legal hold
 * @param actor who made it; never empty
 * @param reason why; never empty
 * @param at when
 * @param digest hexadecimal SHA-256 of the stored bytes; empty in a draft
 */
public record DeletionPlan(
    Kind kind,
    PipelineRef pipeline,
    Optional<String> base,
    long floor,
    List<Part> parts,
    long objects,
    long bytes,
    long expired,
    long held,
    String actor,
    String reason,
    Instant at,
    String digest) {

  static final int MAX_ITEMS = 1000;

  /** What deletes. */
  public enum Kind {
    /** Data that is older than its dataset keeps it. */
    RETENTION,
    /** What dead runs and lost attempts have left. */
    SWEEP
  }

  /**
   * Some of the items.
   *
   * @param digest of the object that holds them
   * @param items how many, 1 to {@value #MAX_ITEMS}
   */
  public record Part(String digest, int items) {
    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException naming the one that is not acceptable
     */
    public Part {
      ControlJson.requireDigest("digest", digest);
      if (items < 1 || items > MAX_ITEMS) {
        throw new IllegalArgumentException("a part has another number of items than it may");
      }
    }
  }

  private static final String FORMAT = "strongroom.deletion.v1";
  private static final Set<String> MEMBERS =
      Set.of(
          "format",
          "kind",
          "pipeline",
          "floor",
          "parts",
          "objects",
          "bytes",
          "expired",
          "held",
          "actor",
          "reason",
          "at");
  private static final Set<String> OPTIONAL = Set.of("base");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException naming the one that is not acceptable
   */
  public DeletionPlan {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(pipeline, "pipeline");
    base.ifPresent(publication -> ControlJson.requireDigest("base", publication));
    parts = List.copyOf(parts);
    if (floor < 1 || (kind == Kind.SWEEP && (floor > 1 || expired > 0))) {
      throw new IllegalArgumentException("a sweep has no floor and takes no run out");
    }
    ControlJson.requireCount("floor", floor);
    ControlJson.requireCount("objects", objects);
    ControlJson.requireCount("bytes", bytes);
    ControlJson.requireCount("expired", expired);
    ControlJson.requireCount("held", held);
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    Objects.requireNonNull(at, "at");
    if (!digest.isEmpty()) {
      ControlJson.requireDigest("digest", digest);
    }
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return objects == 0 && expired == 0;
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("kind", kind.name())
        .put("pipeline", pipeline.path())
        .putIfPresent("base", base)
        .put("floor", floor)
        .putObjects(
            "parts",
            parts.stream()
                .map(
                    part ->
                        JsonObject.builder()
                            .put("digest", part.digest())
                            .put("items", part.items())
                            .build())
                .toList())
        .put("objects", objects)
        .put("bytes", bytes)
        .put("expired", expired)
        .put("held", held)
        .put("actor", actor)
        .put("reason", reason)
        .put("at", at.toString())
        .build();
  }

  static DeletionPlan fromJson(JsonObject json, String digest) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new DeletionPlan(
        Kind.valueOf(json.string("kind")),
        PipelineRef.parse(json.string("pipeline")),
        json.optionalString("base"),
        json.integer("floor"),
        json.objects("parts").stream().map(DeletionPlan::part).toList(),
        json.integer("objects"),
        json.integer("bytes"),
        json.integer("expired"),
        json.integer("held"),
        json.string("actor"),
        json.string("reason"),
        ControlJson.instant(json, "at"),
        digest);
  }

  private static Part part(JsonObject json) {
    ControlJson.requireMembers(json, Set.of("digest", "items"), Set.of());
    return new Part(json.string("digest"), Math.toIntExact(json.integer("items")));
  }
}
