package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Publishers that lose no time between rounds, with and without a rule of the protocol. */
public final class PublisherVariations {
  private PublisherVariations() {}

  /**
   * A publisher.
   *
   * @param historyRule false for one that never finds a promotion in the history
   * @param floorRule false for one that knows of no floor
   * @param policy which runs need whose approval
   */
  public static Publisher create(
      ObjectStore store,
      PipelineRef pipeline,
      RunStore runs,
      IntentLog intents,
      Signer signer,
      Keyring keyring,
      InstantSource clock,
      boolean historyRule,
      boolean floorRule,
      ApprovalPolicy policy) {
    PublicationChain chain =
        new PublicationChain(store, new ControlPaths(pipeline), keyring) {
          @Override
          Optional<Publication> promotion(List<Publication> publications, RunId run) {
            return historyRule ? super.promotion(publications, run) : Optional.empty();
          }

          @Override
          Optional<Head> head() {
            return floorRule ? super.head() : super.head().map(PublisherVariations::withoutFloor);
          }
        };
    return new Publisher(
        store, runs, intents, signer, keyring, clock, chain, round -> {}, pipeline, policy);
  }

  private static PublicationChain.Head withoutFloor(PublicationChain.Head head) {
    Publication real = head.publication();
    return new PublicationChain.Head(
        new Publication(
            real.seq(),
            real.digest(),
            real.kind(),
            real.run(),
            real.rollbackId(),
            real.generations(),
            real.previous(),
            real.intentIndex(),
            real.intentLeafHash(),
            real.actor(),
            real.reason(),
            real.at(),
            real.rolledBackTo(),
            real.approvals(),
            real.plan(),
            1),
        head.etag());
  }
}
