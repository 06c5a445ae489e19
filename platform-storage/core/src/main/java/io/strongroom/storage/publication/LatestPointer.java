package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Set;

/**
 * What {@code _LATEST.json} holds. Its check tells a damaged pointer from a missing publication; it
 * is no protection against a forger, the publication's signature is.
 *
 * @param seq number of the newest publication
 * @param digest its digest
 */
record LatestPointer(long seq, String digest) {
  private static final String FORMAT = "strongroom.latest.v1";
  private static final Set<String> MEMBERS = Set.of("format", "seq", "digest", "check");

  LatestPointer {
    if (seq < 1) {
      throw new IllegalArgumentException("seq is less than 1");
    }
    ControlJson.requireDigest("digest", digest);
  }

  byte[] toBytes() {
    JsonObject body = body();
    JsonObject.Builder json =
        JsonObject.builder().put("check", ControlJson.sha256(body.canonicalBytes()));
    body.members().forEach(json::put);
    return json.build().canonicalBytes();
  }

  static LatestPointer fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    if (!json.string("check").equals(ControlJson.sha256(json.without("check").canonicalBytes()))) {
      throw new IllegalArgumentException("its check does not fit its content");
    }
    return new LatestPointer(json.integer("seq"), json.string("digest"));
  }

  private JsonObject body() {
    return JsonObject.builder().put("format", FORMAT).put("seq", seq).put("digest", digest).build();
  }
}
