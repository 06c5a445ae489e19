package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Carries out deletion plans: the only thing that deletes data.
 *
 * <p>Nothing is deleted before it is announced in the intent log and stored that the plan has
 * begun. What a legal hold covers stays. A retention must have been published first, {@link
 * Publisher#retire}; of a sweep every item is looked at again. Safe to call again after any crash,
 * from any process and any number of times at once: it goes on where it was cut off.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class Deletions {
  private static final String BEGUN_FORMAT = "strongroom.deletion-begun.v1";
  private static final String DONE_FORMAT = "strongroom.deletion-done.v1";
  private static final String RETIRED_FORMAT = "strongroom.retired.v1";

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final IntentLog intents;
  private final InstantSource clock;
  private final DeletionPlans plans;
  private final LegalHolds holds;

  /**
   * The deletions of a pipeline.
   *
   * @param store where the data and the control objects are
   * @param pipeline whose data it is
   * @param keyring the keys to believe
   * @param intents where deletions are announced
   * @param clock stamps them
   */
  public Deletions(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      InstantSource clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.intents = Objects.requireNonNull(intents, "intents");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.plans = new DeletionPlans(store, paths);
    this.holds = new LegalHolds(store, pipeline, intents, clock);
  }

  /**
   * Deletes what a plan names.
   *
   * @param plan digest of the plan
   * @param actor who does it; never empty
   * @param reason why; never empty
   * @return what is gone and what is held
   * @throws StorageException {@link StorageErrorCode#DELETION_REFUSED} when the plan is a retention
   *     that was not published; {@link StorageErrorCode#DELETION_PLAN_INVALID} when it is missing,
   *     damaged or names what it must not; {@link StorageErrorCode#STORE_UNAVAILABLE} when the
   *     store does not answer; a part may then be gone
   */
  public DeletionReport execute(String plan, String actor, String reason) {
    DeletionPlan read = plans.read(plan);
    if (read.kind() == DeletionPlan.Kind.RETENTION && !isRetired(read)) {
      throw new StorageException(
          StorageErrorCode.DELETION_REFUSED,
          "deletion plan " + plan + " of pipeline " + paths.pipeline() + " is not published");
    }
    if (store.head(paths.deletionDone(plan)).isPresent()) {
      return new DeletionReport(read.objects(), read.bytes(), 0);
    }
    begin(read, actor, reason);
    Worker worker = new Worker(read);
    for (DeletionPlan.Part part : read.parts()) {
      // After it is stored that this has begun, and again and again.
      List<LegalHold> held = holds.active();
      plans.items(part).forEach(item -> worker.delete(item, held));
    }
    DeletionReport report = new DeletionReport(worker.objects, worker.bytes, worker.held);
    if (report.isDone()) {
      ControlObjects.first(
          store,
          paths.deletionDone(plan),
          JsonObject.builder()
              .put("format", DONE_FORMAT)
              .put("pipeline", paths.pipeline().path())
              .put("plan", plan)
              .put("objects", report.objects())
              .put("bytes", report.bytes())
              .put("at", clock.instant().toString())
              .build()
              .canonicalBytes());
    }
    return report;
  }

  private boolean isRetired(DeletionPlan plan) {
    PublicationChain chain = new PublicationChain(store, paths, keyring);
    Optional<Publication> head = chain.head().map(PublicationChain.Head::publication);
    return chain.since(head, plan.base()).stream()
        .anyMatch(publication -> publication.plan().equals(Optional.of(plan.digest())));
  }

  private void begin(DeletionPlan plan, String actor, String reason) {
    if (store.head(paths.deletionBegun(plan.digest())).isPresent()) {
      return;
    }
    Instant now = clock.instant();
    Intent intent =
        Intent.of(
            plan.kind().name(),
            plan.digest(),
            paths.pipeline(),
            Optional.empty(),
            actor,
            reason,
            now);
    ControlObjects.first(
        store,
        paths.deletionBegun(plan.digest()),
        JsonObject.builder()
            .put("format", BEGUN_FORMAT)
            .put("pipeline", paths.pipeline().path())
            .put("plan", plan.digest())
            .put("actor", actor)
            .put("reason", reason)
            .put("at", now.toString())
            .put("intent", Announcements.toJson(Announcements.announce(intents, intent)))
            .build()
            .canonicalBytes());
  }

  /** Deletes item by item and counts. */
  private final class Worker {
    private final DeletionPlan plan;
    private final Sweep.LeftFiles left;
    private long objects;
    private long bytes;
    private long held;

    Worker(DeletionPlan plan) {
      this.plan = plan;
      this.left = new Sweep.LeftFiles(store, paths, keyring);
    }

    void delete(DeletionItem item, List<LegalHold> active) {
      if (item.object().isEmpty()) {
        return;
      }
      String key = item.object().get();
      if (active.stream().anyMatch(hold -> hold.covers(item))) {
        held += store.head(key).isPresent() ? 1 : 0;
        return;
      }
      requireAllowed(item, key);
      if (item.why() == DeletionItem.Why.KEYS_OF_NOTHING) {
        ControlObjects.first(
            store,
            paths.retired(item.run()),
            JsonObject.builder()
                .put("format", RETIRED_FORMAT)
                .put("pipeline", paths.pipeline().path())
                .put("run", item.run().value())
                .put("plan", plan.digest())
                .build()
                .canonicalBytes());
      }
      store.deleteAllVersions(key);
      objects++;
      bytes += item.bytes();
    }

    /** Whatever a plan says, nothing goes that its kind cannot be about. */
    private void requireAllowed(DeletionItem item, String key) {
      boolean allowed;
      if (plan.kind() == DeletionPlan.Kind.SWEEP) {
        allowed =
            item.dataset().isPresent()
                && left.why(
                        item.dataset().get(), new ObjectInfo(key, item.bytes(), "", Instant.EPOCH))
                    .filter(again -> again.run().equals(item.run()))
                    .isPresent();
      } else if (item.why() == DeletionItem.Why.KEYS_OF_NOTHING) {
        allowed = key.equals(paths.keys(item.run()));
      } else {
        allowed =
            item.why() == DeletionItem.Why.UNNAMED
                && key.startsWith(item.dataset().orElseThrow().path() + "/");
      }
      if (!allowed) {
        throw new StorageException(
            StorageErrorCode.DELETION_PLAN_INVALID,
            "deletion plan " + plan.digest() + " names object " + key + ", which must stay");
      }
    }
  }
}
