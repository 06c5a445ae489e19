package io.strongroom.audit;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Makes the nonces of entries, so that no two entries have one hash and nobody can guess an entry
 * from its hash. Takes random bytes in large pieces: a system's generator costs as much for 16
 * bytes as for many. Safe for use by several threads.
 */
final class Nonces {
  static final int BYTES = 16;
  private static final int AT_ONCE = 256 * BYTES;

  private final SecureRandom random;
  private final byte[] bytes = new byte[AT_ONCE];
  private int used = AT_ONCE;

  Nonces(SecureRandom random) {
    this.random = Objects.requireNonNull(random, "random");
  }

  synchronized String next() {
    if (used == AT_ONCE) {
      random.nextBytes(bytes);
      used = 0;
    }
    String nonce = HexFormat.of().formatHex(bytes, used, used + BYTES);
    used += BYTES;
    return nonce;
  }
}
