package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import java.util.Objects;

/**
 * The settings of {@link CryptoModule}.
 *
 * @param keyId the key that wraps data keys
 * @param frameLength the length of the frames that are written, 512 bytes to 1 MiB
 * @param parallelism how many threads may work on one message, 1 to 256
 * @param warmUp whether the JVM is made to compile the provider's AES at its first use
 */
public record CryptoConfig(KeyId keyId, int frameLength, int parallelism, boolean warmUp) {
  private static final int MOST_THREADS = 256;
  private static final int SHORTEST = 512;
  private static final int LONGEST = 1024 * 1024;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when the frame length or the parallelism is out of range
   */
  public CryptoConfig {
    Objects.requireNonNull(keyId, "keyId");
    if (frameLength < SHORTEST || frameLength > LONGEST) {
      throw new IllegalArgumentException("frameLength must be 512 bytes to 1 MiB");
    }
    if (parallelism < 1 || parallelism > MOST_THREADS) {
      throw new IllegalArgumentException("parallelism must be 1 to 256");
    }
  }

  /**
   * Settings with a thread a processor and with warm-up.
   *
   * @param keyId the key that wraps data keys
   * @param frameLength the length of the frames that are written, 512 bytes to 1 MiB
   */
  public CryptoConfig(KeyId keyId, int frameLength) {
    this(keyId, frameLength, processors(), true);
  }

  private static int processors() {
    return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Reads {@code crypto.key-id}, which must be there, and {@code crypto.frame-size}, 16 KiB when
   * missing, {@code crypto.parallelism}, the number of processors when missing, and {@code
   * crypto.warm-up}, true when missing.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static CryptoConfig from(ConfigReader reader) {
    return new CryptoConfig(
        keyId(reader),
        frameLength(reader),
        (int) reader.integer("crypto.parallelism", processors(), 1, MOST_THREADS),
        reader.flag("crypto.warm-up", true));
  }

  private static KeyId keyId(ConfigReader reader) {
    String key = "crypto.key-id";
    try {
      return new KeyId(reader.required(key));
    } catch (IllegalArgumentException malformed) {
      reader.problem(key, "is not a key id: " + malformed.getMessage());
      return new KeyId("unset");
    }
  }

  private static int frameLength(ConfigReader reader) {
    String key = "crypto.frame-size";
    long size = reader.size(key, EnvelopeEncryptor.DEFAULT_FRAME_LENGTH);
    if (size < SHORTEST || size > LONGEST) {
      reader.problem(key, "is not a size from 512B to 1MiB");
      return EnvelopeEncryptor.DEFAULT_FRAME_LENGTH;
    }
    return (int) size;
  }
}
