package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.ApprovalRule;
import io.strongroom.storage.publication.LegalHold;
import io.strongroom.storage.publication.LegalHolds;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the contents of old entries and keeps their hashes: the bundles go, the tiles stay, as
 * C2SP tlog-tiles allows. The only thing that does.
 *
 * <p>Pruning goes in steps, each an entry of the log itself and safe to repeat after a crash:
 * {@link #plan} says what would go; people {@link #approve} the plan, signed by their keys; {@link
 * #execute} announces the act, and deletes when a published checkpoint covers it. What is pruned is
 * always the beginning of the log, in whole bundles. Every proof stays valid, of entries with and
 * without their contents; so does evidence that was exported before. The verifier takes a missing
 * bundle for pruned only where the log holds an approved act that names it.
 *
 * <p>Never pruned is what is in legal hold in a pipeline that is {@link #protecting protected},
 * what came after the intent of such a pipeline's newest publication, that intent included, and
 * nothing behind either.
 *
 * <p>Safe for use by several threads and processes. Methods throw what the log throws, and {@link
 * io.strongroom.storage.StorageException} when a store does not answer.
 */
public final class AuditPruning {
  private static final int TRIES = 6;
  private static final String INTENT = "intent";

  private final AuditLog log;
  private final LogObjects objects;
  private final Keyring keyring;
  private final InstantSource clock;
  private final List<Protected> pipelines;

  /** A pipeline whose holds and publications the log must keep. */
  private record Protected(ObjectStore store, PipelineRef pipeline) {}

  /**
   * The pruning of a log.
   *
   * @param log the log; used, not closed
   * @param store where its objects are: of a {@link LocalAuditLog} a {@link
   *     io.strongroom.storage.LocalObjectStore} over the folder {@code log} in its own
   * @param prefix what their keys start with; empty for a local log
   * @param keyring whose keys for approvals count
   * @param clock stamps the entries
   * @throws AuditException LOG_NAME_REFUSED for the prefix
   */
  public AuditPruning(
      AuditLog log, ObjectStore store, String prefix, Keyring keyring, InstantSource clock) {
    this(log, new LogObjects(store, prefix), keyring, clock, List.of());
  }

  private AuditPruning(
      AuditLog log,
      LogObjects objects,
      Keyring keyring,
      InstantSource clock,
      List<Protected> pipelines) {
    this.log = Objects.requireNonNull(log, "log");
    this.objects = objects;
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.pipelines = pipelines;
  }

  /**
   * The same pruning, which keeps what a pipeline needs: entries that state a run in legal hold, or
   * any entry about the pipeline while a hold is about a dataset, and everything from the intent of
   * its newest publication on.
   *
   * @param store where the pipeline's control objects are
   * @param pipeline a pipeline whose intents stand in this log
   */
  public AuditPruning protecting(ObjectStore store, PipelineRef pipeline) {
    List<Protected> more = new ArrayList<>(pipelines);
    more.add(new Protected(store, pipeline));
    return new AuditPruning(log, objects, keyring, clock, List.copyOf(more));
  }

  /** The first index whose entry still has its contents, as far as the log tells readers. */
  public long prunedTo() {
    return PrunedMark.read(objects).map(PrunedMark::to).orElse(0L);
  }

  /**
   * Says what {@link #plan} would plan, and appends nothing. Reads the entries that would go.
   *
   * @param before entries of this time and later stay, and all that came after the first of them
   */
  public PruningPlan preview(Instant before) {
    long from = prunedTo();
    long most = Math.min(log.checkpoint().size(), published());
    List<Held> held = held();
    long end = from;
    Iterator<AuditEntry> entries =
        log.entries(Math.min(from, most)).limit(Math.max(0, most - from)).iterator();
    while (entries.hasNext()) {
      AuditEntry entry = entries.next();
      if (!entry.event().at().isBefore(before) || held.stream().anyMatch(h -> h.covers(entry))) {
        break;
      }
      end = entry.index() + 1;
    }
    return new PruningPlan(
        from, Math.max(from, end / TilePath.FULL * TilePath.FULL), Optional.empty());
  }

  /**
   * Plans what would go as things stand now, as an entry of the log. Nothing is deleted.
   *
   * @param before as of {@link #preview}
   * @param actor who makes it; his own approval does not count
   * @param reason why; never empty
   * @return the plan
   * @throws AuditException PRUNING_REFUSED when nothing would go
   */
  public PruningPlan plan(Instant before, String actor, String reason) {
    PruningPlan preview = preview(before);
    if (preview.entries() == 0) {
      throw refused("nothing is old enough, or legal hold or a publication keeps it");
    }
    AuditReceipt receipt =
        log.append(
            event(actor, PruningActs.PLANNED, "success", reason)
                .withAttribute("from", Long.toString(preview.from()))
                .withAttribute(PruningActs.TO, Long.toString(preview.to())));
    return new PruningPlan(preview.from(), preview.to(), Optional.of(receipt));
  }

  /**
   * Approves a plan.
   *
   * @param plan where the plan stands
   * @param signer the approver's key; its purpose is {@link KeyPurpose#APPROVAL}
   * @param reason why; never empty
   * @return where the approval stands
   * @throws AuditException PRUNING_REFUSED when no plan stands there
   * @throws IllegalArgumentException when the signer is for another purpose or not in the keyring
   */
  public AuditReceipt approve(AuditReceipt plan, Signer signer, String reason) {
    return decide(plan, true, signer, reason);
  }

  /**
   * Rejects a plan: it can never be executed.
   *
   * @param plan where the plan stands
   * @param signer the approver's key; its purpose is {@link KeyPurpose#APPROVAL}
   * @param reason why; never empty
   * @return where the rejection stands
   * @throws AuditException PRUNING_REFUSED when no plan stands there
   * @throws IllegalArgumentException when the signer is for another purpose or not in the keyring
   */
  public AuditReceipt reject(AuditReceipt plan, Signer signer, String reason) {
    return decide(plan, false, signer, reason);
  }

  private AuditReceipt decide(AuditReceipt plan, boolean approves, Signer signer, String reason) {
    if (signer.purpose() != KeyPurpose.APPROVAL) {
      throw new IllegalArgumentException("the signer of approvals has another purpose");
    }
    PruningActs acts = acts();
    AuditEntry entry = planAt(plan, acts);
    String decision = acts.decide(entry, approves, signer, reason);
    String holder = keyring.find(signer.keyId(), KeyPurpose.APPROVAL).orElseThrow().holder();
    return log.append(
        event(
                holder,
                approves ? PruningActs.APPROVED : PruningActs.REJECTED,
                approves ? "success" : "denied",
                reason)
            .withAttribute(PruningActs.DECISION, decision));
  }

  /**
   * Carries out a plan: deletes the bundles of its entries. Calling again goes on where a crash cut
   * it off, and does nothing when it is done.
   *
   * @param plan where the plan stands
   * @param rule who must approve it; at least one, whatever it says, who did not make it
   * @param actor who does it
   * @param reason why; never empty
   * @return the act's place in the log
   * @throws AuditException PRUNING_REFUSED when no plan stands there, when it is not approved or
   *     was rejected, or when legal hold or a publication now keeps some of it; nothing more is
   *     deleted then
   */
  public AuditReceipt execute(AuditReceipt plan, ApprovalRule rule, String actor, String reason) {
    PruningActs acts = acts();
    AuditEntry planned = planAt(plan, acts);
    long to = PruningActs.to(planned.event()).orElseThrow();
    Progress progress = progress(planned, acts);
    AuditReceipt act = progress.act;
    String approvals = act == null ? requireApproved(progress, planned, rule) : "";
    requireKept(to);
    if (act == null) {
      act =
          log.append(
              event(actor, PruningActs.PRUNING, "intended", reason)
                  .withAttribute(INTENT, planned.leafHash())
                  .withAttribute(PruningActs.PLAN, Long.toString(planned.index()))
                  .withAttribute(PruningActs.LEAF, planned.leafHash())
                  .withAttribute(PruningActs.TO, Long.toString(to))
                  .withAttribute(PruningActs.APPROVALS, approvals));
    }
    if (log.checkpoint().size() <= act.index()) {
      throw LogGrowth.inconsistent(LogObjects.CHECKPOINT, "it does not cover what it must");
    }
    mark(new PrunedMark(act.index(), act.leafHash(), to), planned.event().resource());
    for (long bundle = 0; bundle < to / TilePath.FULL; bundle++) {
      delete(bundle);
    }
    if (!progress.done) {
      log.append(
          event(actor, PruningActs.PRUNED, "success", reason)
              .withAttribute(INTENT, planned.leafHash())
              .withAttribute(PruningActs.TO, Long.toString(to)));
    }
    return act;
  }

  private void delete(long bundle) {
    String name = TilePath.full(TilePath.ENTRIES, bundle).name();
    if (objects.hasAny(name)) {
      objects.delete(name);
    }
  }

  /** What the log says of a plan. */
  private static final class Progress {
    /** By index of their entries. */
    private final TreeMap<Long, PruningActs.Decision> decisions = new TreeMap<>();

    private @Nullable AuditReceipt act;
    private boolean done;
  }

  private Progress progress(AuditEntry plan, PruningActs acts) {
    Progress progress = new Progress();
    Iterator<AuditEntry> entries = log.entries(plan.index() + 1).iterator();
    while (entries.hasNext()) {
      AuditEntry entry = entries.next();
      AuditEvent event = entry.event();
      acts.decision(entry, plan).ifPresent(d -> progress.decisions.put(entry.index(), d));
      if (event.action().equals(PruningActs.PRUNING)
          && plan.leafHash().equals(event.attributes().get(PruningActs.LEAF))
          && acts.prunes(entry, log::entry).isPresent()) {
        progress.act = new AuditReceipt(entry.index(), entry.leafHash());
      }
      progress.done |=
          progress.act != null
              && event.action().equals(PruningActs.PRUNED)
              && plan.leafHash().equals(event.attributes().get(INTENT));
    }
    return progress;
  }

  /** The indexes of the approvals that count, one a person. */
  private static String requireApproved(Progress progress, AuditEntry plan, ApprovalRule rule) {
    TreeMap<String, Long> approvers = new TreeMap<>();
    progress.decisions.forEach(
        (index, decision) -> {
          if (!decision.approves()) {
            throw refused("the plan was rejected by " + decision.holder());
          }
          if (!decision.holder().equals(plan.event().actor())) {
            approvers.putIfAbsent(decision.holder(), index);
          }
        });
    int needed = Math.max(1, rule.approvals());
    if (approvers.size() < needed) {
      throw refused(
          "the plan has " + approvers.size() + " approvals that count and needs " + needed);
    }
    return String.join(
        " ", new TreeSet<>(approvers.values()).stream().map(String::valueOf).toList());
  }

  /** A hold and the pipeline that it is of. */
  private record Held(LegalHold hold, PipelineRef pipeline) {
    boolean covers(AuditEntry entry) {
      AuditEvent event = entry.event();
      return hold.run().isPresent()
          ? event.run().equals(hold.run().map(RunId::value))
          : event.resource().equals(pipeline.path())
              || hold.dataset().filter(set -> event.resource().equals(set.path())).isPresent();
    }
  }

  private List<Held> held() {
    List<Held> held = new ArrayList<>();
    for (Protected each : pipelines) {
      new LegalHolds(each.store(), each.pipeline(), new AuditIntentLog(log), clock)
          .active()
          .forEach(hold -> held.add(new Held(hold, each.pipeline())));
    }
    return held;
  }

  /** The first index that must stay for what the pipelines have published. */
  private long published() {
    long first = Long.MAX_VALUE;
    for (Protected each : pipelines) {
      Optional<Publication> head =
          PublishedState.read(each.store(), each.pipeline(), keyring).head();
      first = Math.min(first, head.map(Publication::intentIndex).orElse(first));
    }
    return first;
  }

  /** Looks again, at what is still there: holds may have come since the plan. */
  private void requireKept(long to) {
    if (published() < to) {
      throw refused("the newest publication of a pipeline needs what the plan names");
    }
    List<Held> held = held();
    for (long bundle = 0; !held.isEmpty() && bundle < to / TilePath.FULL; bundle++) {
      TilePath path = TilePath.full(TilePath.ENTRIES, bundle);
      Optional<StoredObject> stored = objects.get(path.name());
      if (stored.isPresent()) {
        long index = bundle * TilePath.FULL;
        for (byte[] bytes : decode(path, stored.get())) {
          AuditEntry entry = AuditEntry.of(index++, bytes);
          for (Held each : held) {
            if (each.covers(entry)) {
              throw refused("legal hold " + each.hold().id() + " covers entry " + entry.index());
            }
          }
        }
      }
    }
  }

  private static List<byte[]> decode(TilePath path, StoredObject stored) {
    try {
      return TreeEdge.decodeBundle(path, stored.content());
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private void mark(PrunedMark mark, String origin) {
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<StoredObject> there = objects.get(PrunedMark.NAME);
      if (PrunedMark.read(objects).filter(other -> other.to() >= mark.to()).isPresent()) {
        return;
      }
      String tag = there.map(StoredObject::etag).orElse(null);
      if (objects.write(PrunedMark.NAME, mark.encode(origin), tag) instanceof WriteResult.Won) {
        return;
      }
      LogObjects.pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED, PrunedMark.NAME + " was neither kept nor refused");
  }

  private AuditEntry planAt(AuditReceipt plan, PruningActs acts) {
    return log.entry(plan.index())
        .filter(entry -> entry.leafHash().equals(plan.leafHash()))
        .filter(acts::isPlan)
        .orElseThrow(() -> refused("entry " + plan.index() + " is not that plan"));
  }

  private AuditEvent event(String actor, String action, String outcome, String reason) {
    return AuditEvent.of(actor, action, log.checkpoint().origin(), outcome, clock.instant())
        .withReason(reason);
  }

  private PruningActs acts() {
    return new PruningActs(log.checkpoint().origin(), keyring);
  }

  private static AuditException refused(String why) {
    return new AuditException(AuditErrorCode.PRUNING_REFUSED, why);
  }
}
