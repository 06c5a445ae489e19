package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The settings of {@link LocalSubjectStoreModule}.
 *
 * @param folder where the wrapped keys of persons and the tombstones lie
 */
public record LocalSubjectStoreConfig(Path folder) {

  /** Refuses null. */
  public LocalSubjectStoreConfig {
    Objects.requireNonNull(folder, "folder");
  }

  /**
   * Reads {@code crypto.subjects.local.folder}, which must be there.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static LocalSubjectStoreConfig from(ConfigReader reader) {
    return new LocalSubjectStoreConfig(reader.requiredPath("crypto.subjects.local.folder"));
  }
}
