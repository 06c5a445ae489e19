package io.strongroom.crypto;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a key service tells about a key.
 *
 * @param key the key under the name that stands in keys wrapped under it; not an alias
 * @param providerId the provider id that stands in keys wrapped under it
 * @param state what can be done with it
 * @param newestVersion the version that wraps new data keys, from 1; empty when the key service
 *     keeps its versions to itself
 * @param versions how many versions can still unwrap; empty when the key service keeps that to
 *     itself
 */
public record KeyDescription(
    KeyId key, String providerId, KeyState state, OptionalInt newestVersion, OptionalInt versions) {

  /** Refuses null, a newest version below 1 and a negative number of versions. */
  public KeyDescription {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(providerId, "providerId");
    Objects.requireNonNull(state, "state");
    if (newestVersion.orElse(1) < 1 || versions.orElse(0) < 0) {
      throw new IllegalArgumentException("versions count from 1");
    }
  }

  /**
   * A key whose versions are known.
   *
   * @param key the key
   * @param providerId the provider id that stands in keys wrapped under it
   * @param state what can be done with it
   * @param newestVersion the version that wraps new data keys, from 1
   * @param versions how many versions can still unwrap
   * @return the description
   */
  public static KeyDescription versioned(
      KeyId key, String providerId, KeyState state, int newestVersion, int versions) {
    return new KeyDescription(
        key, providerId, state, OptionalInt.of(newestVersion), OptionalInt.of(versions));
  }

  /**
   * A key whose versions the key service keeps to itself.
   *
   * @param key the key
   * @param providerId the provider id that stands in keys wrapped under it
   * @param state what can be done with it
   * @return the description
   */
  public static KeyDescription unversioned(KeyId key, String providerId, KeyState state) {
    return new KeyDescription(key, providerId, state, OptionalInt.empty(), OptionalInt.empty());
  }
}
