package io.strongroom.storage.run;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who wants which run, and what it starts from. Storing it claims the run id.
 *
 * @param runId the try
 * @param pipeline whose run it is
 * @param key what it is for
 * @param parameters its settings by name; unmodifiable, sorted
 * @param base digest of the newest publication of the pipeline when the run started; empty when
 *     there was none
 * @param supersedes the live run that it declares to replace
 * @param actor who asked for it; never empty
 * @param reason why; never empty
 * @param requestedAt when
 */
public record RunRequest(
    RunId runId,
    PipelineRef pipeline,
    RunKey key,
    Map<String, String> parameters,
    Optional<String> base,
    Optional<RunId> supersedes,
    String actor,
    String reason,
    Instant requestedAt) {

  private static final String TRY_FORMAT = "strongroom.try.v1";
  private static final String FORMAT = "strongroom.request.v1";
  private static final Set<String> MEMBERS =
      Set.of("format", "run", "pipeline", "key", "parameters", "actor", "reason", "requestedAt");
  private static final Set<String> OPTIONAL = Set.of("base", "supersedes");

  /**
   * Checks the components and copies the parameters.
   *
   * @throws IllegalArgumentException naming the component that is not acceptable
   */
  public RunRequest {
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(requestedAt, "requestedAt");
    if (!key.pipeline().equals(pipeline.path())) {
      throw new IllegalArgumentException(
          "the key of run " + runId + " is of another pipeline than " + pipeline);
    }
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    base.ifPresent(digest -> ControlJson.requireDigest("base", digest));
    if (supersedes.isPresent() && supersedes.get().equals(runId)) {
      throw new IllegalArgumentException("run " + runId + " cannot supersede itself");
    }
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
  }

  /**
   * Reads a stored request.
   *
   * @param stored the stored bytes
   * @throws io.strongroom.base.JsonException when the bytes are not canonical or a member is
   *     missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static RunRequest parse(byte[] stored) {
    return fromJson(JsonValue.parseCanonicalObject(stored));
  }

  /** The stored mark of this try of its run key. */
  public byte[] mark() {
    return JsonObject.builder()
        .put("format", TRY_FORMAT)
        .put("key", key.id())
        .put("run", runId.value())
        .build()
        .canonicalBytes();
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("run", runId.value())
        .put("pipeline", pipeline.path())
        .put("key", key.toJson())
        .put("parameters", ControlJson.strings(parameters))
        .putIfPresent("base", base)
        .putIfPresent("supersedes", supersedes.map(RunId::value))
        .put("actor", actor)
        .put("reason", reason)
        .put("requestedAt", requestedAt.toString())
        .build();
  }

  private static RunRequest fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new RunRequest(
        new RunId(json.string("run")),
        PipelineRef.parse(json.string("pipeline")),
        RunKey.fromJson(json.object("key")),
        ControlJson.strings(json.object("parameters")),
        json.optionalString("base"),
        json.optionalString("supersedes").map(RunId::new),
        json.string("actor"),
        json.string("reason"),
        ControlJson.instant(json, "requestedAt"));
  }
}
