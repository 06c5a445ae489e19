package io.strongroom.audit;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** The entries by which a log is pruned: plan, decisions, act and outcome. */
final class PruningActs {
  static final String PLANNED = "AUDIT_PRUNING_PLANNED";
  static final String APPROVED = "AUDIT_PRUNING_APPROVED";
  static final String REJECTED = "AUDIT_PRUNING_REJECTED";
  static final String PRUNING = "AUDIT_LOG_PRUNING";
  static final String PRUNED = "AUDIT_LOG_PRUNED";

  static final String TO = "to";
  static final String PLAN = "plan";
  static final String LEAF = "leaf";
  static final String DECISION = "decision";
  static final String APPROVALS = "approvals";

  private static final String PAYLOAD_TYPE = "application/vnd.strongroom.audit-pruning.v1+json";
  private static final Set<String> MEMBERS =
      Set.of("decision", "holder", "leaf", "origin", "plan", "reason", "signatures", "to", "v");
  private static final byte[] ACT_BEGINS =
      ("{\"action\":\"" + PRUNING + "\"").getBytes(StandardCharsets.US_ASCII);

  private final String origin;
  private final Keyring keyring;

  PruningActs(String origin, Keyring keyring) {
    this.origin = origin;
    this.keyring = keyring;
  }

  /** Tells quickly whether stored bytes may be an act: by how canonical JSON of one begins. */
  static boolean mayBeAct(byte[] bytes, int from, int to) {
    int end = from + ACT_BEGINS.length;
    return end < to && Arrays.equals(bytes, from, end, ACT_BEGINS, 0, ACT_BEGINS.length);
  }

  /** The index that a plan or an act names, if it may be one. */
  static Optional<Long> to(AuditEvent event) {
    return number(event, TO).filter(to -> to > 0 && to % TilePath.FULL == 0);
  }

  static Optional<Long> number(AuditEvent event, String name) {
    String digits = event.attributes().getOrDefault(name, "");
    return digits.matches("0|[1-9][0-9]{0,15}")
        ? Optional.of(Long.parseLong(digits))
        : Optional.empty();
  }

  /** Who decided for what, if the entry is a decision about this plan that counts. */
  record Decision(String holder, boolean approves) {}

  /** A signed decision, as it stands in its entry. */
  String decide(AuditEntry plan, boolean approves, Signer signer, String reason) {
    String holder =
        keyring
            .find(signer.keyId(), KeyPurpose.APPROVAL)
            .map(VerificationKey::holder)
            .orElseThrow(
                () -> new IllegalArgumentException("the approver's key is not in the keyring"));
    JsonObject body =
        JsonObject.builder()
            .put("decision", approves ? APPROVED : REJECTED)
            .put("holder", holder)
            .put("leaf", plan.leafHash())
            .put("origin", origin)
            .put("plan", plan.index())
            .put("reason", reason)
            .put("to", to(plan.event()).orElseThrow())
            .put("v", 1)
            .build();
    return new String(SignedJson.sign(PAYLOAD_TYPE, body, signer), StandardCharsets.UTF_8);
  }

  /** What an entry decides about a plan; empty when it does not count. */
  Optional<Decision> decision(AuditEntry entry, AuditEntry plan) {
    String action = entry.event().action();
    String document = entry.event().attributes().get(DECISION);
    boolean approves = action.equals(APPROVED);
    if (document == null
        || !(approves || action.equals(REJECTED))
        || entry.index() <= plan.index()) {
      return Optional.empty();
    }
    try {
      byte[] stored = document.getBytes(StandardCharsets.UTF_8);
      JsonObject json =
          SignedJson.verify(stored, PAYLOAD_TYPE, keyring, KeyPurpose.APPROVAL, entry.index());
      JsonObject whole = JsonValue.parseCanonicalObject(stored);
      boolean fits =
          whole.members().keySet().equals(MEMBERS)
              && whole.objects("signatures").size() == 1
              && json.integer("v") == 1
              && json.string("origin").equals(origin)
              && json.string("decision").equals(action)
              && json.integer("plan") == plan.index()
              && json.string("leaf").equals(plan.leafHash())
              && Optional.of(json.integer("to")).equals(to(plan.event()));
      return fits
          ? keyring
              .find(whole.objects("signatures").get(0).string("keyid"), KeyPurpose.APPROVAL)
              .map(VerificationKey::holder)
              .filter(json.string("holder")::equals)
              .map(holder -> new Decision(holder, approves))
          : Optional.empty();
    } catch (PlatformException malformedOrUnsigned) {
      return Optional.empty();
    }
  }

  /**
   * The index before which an act prunes, if it is one: of this log, of a plan before it, and
   * approved by somebody else than whoever made the plan.
   *
   * @param entries the log's entries; empty for one that there is not or that is damaged
   */
  Optional<Long> prunes(AuditEntry act, LongFunction<Optional<AuditEntry>> entries) {
    AuditEvent event = act.event();
    Optional<Long> to = to(event);
    Optional<AuditEntry> plan =
        number(event, PLAN)
            .filter(index -> index < act.index())
            .flatMap(entries::apply)
            .filter(entry -> isPlan(entry) && to(entry.event()).equals(to));
    if (!event.action().equals(PRUNING)
        || !event.resource().equals(origin)
        || to.isEmpty()
        || plan.isEmpty()
        || !plan.get().leafHash().equals(event.attributes().get(LEAF))
        || to.get() > plan.get().index()) {
      return Optional.empty();
    }
    String approvals = event.attributes().getOrDefault(APPROVALS, "");
    boolean approved = false;
    for (String digits : approvals.split(" ", -1)) {
      Optional<Decision> decision =
          digits.matches("0|[1-9][0-9]{0,15}")
              ? Optional.of(Long.parseLong(digits))
                  .filter(index -> index < act.index())
                  .flatMap(entries::apply)
                  .flatMap(entry -> decision(entry, plan.get()))
              : Optional.empty();
      if (decision.isEmpty() || !decision.get().approves()) {
        return Optional.empty();
      }
      approved |= !decision.get().holder().equals(plan.get().event().actor());
    }
    return approved ? to : Optional.empty();
  }

  boolean isPlan(AuditEntry entry) {
    return entry.event().action().equals(PLANNED)
        && entry.event().resource().equals(origin)
        && to(entry.event()).isPresent();
  }
}
