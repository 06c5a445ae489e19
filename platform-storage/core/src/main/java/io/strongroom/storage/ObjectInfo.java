package io.strongroom.storage;

import java.time.Instant;
import java.util.Objects;

/**
 * What a store says about an object.
 *
 * @param key its key
 * @param size its length in bytes
 * @param etag changes whenever the content changes; opaque, not a content hash to rely on
 * @param modified when it was written, by the store's clock
 */
public record ObjectInfo(String key, long size, String etag, Instant modified) {
  /** Checks that nothing is missing. */
  public ObjectInfo {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(etag, "etag");
    Objects.requireNonNull(modified, "modified");
  }
}
