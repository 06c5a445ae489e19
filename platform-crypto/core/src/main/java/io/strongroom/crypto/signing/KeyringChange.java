package io.strongroom.crypto.signing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The next keyring, as changes of the present one. A key that was ever listed stays listed: it is
 * given an end or revoked, and never enrolled again, so that old documents keep their meaning.
 *
 * <p>Not safe for use by several threads.
 */
public final class KeyringChange {
  private final Keyring present;
  private final Map<String, VerificationKey> keys = new LinkedHashMap<>();

  KeyringChange(Keyring present) {
    this.present = present;
    present.keys().forEach(key -> keys.put(key.keyId(), key));
  }

  /**
   * Lists a key.
   *
   * @param enrolment the key, with its proof of possession
   * @param fromIndex first index of the audit log at which its signatures count
   * @return this change
   * @throws IllegalArgumentException when the key stands in the keyring already, or the index is
   *     less than 0
   */
  public KeyringChange enrol(KeyEnrolment enrolment, long fromIndex) {
    VerificationKey key =
        new VerificationKey(
            enrolment.keyId(),
            enrolment.algorithm(),
            enrolment.purpose(),
            enrolment.publicKey(),
            enrolment.holder(),
            fromIndex,
            OptionalLong.empty(),
            false);
    if (keys.putIfAbsent(key.keyId(), key) != null) {
      throw new IllegalArgumentException("key " + key.keyId() + " is in the keyring already");
    }
    return this;
  }

  /**
   * Gives a key an end: what it signed before the index goes on counting, what it signs from there
   * on does not. For the old key of a rotation the index lies ahead; for a key that was lost at a
   * known time, behind.
   *
   * @param keyId the key
   * @param untilIndex first index of the audit log at which its signatures no longer count
   * @return this change
   * @throws IllegalArgumentException when the key is not in the keyring or revoked, has an earlier
   *     end already, or would end before it began
   */
  public KeyringChange retire(String keyId, long untilIndex) {
    VerificationKey key = key(keyId);
    if (key.revoked()) {
      throw new IllegalArgumentException("key " + keyId + " is revoked");
    }
    if (key.untilIndex().isPresent() && key.untilIndex().getAsLong() < untilIndex) {
      throw new IllegalArgumentException("key " + keyId + " has an earlier end already");
    }
    keys.put(keyId, ended(key, OptionalLong.of(untilIndex), false));
    return this;
  }

  /**
   * Revokes a key: nothing that it ever signed counts any more.
   *
   * @param keyId the key
   * @return this change
   * @throws IllegalArgumentException when the key is not in the keyring
   */
  public KeyringChange revoke(String keyId) {
    VerificationKey key = key(keyId);
    keys.put(keyId, ended(key, key.untilIndex(), true));
    return this;
  }

  private VerificationKey key(String keyId) {
    VerificationKey key = keys.get(keyId);
    if (key == null) {
      throw new IllegalArgumentException("key " + keyId + " is not in the keyring");
    }
    return key;
  }

  private static VerificationKey ended(VerificationKey key, OptionalLong until, boolean revoked) {
    return new VerificationKey(
        key.keyId(),
        key.algorithm(),
        key.purpose(),
        key.publicKey(),
        key.holder(),
        key.fromIndex(),
        until,
        revoked);
  }

  /**
   * Signs the changed keyring under the next serial.
   *
   * @param root the root key of the present keyring
   * @return the bytes to store, as {@link Keyring#create} gives them
   * @throws IllegalArgumentException when the root is another
   */
  public byte[] sign(RootKey root) {
    if (!root.digest().equals(present.rootDigest())) {
      throw new IllegalArgumentException("the keyring is under another root key");
    }
    return Keyring.create(root, present.serial() + 1, List.copyOf(keys.values()));
  }
}
