package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.StoredObject;
import java.util.Optional;
import java.util.Set;

/**
 * Tells readers where the act stands by which a log was pruned, so that they need not look for it.
 * It proves nothing: the act does.
 *
 * @param act index of the act
 * @param leaf its leaf hash
 * @param to entries before this index were pruned by it
 */
record PrunedMark(long act, String leaf, long to) {
  static final String NAME = "pruned";

  byte[] encode(String origin) {
    return JsonObject.builder()
        .put("act", act)
        .put("leaf", leaf)
        .put("origin", origin)
        .put("to", to)
        .put("v", 1)
        .build()
        .canonicalBytes();
  }

  /**
   * Reads a mark.
   *
   * @throws IllegalArgumentException when it is none
   */
  static PrunedMark decode(byte[] bytes) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(bytes);
      if (!json.members().keySet().equals(Set.of("act", "leaf", "origin", "to", "v"))
          || json.integer("v") != 1
          || !json.string("leaf").matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("it is no mark of a pruning");
      }
      return new PrunedMark(json.integer("act"), json.string("leaf"), json.integer("to"));
    } catch (JsonException malformed) {
      throw new IllegalArgumentException("it is no mark of a pruning", malformed);
    }
  }

  /** The mark of a log; empty when there is none or it is malformed. */
  static Optional<PrunedMark> read(LogObjects objects) {
    try {
      return objects.get(NAME).map(StoredObject::content).map(PrunedMark::decode);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
