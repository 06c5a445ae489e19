package io.strongroom.storage.publication;

import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Severity;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies everything that a pipeline has published, from the pointer to the last byte of the last
 * file.
 *
 * <p>Checked are the pointer; every publication of the history with its signature, digest, number,
 * intent, approvals and what it changes; every root and leaf of every generation; the manifest of
 * every run that was ever live; their keys; every byte of their files. A byte that was changed and
 * an object that was deleted is found and named, unless retention deleted it. Unlike readers it
 * lists, to report what crashes and lost races have left. Without a key service the wrapped keys
 * are checked for their form only. The audit log has its own verifier. {@link Fsck} checks more,
 * and hands out findings one by one.
 */
public final class LakeVerifier {
  private LakeVerifier() {}

  /**
   * Verifies a pipeline's outputs.
   *
   * @param store where they are
   * @param pipeline whose outputs they are
   * @param keyring the keys to believe
   * @param intents the log that must hold the intent of every publication
   * @param keyService unwraps the runs' keys; null to check only their form
   * @return what was noticed, in the order in which it was found; without {@link Severity#ERROR}
   *     everything published is as it was signed
   * @throws StorageException {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not
   *     answer; nothing is known then
   */
  public static List<Finding> verify(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      @Nullable KeyService keyService) {
    List<Finding> findings = new ArrayList<>();
    try (Workers workers = new Workers(Fsck.THREADS)) {
      new LakeWalk(
              store,
              pipeline,
              keyring,
              intents,
              keyService,
              new Findings(store, InstantSource.system(), Optional.empty(), findings::add),
              workers,
              new LakeWalk.Visitor() {})
          .walk();
    }
    return List.copyOf(findings);
  }
}
