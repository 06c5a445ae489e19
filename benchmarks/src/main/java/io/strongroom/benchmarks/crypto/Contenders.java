package io.strongroom.benchmarks.crypto;

import java.util.Arrays;
import java.util.List;

/** All contenders over the same AES-256 key, encryption context and frame length. */
final class Contenders {
  static final String NAMESPACE = "benchmark";
  static final String KEY_NAME = "benchmark-key";
  static final String CONTEXT_KEY = "purpose";
  static final String CONTEXT_VALUE = "benchmark";

  private Contenders() {}

  /** New contenders; the key is fixed because nothing here is secret. */
  static List<Contender> all(int frameLength) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return List.of(
        new StrongroomContender(key, frameLength),
        new LimitContender(key, frameLength),
        new EncryptionSdkContender(key, frameLength));
  }
}
