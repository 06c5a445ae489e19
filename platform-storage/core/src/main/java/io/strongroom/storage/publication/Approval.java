package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What one person decided about one run or one deletion plan.
 *
 * @param pipeline whose run or plan it is
 * @param run the run; empty for a deletion plan
 * @param subject digest of the run's manifest, or of the plan
 * @param base digest of the newest publication when it was decided; empty when there was none
 * @param decision what was decided
 * @param approver who decided: the holder of the key that signed
 * @param reason why; never empty
 * @param at when
 * @param keyId the key that signed
 * @param digest hexadecimal SHA-256 of the stored bytes
 */
public record Approval(
    PipelineRef pipeline,
    Optional<RunId> run,
    String subject,
    Optional<String> base,
    Decision decision,
    String approver,
    String reason,
    Instant at,
    String keyId,
    String digest) {

  /** What can be decided. */
  public enum Decision {
    /** It may be done. */
    APPROVED,
    /** It must not be done, whoever else approves it. */
    REJECTED
  }

  /** The payload type under which approvals are signed. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.approval.v1+json";

  private static final String FORMAT = "strongroom.approval.v1";
  private static final Set<String> MEMBERS =
      Set.of("format", "pipeline", "subject", "decision", "approver", "reason", "at");
  private static final Set<String> OPTIONAL = Set.of("run", "base");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException naming the one that is not acceptable
   */
  public Approval {
    Objects.requireNonNull(pipeline, "pipeline");
    Objects.requireNonNull(run, "run");
    ControlJson.requireDigest("subject", subject);
    base.ifPresent(publication -> ControlJson.requireDigest("base", publication));
    Objects.requireNonNull(decision, "decision");
    ControlJson.requireText("approver", approver);
    ControlJson.requireText("reason", reason);
    Objects.requireNonNull(at, "at");
    ControlJson.requireText("keyId", keyId);
    ControlJson.requireDigest("digest", digest);
  }

  static JsonObject body(
      PipelineRef pipeline,
      Optional<RunId> run,
      String subject,
      Optional<String> base,
      Decision decision,
      String approver,
      String reason,
      Instant at) {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("pipeline", pipeline.path())
        .putIfPresent("run", run.map(RunId::value))
        .put("subject", subject)
        .putIfPresent("base", base)
        .put("decision", decision.name())
        .put("approver", approver)
        .put("reason", reason)
        .put("at", at.toString())
        .build();
  }

  /**
   * Reads a stored approval and believes it only when exactly one approval key of the keyring
   * signed it, which the approver holds.
   *
   * @param stored the stored bytes
   * @param keyring the keys to believe
   * @throws io.strongroom.crypto.SignatureInvalidException when the signature does not verify or
   *     the bytes are not canonical
   * @throws io.strongroom.base.JsonException when a member is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static Approval parse(byte[] stored, Keyring keyring) {
    JsonObject json = SignedJson.verify(stored, PAYLOAD_TYPE, keyring, KeyPurpose.APPROVAL);
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    String keyId = ControlJson.onlySigner(stored);
    Approval approval =
        new Approval(
            PipelineRef.parse(json.string("pipeline")),
            json.optionalString("run").map(RunId::new),
            json.string("subject"),
            json.optionalString("base"),
            Decision.valueOf(json.string("decision")),
            json.string("approver"),
            json.string("reason"),
            ControlJson.instant(json, "at"),
            keyId,
            ControlJson.sha256(stored));
    boolean own =
        keyring
            .find(keyId, KeyPurpose.APPROVAL)
            .filter(key -> key.holder().equals(approval.approver()))
            .isPresent();
    if (!own) {
      throw new IllegalArgumentException("its approver does not hold the key that signed it");
    }
    return approval;
  }
}
