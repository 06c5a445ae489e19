package io.strongroom.storage.guice;

import io.strongroom.base.ConfigReader;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Settings of the local object store.
 *
 * @param root the folder of its objects; setting {@code storage.local.root}, required
 */
public record LocalStoreConfig(Path root) {

  /** Checks that the folder is named. */
  public LocalStoreConfig {
    Objects.requireNonNull(root, "root");
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static LocalStoreConfig from(ConfigReader reader) {
    return new LocalStoreConfig(reader.requiredPath("storage.local.root"));
  }
}
