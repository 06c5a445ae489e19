package io.strongroom.storage.publication;

import io.strongroom.storage.run.Manifest;

/**
 * Says which runs need whose approval before they are published. It is asked at the moment of
 * promoting, every time, so that no restart gets past it. Implementations are safe for use by
 * several threads.
 */
@FunctionalInterface
public interface ApprovalPolicy {

  /** No run needs an approval. */
  ApprovalPolicy NONE = manifest -> ApprovalRule.NONE;

  /**
   * The rule for a run.
   *
   * @param manifest the committed run that is about to be published
   */
  ApprovalRule rule(Manifest manifest);
}
