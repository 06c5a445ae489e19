package io.strongroom.crypto.testing.kms;

import java.util.Objects;

/**
 * A long-lived access key that {@link KmsWireDouble} accepts. It opens nothing but the double.
 *
 * @param accessKeyId names the key
 * @param secretAccessKey signs requests
 * @param account the account of the caller, 12 digits
 */
public record KmsAccessKey(String accessKeyId, String secretAccessKey, String account) {

  /** Refuses null. */
  public KmsAccessKey {
    Objects.requireNonNull(accessKeyId, "accessKeyId");
    Objects.requireNonNull(secretAccessKey, "secretAccessKey");
    Objects.requireNonNull(account, "account");
  }

  @Override
  public String toString() {
    return "KmsAccessKey[" + accessKeyId + " of " + account + "]";
  }
}
