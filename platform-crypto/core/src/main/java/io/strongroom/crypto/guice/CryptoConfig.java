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
 */
public record CryptoConfig(KeyId keyId, int frameLength) {
  private static final int SHORTEST = 512;
  private static final int LONGEST = 1024 * 1024;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when the frame length is out of range
   */
  public CryptoConfig {
    Objects.requireNonNull(keyId, "keyId");
    if (frameLength < SHORTEST || frameLength > LONGEST) {
      throw new IllegalArgumentException("frameLength must be 512 bytes to 1 MiB");
    }
  }

  /**
   * Reads {@code crypto.key-id}, which must be there, and {@code crypto.frame-size}, 16 KiB when
   * missing.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static CryptoConfig from(ConfigReader reader) {
    return new CryptoConfig(keyId(reader), frameLength(reader));
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
