package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.List;
import java.util.Optional;

/** Takes what a retention plan calls expired out of what is published, and raises the floor. */
final class RetirementChange implements Change {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final PublicationChain chain;
  private final Approvals approvals;
  private final LegalHolds holds;
  private final DeletionPlans plans;
  private final DeletionPlan plan;
  private final ApprovalRule rule;

  /**
   * The retirement of a plan that was made when something was published.
   *
   * @param rule who must approve it
   */
  RetirementChange(
      ObjectStore store,
      ControlPaths paths,
      Keyring keyring,
      PublicationChain chain,
      LegalHolds holds,
      DeletionPlan plan,
      ApprovalRule rule) {
    this.store = store;
    this.paths = paths;
    this.keyring = keyring;
    this.chain = chain;
    this.approvals = new Approvals(store, paths.pipeline(), keyring);
    this.holds = holds;
    this.plans = new DeletionPlans(store, paths);
    this.plan = plan;
    this.rule = rule;
  }

  @Override
  public String name() {
    return "deletion plan " + plan.digest();
  }

  @Override
  public Step after(Optional<Publication> head) {
    List<Publication> since = chain.since(head, plan.base());
    Optional<Publication> done =
        since.stream().filter(older -> older.plan().equals(Optional.of(plan.digest()))).findFirst();
    if (done.isPresent()) {
      return new Done(done.get());
    }
    Publication newest = head.orElseThrow();
    Retirement retirement =
        new Retirement(
            plan,
            plans,
            newest,
            since,
            new Generations(store, paths),
            new LiveManifests(store, paths, keyring));
    Optional<String> obstacle = retirement.obstacle(holds.active());
    if (obstacle.isPresent()) {
      return new Stopped(new PromotionResult.Held(name() + ": " + obstacle.get()));
    }
    Approvals.Verdict verdict = approvals.verdict(plan, rule, Approvals.bases(since, plan.base()));
    Optional<PromotionResult> unapproved = verdict.obstacle(name(), plan.digest());
    if (unapproved.isPresent()) {
      return new Stopped(unapproved.get());
    }
    return new Next(
        Subject.retirement(plan.digest()),
        verdict.counting(),
        Math.max(newest.floor(), plan.floor()),
        intent ->
            approvals.count(
                    paths.deletionApprovals(plan.digest()), verdict.counting(), intent.index())
                ? Optional.empty()
                : Optional.of(new PromotionResult.AwaitingApproval(plan.digest(), 1)),
        retirement::write);
  }
}
