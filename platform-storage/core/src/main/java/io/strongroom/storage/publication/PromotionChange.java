package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.schema.SchemaHistory;
import java.util.List;
import java.util.Optional;

/** Makes a committed run live. */
final class PromotionChange implements Change {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final PublicationChain chain;
  private final Approvals approvals;
  private final ApprovalPolicy policy;
  private final LiveManifests manifests;
  private final Manifest manifest;
  private final byte[] stored;
  private final Optional<Manifest> superseded;

  /**
   * The promotion of a run.
   *
   * @param stored the bytes of its manifest
   * @param superseded the run that it replaces
   */
  PromotionChange(
      ObjectStore store,
      ControlPaths paths,
      Keyring keyring,
      PublicationChain chain,
      ApprovalPolicy policy,
      Manifest manifest,
      byte[] stored,
      Optional<Manifest> superseded) {
    this.store = store;
    this.paths = paths;
    this.keyring = keyring;
    this.chain = chain;
    this.approvals = new Approvals(store, paths.pipeline(), keyring);
    this.policy = policy;
    this.manifests = new LiveManifests(store, paths, keyring);
    this.manifest = manifest;
    this.stored = stored;
    this.superseded = superseded;
  }

  @Override
  public String name() {
    return "run " + manifest.run();
  }

  @Override
  public Step after(Optional<Publication> newest) {
    List<Publication> since = chain.since(newest, manifest.base());
    Optional<Publication> done = chain.promotion(since, manifest.run());
    if (done.isPresent()) {
      return new Done(done.get());
    }
    Optional<Publication> base =
        since.isEmpty() ? newest : chain.previous(since.get(since.size() - 1));
    Promotion promotion =
        new Promotion(manifest, superseded, newest, base, new Generations(store, paths), manifests);
    Optional<PromotionResult> obstacle = promotion.obstacle();
    if (obstacle.isPresent()) {
      return new Stopped(obstacle.get());
    }
    Optional<PromotionResult> unregistered = unregistered();
    if (unregistered.isPresent()) {
      return new Stopped(unregistered.get());
    }
    ApprovalRule rule = policy.rule(manifest);
    Approvals.Verdict verdict =
        approvals.verdict(manifest, stored, rule, Approvals.bases(since, manifest.base()));
    Optional<PromotionResult> unapproved = verdict.obstacle(name(), manifest.digest());
    if (unapproved.isPresent()) {
      return new Stopped(unapproved.get());
    }
    return new Next(
        Subject.promotion(manifest.run()),
        verdict.counting(),
        newest.map(Publication::floor).orElse(1L),
        intent -> uncounted(verdict, intent.index()),
        promotion::write);
  }

  /** What stands against the schemas that the run names. */
  private Optional<PromotionResult> unregistered() {
    SchemaHistory schemas = new SchemaHistory(store, paths.pipeline());
    for (DatasetOutput output : manifest.datasets()) {
      Optional<String> why =
          output.schema().flatMap(named -> schemas.obstacle(output.spec(), named));
      if (why.isPresent()) {
        return Optional.of(new PromotionResult.Held(name() + ": " + why.get()));
      }
    }
    return Optional.empty();
  }

  /** A key that was retired before this moment does not count any more. */
  private Optional<PromotionResult> uncounted(Approvals.Verdict verdict, long index) {
    ControlObjects.parse(
        paths.manifest(manifest.run()),
        stored,
        StorageErrorCode.MANIFEST_INVALID,
        content -> {
          ControlObjects.requireKeysCounting(content, keyring, KeyPurpose.MANIFEST, index);
          return content;
        });
    return approvals.count(paths.approvals(manifest.run()), verdict.counting(), index)
        ? Optional.empty()
        : Optional.of(new PromotionResult.AwaitingApproval(manifest.digest(), 1));
  }
}
