package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Verifies a whole log from what is stored: offline, without the log's signer, and without trusting
 * anything but the keyring.
 *
 * <p>Every bundle is read and hashed, every tile is computed again and compared, the root is
 * compared with the signed checkpoint, and every name under the prefix is accounted for. A bundle
 * and the tile beside it that disagree are judged by the tile above, and at the edge of the tree by
 * the signed root, so that the object that is wrong is the one that is named.
 */
public final class AuditVerifier {

  /** How long a submitted event may wait for its index unless it is said. */
  public static final Duration DEFAULT_INTEGRATION_TIME = Duration.ofMinutes(15);

  private AuditVerifier() {}

  /**
   * Verifies a log. Writes nothing. Holds one bundle and one tile a level in memory, whatever the
   * size of the log. The log may grow meanwhile; what was there at the start is verified.
   *
   * @param store where the log's objects are
   * @param prefix what their keys start with: empty, or ending with a slash
   * @param origin name that the log must have
   * @param keyring whose keys for checkpoints count
   * @return what was found; it does not say that the log was never longer, which only a checkpoint
   *     kept elsewhere can tell
   * @throws AuditException LOG_NAME_REFUSED for the prefix or the origin
   * @throws io.strongroom.storage.StorageException when the store does not answer
   */
  public static AuditReport verify(
      ObjectStore store, String prefix, String origin, Keyring keyring) {
    return verify(
        store,
        prefix,
        new CheckpointTrust(origin, keyring, null),
        DEFAULT_INTEGRATION_TIME,
        Clock.systemUTC());
  }

  /**
   * Verifies a log as the other method does, and that the published checkpoint has the signatures
   * that a policy asks for.
   *
   * @param policy the policy; it comes with the keyring and not from the log
   * @return what was found
   */
  public static AuditReport verify(
      ObjectStore store, String prefix, String origin, Keyring keyring, CheckpointPolicy policy) {
    return verify(
        store,
        prefix,
        new CheckpointTrust(origin, keyring, Objects.requireNonNull(policy, "policy")),
        DEFAULT_INTEGRATION_TIME,
        Clock.systemUTC());
  }

  /**
   * Verifies a log, as the other method.
   *
   * @param within how long a submitted event may wait for its index; one that waits longer is a
   *     finding
   * @param clock compared with the times at which the store says that events were submitted
   */
  public static AuditReport verify(
      ObjectStore store,
      String prefix,
      String origin,
      Keyring keyring,
      Duration within,
      InstantSource clock) {
    return verify(store, prefix, new CheckpointTrust(origin, keyring, null), within, clock);
  }

  private static AuditReport verify(
      ObjectStore store,
      String prefix,
      CheckpointTrust trust,
      Duration within,
      InstantSource clock) {
    return new Verification(new LogObjects(store, prefix), trust, within, clock.instant()).run();
  }
}
