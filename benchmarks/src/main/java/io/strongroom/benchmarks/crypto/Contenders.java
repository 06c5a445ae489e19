package io.strongroom.benchmarks.crypto;

import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** All contenders over the same AES-256 key (but Tink, which makes its own) and context. */
final class Contenders {
  static final String NAMESPACE = "benchmark";
  static final String KEY_NAME = "benchmark-key";
  static final String CONTEXT_KEY = "purpose";
  static final String CONTEXT_VALUE = "benchmark";

  private Contenders() {}

  /**
   * New contenders; the key is fixed because nothing here is secret.
   *
   * @param frameLength of the contenders that let one choose
   * @param cores that strongroom may use
   */
  static List<Contender> all(int frameLength, int cores) {
    return List.of(
        named("strongroom", frameLength, cores),
        named("limit", frameLength, cores),
        named("aws-encryption-sdk", frameLength, cores),
        named("tink", frameLength, cores),
        named("bouncycastle", frameLength, cores));
  }

  /** One of them; the classes of the others are not loaded. */
  static Contender named(String name, int frameLength, int cores) {
    byte[] key = key();
    return switch (name) {
      case "strongroom" -> StrongroomContender.plain(key, frameLength, cores);
      case "limit" -> new LimitContender(name, null, key, frameLength);
      case "aws-encryption-sdk" -> EncryptionSdkContender.plain(key);
      case "tink" -> new TinkContender();
      case "bouncycastle" -> new LimitContender(name, BouncyCastle.provider(), key, frameLength);
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }

  /**
   * One of them for small messages.
   *
   * @param kind {@code own-key}, {@code cached-key} or {@code signed}
   */
  static Contender ofMessages(String name, String kind) {
    return switch (name + " " + kind) {
      case "strongroom cached-key" -> StrongroomContender.cached(key());
      case "strongroom signed" -> StrongroomContender.signed(key());
      case "aws-encryption-sdk cached-key" -> EncryptionSdkContender.cached(key());
      case "aws-encryption-sdk signed" -> EncryptionSdkContender.signed(key());
      default -> named(name, 16 * 1024, 1);
    };
  }

  /** One of those that read anywhere. */
  static RangeContender ofRanges(String name, int frameLength) {
    return switch (name) {
      case "strongroom" -> StrongroomContender.plain(key(), frameLength, 1);
      case "limit" -> new LimitContender(name, null, key(), frameLength);
      case "aws-encryption-sdk" -> EncryptionSdkContender.plain(key());
      case "tink" -> new TinkContender();
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return key;
  }

  /** A class of its own: else the verifier would load BouncyCastle for every contender. */
  private static final class BouncyCastle {
    static Provider provider() {
      return new BouncyCastleProvider();
    }
  }
}
