package io.strongroom.storage.journal;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.StoredObject;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a stored journal is released.
 *
 * @param commit the last commit that is released whole
 * @param end the number of that commit's last record
 * @param through the last record that is released
 * @param etag of the object; null when there is none
 */
record StoredMark(long commit, long end, long through, @Nullable String etag) {
  private static final String FORMAT = "strongroom-stored-journal-mark-v1";
  private static final Set<String> MEMBERS = Set.of("commit", "end", "format", "through");

  /** Reads a mark; empty when it is malformed. */
  static Optional<StoredMark> parse(@Nullable StoredObject stored) {
    if (stored == null) {
      return Optional.of(new StoredMark(0, 0, 0, null));
    }
    try {
      JsonObject json = JsonValue.parseCanonicalObject(stored.content());
      if (!json.members().keySet().equals(MEMBERS) || !json.string("format").equals(FORMAT)) {
        return Optional.empty();
      }
      StoredMark mark =
          new StoredMark(
              json.integer("commit"), json.integer("end"), json.integer("through"), stored.etag());
      boolean sound = mark.commit >= 0 && mark.end >= mark.commit && mark.through >= mark.end;
      return sound ? Optional.of(mark) : Optional.empty();
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  byte[] encode() {
    return JsonObject.builder()
        .put("commit", commit)
        .put("end", end)
        .put("format", FORMAT)
        .put("through", through)
        .build()
        .canonicalBytes();
  }
}
