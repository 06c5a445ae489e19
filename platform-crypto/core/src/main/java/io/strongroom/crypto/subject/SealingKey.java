package io.strongroom.crypto.subject;

import java.util.Arrays;

/** A key for fields, derived from a person's key of one version and a random salt. */
@SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this package.
record SealingKey(int version, byte[] salt, byte[] key) {

  SealingKey copy() {
    return new SealingKey(version, salt, key.clone());
  }

  void zero() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "SealingKey[redacted]";
  }
}
