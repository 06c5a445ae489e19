package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Arrays;

/**
 * The head of a log whose end is in a journal beside its objects. It never changes, and says that
 * the checkpoint tells how far the objects reach.
 */
final class LocalHead {
  private LocalHead() {}

  static byte[] encode(String origin) {
    return JsonObject.builder()
        .put("v", 1)
        .put("origin", origin)
        .put("journal", "local")
        .build()
        .canonicalBytes();
  }

  /** Whether these bytes are the head of a local log, of whatever origin. */
  static boolean isOne(byte[] head) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(head);
      return json.has("journal") && Arrays.equals(head, encode(json.string("origin")));
    } catch (JsonException malformed) {
      return false;
    }
  }
}
