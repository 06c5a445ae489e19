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
   */
  public static Publisher create(
      ObjectStore store,
      PipelineRef pipeline,
      RunStore runs,
      IntentLog intents,
      Signer signer,
      Keyring keyring,
      InstantSource clock,
      boolean historyRule) {
    ControlPaths paths = new ControlPaths(pipeline);
    PublicationChain chain =
        historyRule
            ? new PublicationChain(store, paths, keyring)
            : new PublicationChain(store, paths, keyring) {
              @Override
              Optional<Publication> promotion(List<Publication> publications, RunId run) {
                return Optional.empty();
              }
            };
    return new Publisher(
        store,
        runs,
        intents,
        signer,
        keyring,
        clock,
        chain,
        round -> {},
        pipeline,
        ApprovalPolicy.NONE);
  }
}
