package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One numbered, immutable, signed step in the history of a pipeline's outputs.
 *
 * @param seq its number, from 1; grows by one with every publication, a rollback too
 * @param digest hexadecimal SHA-256 of the stored bytes; empty in a draft
 * @param kind what it does
 * @param run the run that it makes live; empty for a rollback
 * @param rollbackId the name of the rollback; empty for a promotion
 * @param generations digest of the generation of each dataset, by the dataset's path; unmodifiable
 * @param previous digest of the publication before it; empty for the first
 * @param intentIndex index of its intent in the log
 * @param intentLeafHash leaf hash of its intent, 64 hexadecimal digits
 * @param actor who decided; never empty
 * @param reason why; never empty
 * @param at when
 * @param rolledBackTo number of the publication whose generations are restored, 0 for the state
 *     before the first; empty for a promotion and a retirement
 * @param approvals digests of the approvals that a promotion or a retirement rests on, in their
 *     order; unmodifiable
 * @param plan digest of the deletion plan that a retirement begins; empty otherwise
 * @param floor number of the oldest publication that can still be read or rolled back to, from 1;
 *     what only older ones name may have been deleted
 */
public record Publication(
    long seq,
    String digest,
    Kind kind,
    Optional<RunId> run,
    Optional<String> rollbackId,
    SortedMap<String, String> generations,
    Optional<String> previous,
    long intentIndex,
    String intentLeafHash,
    String actor,
    String reason,
    Instant at,
    OptionalLong rolledBackTo,
    List<String> approvals,
    Optional<String> plan,
    long floor) {

  /** What a publication does. */
  public enum Kind {
    /** Makes a run live. */
    PROMOTE,
    /** Restores the generations of an older publication. */
    ROLLBACK,
    /** Takes expired runs out of the generations and lets older publications go. */
    RETIRE
  }

  /** The payload type under which publications are signed. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.publication.v1+json";

  private static final String FORMAT = "strongroom.publication.v1";
  private static final Set<String> MEMBERS =
      Set.of("format", "pipeline", "seq", "kind", "generations", "intent", "actor", "reason", "at");
  private static final Set<String> OPTIONAL =
      Set.of("run", "rollback", "previous", "approvals", "plan", "floor");

  /**
   * Checks the components and copies the generations.
   *
   * @throws IllegalArgumentException naming what is not acceptable
   */
  public Publication {
    if (seq < 1) {
      throw new IllegalArgumentException("seq is less than 1");
    }
    ControlJson.requireCount("seq", seq);
    if (!digest.isEmpty()) {
      ControlJson.requireDigest("digest", digest);
    }
    boolean rollback = kind == Kind.ROLLBACK;
    if (run.isPresent() != (kind == Kind.PROMOTE)
        || rollbackId.isPresent() != rollback
        || rolledBackTo.isPresent() != rollback
        || plan.isPresent() != (kind == Kind.RETIRE)
        || (rollback && !approvals.isEmpty())) {
      throw new IllegalArgumentException(
          "a promotion has a run, a rollback an id and a number to go back to, a retirement a plan");
    }
    approvals = List.copyOf(approvals);
    for (int i = 0; i < approvals.size(); i++) {
      ControlJson.requireDigest("approvals", approvals.get(i));
      if (i > 0 && approvals.get(i - 1).compareTo(approvals.get(i)) >= 0) {
        throw new IllegalArgumentException("the approvals are not in order");
      }
    }
    plan.ifPresent(name -> ControlJson.requireDigest("plan", name));
    if (floor < 1 || floor > seq) {
      throw new IllegalArgumentException("floor is not within 1 and seq");
    }
    generations = Collections.unmodifiableSortedMap(new TreeMap<>(generations));
    generations.forEach((dataset, generation) -> ControlJson.requireDigest(dataset, generation));
    if (previous.isPresent() != seq > 1) {
      throw new IllegalArgumentException("every publication but the first has a previous one");
    }
    previous.ifPresent(publication -> ControlJson.requireDigest("previous", publication));
    ControlJson.requireCount("intentIndex", intentIndex);
    ControlJson.requireDigest("intentLeafHash", intentLeafHash);
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    Objects.requireNonNull(at, "at");
  }

  /**
   * Reads a stored publication and believes it only when a publication key of the keyring signed it
   * that counts at the index of its intent.
   *
   * @param stored the stored bytes
   * @param pipeline whose publication it must be
   * @param keyring the keys to believe
   * @throws io.strongroom.crypto.SignatureInvalidException when the signature does not verify or
   *     the bytes are not canonical
   * @throws io.strongroom.base.JsonException when a member is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static Publication parse(byte[] stored, PipelineRef pipeline, Keyring keyring) {
    JsonObject json = SignedJson.verify(stored, PAYLOAD_TYPE, keyring, KeyPurpose.PUBLICATION);
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    if (!json.string("pipeline").equals(pipeline.path())) {
      throw new IllegalArgumentException("it is of another pipeline");
    }
    JsonObject intent = json.object("intent");
    ControlJson.requireMembers(intent, Set.of("index", "leafHash"), Set.of());
    Optional<JsonObject> rollback =
        json.has("rollback") ? Optional.of(json.object("rollback")) : Optional.empty();
    rollback.ifPresent(object -> ControlJson.requireMembers(object, Set.of("id", "to"), Set.of()));
    Publication publication =
        new Publication(
            json.integer("seq"),
            ControlJson.sha256(stored),
            Kind.valueOf(json.string("kind")),
            json.optionalString("run").map(RunId::new),
            rollback.map(object -> object.string("id")),
            ControlJson.strings(json.object("generations")),
            json.optionalString("previous"),
            intent.integer("index"),
            intent.string("leafHash"),
            json.string("actor"),
            json.string("reason"),
            ControlJson.instant(json, "at"),
            rollback.isPresent()
                ? OptionalLong.of(rollback.get().integer("to"))
                : OptionalLong.empty(),
            json.has("approvals") ? json.strings("approvals") : List.of(),
            json.optionalString("plan"),
            json.has("floor") ? json.integer("floor") : 1);
    if ((json.has("approvals") && publication.approvals().isEmpty())
        || (json.has("floor") && publication.floor() == 1)) {
      throw new IllegalArgumentException("there is a member that says nothing");
    }
    ControlObjects.requireKeysCounting(
        stored, keyring, KeyPurpose.PUBLICATION, publication.intentIndex());
    return publication;
  }

  byte[] sign(PipelineRef pipeline, Signer signer) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("pipeline", pipeline.path())
            .put("seq", seq)
            .put("kind", kind.name())
            .putIfPresent("run", run.map(RunId::value))
            .put("generations", ControlJson.strings(generations))
            .putIfPresent("previous", previous)
            .put(
                "intent",
                JsonObject.builder()
                    .put("index", intentIndex)
                    .put("leafHash", intentLeafHash)
                    .build())
            .put("actor", actor)
            .put("reason", reason)
            .put("at", at.toString());
    if (kind == Kind.ROLLBACK) {
      json.put(
          "rollback",
          JsonObject.builder()
              .put("id", rollbackId.orElseThrow())
              .put("to", rolledBackTo.orElseThrow())
              .build());
    }
    if (!approvals.isEmpty()) {
      json.putStrings("approvals", approvals);
    }
    json.putIfPresent("plan", plan);
    if (floor > 1) {
      json.put("floor", floor);
    }
    return SignedJson.sign(PAYLOAD_TYPE, json.build(), signer);
  }

  /** Where its intent stands in the log. */
  public IntentReceipt intent() {
    return new IntentReceipt(intentIndex, intentLeafHash);
  }

  /**
   * The id that its intent has.
   *
   * @param pipeline whose publication it is
   */
  public String intentId(PipelineRef pipeline) {
    return switch (kind) {
      case PROMOTE -> Intent.promotion(pipeline, run.orElseThrow(), previous, actor, reason);
      case ROLLBACK ->
          Intent.rollback(
              pipeline,
              rollbackId.orElseThrow(),
              rolledBackTo.orElseThrow(),
              previous,
              actor,
              reason);
      case RETIRE -> Intent.retirement(pipeline, plan.orElseThrow(), previous, actor, reason);
    };
  }
}
