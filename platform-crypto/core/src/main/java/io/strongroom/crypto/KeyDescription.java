package io.strongroom.crypto;

import java.util.Objects;

/**
 * What a key service tells about a key.
 *
 * @param key the key
 * @param providerId the provider id that stands in keys wrapped under it
 * @param newestVersion the version that wraps new data keys, from 1
 * @param versions how many versions can still unwrap
 */
public record KeyDescription(KeyId key, String providerId, int newestVersion, int versions) {

  /** Refuses null and numbers below 1. */
  public KeyDescription {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(providerId, "providerId");
    if (newestVersion < 1 || versions < 1) {
      throw new IllegalArgumentException("versions count from 1");
    }
  }
}
