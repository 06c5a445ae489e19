package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of approvers about a pipeline's runs and deletion plans: signed objects beside the
 * manifest or the plan, each under the digest of its own bytes.
 *
 * <p>A decision is about exactly one manifest or plan, by its digest, and about one state of what
 * is published: it counts as long as the publication that was the newest when it was made stands in
 * the history at or after the run's base and no rollback has followed. What does not verify does
 * not count.
 *
 * <p>Safe for use by several threads and processes. Methods throw {@link StorageException} with
 * {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer.
 */
public final class Approvals {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;

  /**
   * The decisions about a pipeline.
   *
   * @param store where the control objects are
   * @param pipeline whose runs and plans they are about
   * @param keyring the keys to believe
   */
  public Approvals(ObjectStore store, PipelineRef pipeline, Keyring keyring) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.keyring = Objects.requireNonNull(keyring, "keyring");
  }

  /**
   * Decides about a committed run as things stand now, and stores the decision.
   *
   * @param run the run
   * @param decision what is decided
   * @param signer the approver's key; its purpose is {@link KeyPurpose#APPROVAL}
   * @param reason why; never empty
   * @param clock stamps the decision
   * @return the decision as stored
   * @throws StorageException {@link StorageErrorCode#RUN_NOT_COMMITTED} when there is nothing to
   *     decide about
   * @throws IllegalArgumentException when the signer is for another purpose or not in the keyring
   */
  public Approval decide(
      RunId run, Decision decision, Signer signer, String reason, InstantSource clock) {
    LiveManifests manifests = new LiveManifests(store, paths, keyring);
    Manifest manifest =
        manifests
            .bytes(run)
            .map(stored -> manifests.parse(run, stored))
            .filter(Manifest::isCommitted)
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageErrorCode.RUN_NOT_COMMITTED,
                        "run " + run + " of pipeline " + paths.pipeline() + " is not committed"));
    return store(
        paths.approvals(run), Optional.of(run), manifest.digest(), decision, signer, reason, clock);
  }

  /**
   * Decides about a stored deletion plan as things stand now, and stores the decision.
   *
   * @param plan digest of the plan
   * @param decision what is decided
   * @param signer the approver's key; its purpose is {@link KeyPurpose#APPROVAL}
   * @param reason why; never empty
   * @param clock stamps the decision
   * @return the decision as stored
   * @throws StorageException {@link StorageErrorCode#DELETION_PLAN_INVALID} when there is nothing
   *     to decide about
   * @throws IllegalArgumentException when the signer is for another purpose or not in the keyring
   */
  public Approval decideOnPlan(
      String plan, Decision decision, Signer signer, String reason, InstantSource clock) {
    new DeletionPlans(store, paths).read(plan);
    return store(
        paths.deletionApprovals(plan), Optional.empty(), plan, decision, signer, reason, clock);
  }

  /** The decisions about a run that verify, whether they count or not, in the order of digests. */
  public List<Approval> of(RunId run) {
    return read(paths.approvals(run), approval -> approval.run().equals(Optional.of(run)));
  }

  private Approval store(
      String folder,
      Optional<RunId> run,
      String subject,
      Decision decision,
      Signer signer,
      String reason,
      InstantSource clock) {
    if (signer.purpose() != KeyPurpose.APPROVAL) {
      throw new IllegalArgumentException("the signer of approvals has another purpose");
    }
    String holder =
        keyring
            .find(signer.keyId(), KeyPurpose.APPROVAL)
            .map(VerificationKey::holder)
            .orElseThrow(
                () -> new IllegalArgumentException("the approver's key is not in the keyring"));
    Optional<String> base =
        new PublicationChain(store, paths, keyring).pointer().map(LatestPointer::digest);
    byte[] stored =
        SignedJson.sign(
            Approval.PAYLOAD_TYPE,
            Approval.body(
                paths.pipeline(), run, subject, base, decision, holder, reason, clock.instant()),
            signer);
    Approval approval = Approval.parse(stored, keyring);
    String key = folder + approval.digest() + ".json";
    if (!Arrays.equals(ControlObjects.first(store, key, stored), stored)) {
      throw new StorageException(
          StorageErrorCode.APPROVAL_INVALID,
          "object " + key + " does not have the digest in its name");
    }
    return approval;
  }

  private List<Approval> read(String folder, Predicate<Approval> own) {
    List<Approval> found = new ArrayList<>();
    Listing.each(
        store,
        folder,
        info -> {
          Approval approval = parse(info.key());
          if (approval != null && own.test(approval)) {
            found.add(approval);
          }
        });
    return List.copyOf(found);
  }

  /** Null when it does not verify: then it does not count. */
  @Nullable Approval parse(String key) {
    try {
      return require(key);
    } catch (StorageException e) {
      if (e.code() != StorageErrorCode.APPROVAL_INVALID) {
        throw e;
      }
      return null;
    }
  }

  /** The approval under a key, which is its digest. */
  Approval require(String key) {
    StoredObject stored =
        ControlObjects.get(store, key, StorageErrorCode.APPROVAL_INVALID)
            .orElseThrow(() -> invalid(key, "is missing"));
    Approval approval =
        ControlObjects.parse(
            key,
            stored.content(),
            StorageErrorCode.APPROVAL_INVALID,
            content -> Approval.parse(content, keyring));
    if (!key.endsWith("/" + ControlJson.sha256(stored.content()) + ".json")
        || !approval.pipeline().equals(paths.pipeline())) {
      throw invalid(key, "is of another pipeline, or does not have the digest in its name");
    }
    return approval;
  }

  private static StorageException invalid(String key, String problem) {
    return new StorageException(StorageErrorCode.APPROVAL_INVALID, "object " + key + " " + problem);
  }

  /**
   * What the decisions about one subject come to.
   *
   * @param counting digests of the approvals that count, in their order
   * @param missing how many more people must approve
   * @param rejection a rejection that counts
   */
  record Verdict(List<String> counting, int missing, Optional<Approval> rejection) {

    /** What stands against the subject as far as people have to approve it. */
    Optional<PromotionResult> obstacle(String name, String subject) {
      if (rejection.isPresent()) {
        return Optional.of(
            new PromotionResult.Held(name + " was rejected by " + rejection.get().approver()));
      }
      return missing > 0
          ? Optional.of(new PromotionResult.AwaitingApproval(subject, missing))
          : Optional.empty();
    }
  }

  /** The verdict on a run. */
  Verdict verdict(
      Manifest manifest, byte[] stored, ApprovalRule rule, Set<Optional<String>> bases) {
    if (rule.approvals() == 0) {
      return new Verdict(List.of(), 0, Optional.empty());
    }
    Set<String> excluded = new HashSet<>();
    if (rule.fourEyes()) {
      excluded.add(manifest.actor());
      ControlJson.signers(stored)
          .forEach(
              keyId ->
                  keyring
                      .find(keyId, KeyPurpose.MANIFEST)
                      .map(VerificationKey::holder)
                      .ifPresent(excluded::add));
    }
    return verdict(of(manifest.run()), manifest.digest(), rule, bases, excluded);
  }

  /** The verdict on a deletion plan. */
  Verdict verdict(DeletionPlan plan, ApprovalRule rule, Set<Optional<String>> bases) {
    if (rule.approvals() == 0) {
      return new Verdict(List.of(), 0, Optional.empty());
    }
    return verdict(
        read(paths.deletionApprovals(plan.digest()), approval -> approval.run().isEmpty()),
        plan.digest(),
        rule,
        bases,
        rule.fourEyes() ? Set.of(plan.actor()) : Set.of());
  }

  private static Verdict verdict(
      List<Approval> decisions,
      String subject,
      ApprovalRule rule,
      Set<Optional<String>> bases,
      Set<String> excluded) {
    TreeMap<String, String> approvers = new TreeMap<>();
    Optional<Approval> rejection = Optional.empty();
    for (Approval approval : decisions) {
      if (!approval.subject().equals(subject) || !bases.contains(approval.base())) {
        continue;
      }
      if (approval.decision() == Decision.REJECTED) {
        rejection = Optional.of(approval);
      } else if (!excluded.contains(approval.approver())) {
        approvers.putIfAbsent(approval.approver(), approval.digest());
      }
    }
    return new Verdict(
        List.copyOf(new TreeSet<>(approvers.values())),
        Math.max(0, rule.approvals() - approvers.size()),
        rejection);
  }

  /** Whether the keys of approvals count at an index of the audit log. */
  boolean count(String folder, List<String> digests, long index) {
    for (String digest : digests) {
      Approval approval = require(folder + digest + ".json");
      boolean counts =
          keyring
              .find(approval.keyId(), KeyPurpose.APPROVAL)
              .filter(key -> key.countsAt(index))
              .isPresent();
      if (!counts) {
        return false;
      }
    }
    return true;
  }

  /**
   * The publications that a decision may have been made about: those since a base, and the base,
   * but none before a rollback.
   */
  static Set<Optional<String>> bases(List<Publication> since, Optional<String> base) {
    Set<Optional<String>> bases = new HashSet<>();
    for (Publication publication : since) {
      bases.add(Optional.of(publication.digest()));
      if (publication.kind() == Publication.Kind.ROLLBACK) {
        return bases;
      }
    }
    bases.add(base);
    return bases;
  }
}
