package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The settings of {@link LocalKeysModule}.
 *
 * @param keyFile the file of encryption keys
 * @param signingKeyFile the file of signing keys
 */
public record LocalKeysConfig(Path keyFile, Path signingKeyFile) {

  /** Refuses null. */
  public LocalKeysConfig {
    Objects.requireNonNull(keyFile, "keyFile");
    Objects.requireNonNull(signingKeyFile, "signingKeyFile");
  }

  /**
   * Reads {@code crypto.local.key-file} and {@code crypto.local.signing-key-file}, which must be
   * there.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static LocalKeysConfig from(ConfigReader reader) {
    return new LocalKeysConfig(
        reader.requiredPath("crypto.local.key-file"),
        reader.requiredPath("crypto.local.signing-key-file"));
  }
}
