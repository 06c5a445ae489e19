package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What somebody is about to publish, to delete, to hold or to release.
 *
 * @param id 64 hexadecimal digits; a digest over pipeline, kind, run or rollback, previous
 *     publication, actor and reason, so that the same step tried again by the same actor has the
 *     same id, and a publication cannot name another actor than its intent
 * @param pipeline whose outputs change
 * @param kind {@code PROMOTE}, {@code ROLLBACK}, {@code RETIRE}, {@code SWEEP}, {@code HOLD} or
 *     {@code RELEASE}
 * @param run the run to promote; empty for a rollback
 * @param previous digest of the publication that it would follow; empty for the first
 * @param actor who decided; never empty
 * @param reason why; never empty; that of a rollback begins with its id and where it goes
 * @param at when
 */
public record Intent(
    String id,
    PipelineRef pipeline,
    String kind,
    Optional<RunId> run,
    Optional<String> previous,
    String actor,
    String reason,
    Instant at) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException naming the one that is not acceptable
   */
  public Intent {
    ControlJson.requireDigest("id", id);
    Objects.requireNonNull(pipeline, "pipeline");
    ControlJson.requireText("kind", kind);
    Objects.requireNonNull(run, "run");
    previous.ifPresent(digest -> ControlJson.requireDigest("previous", digest));
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    Objects.requireNonNull(at, "at");
  }

  /** The id of promoting a run after a publication. */
  static String promotion(
      PipelineRef pipeline, RunId run, Optional<String> previous, String actor, String reason) {
    return id(
        JsonObject.builder().put("run", run.value()),
        Publication.Kind.PROMOTE,
        pipeline,
        previous,
        actor,
        reason);
  }

  /** The id of rolling back after a publication. */
  static String rollback(
      PipelineRef pipeline,
      String rollbackId,
      long toSeq,
      Optional<String> previous,
      String actor,
      String reason) {
    return id(
        JsonObject.builder().put("rollback", rollbackId).put("to", toSeq),
        Publication.Kind.ROLLBACK,
        pipeline,
        previous,
        actor,
        reason);
  }

  /** The id of retiring what a plan names after a publication. */
  static String retirement(
      PipelineRef pipeline, String plan, Optional<String> previous, String actor, String reason) {
    return id(
        JsonObject.builder().put("plan", plan),
        Publication.Kind.RETIRE,
        pipeline,
        previous,
        actor,
        reason);
  }

  /** An intent that is no publication: its id is that of what it announces. */
  static Intent of(
      String kind,
      String subject,
      PipelineRef pipeline,
      Optional<RunId> run,
      String actor,
      String reason,
      Instant at) {
    String id =
        ControlJson.sha256(
            JsonObject.builder()
                .put("subject", subject)
                .put("kind", kind)
                .put("pipeline", pipeline.path())
                .put("actor", actor)
                .put("reason", reason)
                .build()
                .canonicalBytes());
    return new Intent(id, pipeline, kind, run, Optional.empty(), actor, reason, at);
  }

  private static String id(
      JsonObject.Builder subject,
      Publication.Kind kind,
      PipelineRef pipeline,
      Optional<String> previous,
      String actor,
      String reason) {
    return ControlJson.sha256(
        subject
            .put("kind", kind.name())
            .put("pipeline", pipeline.path())
            .putIfPresent("previous", previous)
            .put("actor", actor)
            .put("reason", reason)
            .build()
            .canonicalBytes());
  }
}
