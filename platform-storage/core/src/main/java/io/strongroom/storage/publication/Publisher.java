package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.PromotionResult.Held;
import io.strongroom.storage.publication.PromotionResult.NothingToRollBack;
import io.strongroom.storage.publication.PromotionResult.Published;
import io.strongroom.storage.publication.PromotionResult.Refused;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the outputs of a pipeline's runs visible, and rolls back.
 *
 * <p>One compare-and-set of the pointer makes everything that a run wrote visible at once, after
 * the intent stands in the log. It is safe to call these methods again after any crash, from any
 * process, and any number of times at once: a run is published at most once, and a rollback is
 * carried out at most once.
 *
 * <p>Before its first publication it proves that the store keeps its word ({@link
 * StoreProbe#requireProven}: one request on a store that has passed before); nothing is published
 * on one that does not.
 *
 * <p>Safe for use by several threads and processes. Every method throws {@link StorageException}
 * with {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer; with {@link
 * StorageErrorCode#CONDITIONAL_WRITES_UNPROVEN} when it ignores conditions; with {@link
 * StorageErrorCode#PUBLICATION_CONTENDED} when other publishers won every round; with a code of
 * category INTEGRITY, naming the object, when what it reads is damaged or forged; and what the
 * intent log throws. It may then be called again.
 */
public final class Publisher {
  private static final int ROUNDS = 60;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final RunStore runs;
  private final IntentLog intents;
  private final Signer signer;
  private final Keyring keyring;
  private final InstantSource clock;
  private final PublicationChain chain;
  private final Backoff backoff;
  private final ApprovalPolicy policy;
  private volatile boolean storeProven;

  /**
   * A publisher of a pipeline whose runs need no approval.
   *
   * @param store where the control objects are
   * @param pipeline whose outputs to publish
   * @param runs its runs
   * @param intents where intents are written before anything is published
   * @param publicationSigner signs publications; its purpose is {@link KeyPurpose#PUBLICATION}
   * @param keyring the keys to believe
   * @param clock stamps intents and publications
   * @throws IllegalArgumentException when the signer is for another purpose or the runs are of
   *     another pipeline
   */
  public Publisher(
      ObjectStore store,
      PipelineRef pipeline,
      RunStore runs,
      IntentLog intents,
      Signer publicationSigner,
      Keyring keyring,
      InstantSource clock) {
    this(store, pipeline, runs, intents, publicationSigner, keyring, clock, ApprovalPolicy.NONE);
  }

  /**
   * A publisher of a pipeline.
   *
   * @param store where the control objects are
   * @param pipeline whose outputs to publish
   * @param runs its runs
   * @param intents where intents are written before anything is published
   * @param publicationSigner signs publications; its purpose is {@link KeyPurpose#PUBLICATION}
   * @param keyring the keys to believe
   * @param clock stamps intents and publications
   * @param policy which runs need whose approval
   * @throws IllegalArgumentException when the signer is for another purpose or the runs are of
   *     another pipeline
   */
  public Publisher(
      ObjectStore store,
      PipelineRef pipeline,
      RunStore runs,
      IntentLog intents,
      Signer publicationSigner,
      Keyring keyring,
      InstantSource clock,
      ApprovalPolicy policy) {
    this(
        store,
        runs,
        intents,
        publicationSigner,
        keyring,
        clock,
        new PublicationChain(store, new ControlPaths(pipeline), keyring),
        Backoff.JITTERED,
        pipeline,
        policy);
  }

  Publisher(
      ObjectStore store,
      RunStore runs,
      IntentLog intents,
      Signer publicationSigner,
      Keyring keyring,
      InstantSource clock,
      PublicationChain chain,
      Backoff backoff,
      PipelineRef pipeline,
      ApprovalPolicy policy) {
    if (publicationSigner.purpose() != KeyPurpose.PUBLICATION) {
      throw new IllegalArgumentException("the signer of publications has another purpose");
    }
    if (!runs.pipeline().equals(pipeline)) {
      throw new IllegalArgumentException("the runs are of another pipeline than " + pipeline);
    }
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.runs = runs;
    this.intents = Objects.requireNonNull(intents, "intents");
    this.signer = publicationSigner;
    this.keyring = Objects.requireNonNull(keyring, "keyring");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.chain = chain;
    this.backoff = backoff;
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  /**
   * Publishes a committed run.
   *
   * @param run the run
   * @param actor who decided; never empty
   * @param reason why; never empty
   * @return {@link Published} when its promotion stands in the history, now or since earlier, even
   *     when it has been rolled back; {@link Refused} when another run of its key is live and it
   *     does not declare to supersede that one; {@link Held} when what was published since the run
   *     started touches the same partitions of a dataset with {@link ConflictRule#PARTITION}, or
   *     took away the run that it supersedes, or an approver rejected it, or retention has retired
   *     the publication that it started from, or a schema that the run names is not registered or
   *     has been broken with since; {@link PromotionResult.AwaitingApproval} when too few people
   *     have approved it
   * @throws StorageException {@link StorageErrorCode#RUN_NOT_COMMITTED} when the run has no
   *     manifest or an aborted one
   */
  public PromotionResult promote(RunId run, String actor, String reason) {
    LiveManifests manifests = new LiveManifests(store, paths, keyring);
    byte[] stored = manifests.bytes(run).orElseThrow(() -> notCommitted(run));
    Manifest manifest = manifests.parse(run, stored);
    if (!manifest.isCommitted()) {
      throw notCommitted(run);
    }
    Optional<Manifest> superseded =
        manifest.supersedes().flatMap(runs::manifest).filter(Manifest::isCommitted);
    return publish(
        new PromotionChange(store, paths, keyring, chain, policy, manifest, stored, superseded),
        actor,
        reason);
  }

  /**
   * Publishes the generations of an older publication again. Everything published after that one is
   * no longer live; nothing is deleted, and the numbers go on growing.
   *
   * @param rollbackId names this rollback, {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}; calling again
   *     with the same id does nothing more
   * @param toSeq number of the publication to go back to; 0 for the state before the first
   * @param actor who decided; never empty
   * @param reason why; never empty
   * @return {@link Published}, or {@link NothingToRollBack} when the newest publication names those
   *     generations already
   * @throws StorageException {@link StorageErrorCode#PUBLICATION_REFUSED} when there is no such
   *     publication yet, or the id was used after it to go back elsewhere
   * @throws IllegalArgumentException when the id has another form
   */
  public PromotionResult rollback(String rollbackId, long toSeq, String actor, String reason) {
    new RunId(rollbackId); // Refuses what would not be a run id: the two have one form.
    return publish(new RollbackChange(paths.pipeline(), chain, rollbackId, toSeq), actor, reason);
  }

  /**
   * Publishes a retention plan: takes its expired runs out of what is published, and raises the
   * floor. Deletes nothing; {@link Deletions#execute} does then.
   *
   * @param plan digest of the plan, {@link Retention#plan}
   * @param rule who must approve it
   * @param actor who decided; never empty
   * @param reason why; never empty
   * @return {@link Published} when it stands in the history, now or since earlier; {@link Held}
   *     when an approver rejected it, a legal hold covers a run that it takes out, or what was
   *     published since it was made stands against it, so that a new plan is needed; {@link
   *     PromotionResult.AwaitingApproval} when too few people have approved it
   * @throws StorageException {@link StorageErrorCode#DELETION_PLAN_INVALID} when it is missing or
   *     damaged, {@link StorageErrorCode#DELETION_REFUSED} when it is no retention or nothing is
   *     published
   */
  public PromotionResult retire(String plan, ApprovalRule rule, String actor, String reason) {
    DeletionPlan read = new DeletionPlans(store, paths).read(plan);
    if (read.kind() != DeletionPlan.Kind.RETENTION || read.base().isEmpty()) {
      throw new StorageException(
          StorageErrorCode.DELETION_REFUSED,
          "deletion plan " + plan + " of pipeline " + paths.pipeline() + " retires nothing");
    }
    LegalHolds holds = new LegalHolds(store, paths.pipeline(), intents, clock);
    return publish(
        new RetirementChange(store, paths, keyring, chain, holds, read, rule), actor, reason);
  }

  /**
   * The one loop in which everything is published: read the pointer, look whether it is done or
   * something stands against it, announce it, store it, move the pointer; when somebody else was
   * faster, begin anew.
   */
  private PromotionResult publish(Change change, String actor, String reason) {
    if (!storeProven) {
      StoreProbe.requireProven(store);
      storeProven = true;
    }
    Set<String> written = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0) {
        backoff.pause(round);
      }
      Optional<PublicationChain.Head> head = chain.head();
      Optional<Publication> newest = head.map(PublicationChain.Head::publication);
      Change.Step step = change.after(newest);
      if (step instanceof Change.Done done) {
        return new Published(done.publication(), !written.contains(done.publication().digest()));
      } else if (step instanceof Change.Stopped stopped) {
        return stopped.result();
      }
      Change.Next next = (Change.Next) step;
      Optional<String> previous = newest.map(Publication::digest);
      Instant now = clock.instant();
      Change.Subject subject = next.subject();
      IntentReceipt intent =
          Announcements.announce(
              intents, subject.intent(paths.pipeline(), previous, actor, reason, now));
      Optional<PromotionResult> obstacle = next.recheck().apply(intent);
      if (obstacle.isPresent()) {
        return obstacle.get();
      }
      Publication publication =
          store(
              new Publication(
                  newest.map(Publication::seq).orElse(0L) + 1,
                  "",
                  subject.kind(),
                  subject.run(),
                  subject.rollbackId(),
                  next.generations().get(),
                  previous,
                  intent.index(),
                  intent.leafHash(),
                  actor,
                  reason,
                  now,
                  subject.to(),
                  next.approvals(),
                  subject.plan(),
                  next.floor()));
      written.add(publication.digest());
      if (point(head, publication)) {
        return new Published(publication, false);
      }
    }
    throw new StorageException(
        StorageErrorCode.PUBLICATION_CONTENDED,
        change.name() + " of pipeline " + paths.pipeline() + " lost " + ROUNDS + " rounds");
  }

  private Publication store(Publication draft) {
    byte[] content = draft.sign(paths.pipeline(), signer);
    String key = paths.publication(draft.seq(), ControlJson.sha256(content));
    // What no reader would believe must not be published: a signer outside of the keyring.
    Publication publication =
        ControlObjects.parse(
            key,
            content,
            StorageErrorCode.PUBLICATION_INVALID,
            stored -> Publication.parse(stored, paths.pipeline(), keyring));
    if (!Arrays.equals(ControlObjects.first(store, key, content), content)) {
      throw new StorageException(
          StorageErrorCode.PUBLICATION_INVALID,
          "object " + key + " does not have the digest in its name");
    }
    return publication;
  }

  /** Moves the pointer; false when it did not move for sure, and the history tells. */
  private boolean point(Optional<PublicationChain.Head> head, Publication publication) {
    byte[] pointer = new LatestPointer(publication.seq(), publication.digest()).toBytes();
    WriteResult result =
        head.isPresent()
            ? store.putIfMatch(paths.latest(), pointer, head.get().etag())
            : store.putIfAbsent(paths.latest(), pointer);
    return result instanceof WriteResult.Won;
  }

  private StorageException notCommitted(RunId run) {
    return new StorageException(
        StorageErrorCode.RUN_NOT_COMMITTED,
        "run " + run + " of pipeline " + paths.pipeline() + " is not committed");
  }
}
