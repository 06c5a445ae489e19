package io.strongroom.crypto.rewrap;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.WrappedDataKey;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a campaign is to do. Immutable.
 *
 * @param epoch the campaign's number: greater than that of every campaign before it, or nothing is
 *     left to do. A record of this epoch or a later one is done
 * @param from which wrapped keys: those whose {@link WrappedDataKey#keyName()} is one of these, or
 *     one of these with {@code #} and a version; all when empty. Copied
 * @param target the key to wrap them under, perhaps a newer version of the same
 */
public record RewrapPlan(long epoch, Set<String> from, KeyId target) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when the epoch is less than 2
   */
  public RewrapPlan {
    Objects.requireNonNull(target, "target");
    from = Set.copyOf(from);
    if (epoch < 2) {
      throw new IllegalArgumentException("the epoch of a campaign is at least 2");
    }
  }

  /** Whether the plan is about a wrapped key. */
  boolean concerns(WrappedDataKey wrapped) {
    return from.isEmpty() || from.stream().anyMatch(name -> KeyCensus.names(name, wrapped));
  }

  /** Whether anything of a record is to be wrapped anew. */
  boolean concerns(KeyRecord record) {
    return record.keys().stream().anyMatch(key -> concerns(key.wrapped()));
  }

  /** Tells plans apart. */
  String digest() {
    return HexFormat.of()
        .formatHex(
            KeyRecordFolder.sha256(
                JsonObject.builder()
                    .put("epoch", epoch)
                    .putStrings("from", new TreeSet<>(from))
                    .put("target", target.value())
                    .build()
                    .canonicalBytes()));
  }
}
