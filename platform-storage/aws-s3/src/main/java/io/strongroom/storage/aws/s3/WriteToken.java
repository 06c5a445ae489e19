package io.strongroom.storage.aws.s3;

import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in an object's metadata which call wrote it, under which condition: so that a writer whose
 * reply was lost finds out whether it won.
 *
 * @param kind the condition of the write
 * @param id of the call, random; the same in all its attempts
 * @param replaced the tag that was replaced; empty unless the kind is {@link Kind#REPLACED}
 */
record WriteToken(Kind kind, String id, String replaced) {
  private static final String NAME = "strongroom-write";
  private static final Pattern TAG = Pattern.compile("[!-~&&[^\";,*\\\\]]{1,200}");

  /** What was asked of the key. */
  enum Kind {
    CREATED,
    REPLACED,
    PUT
  }

  static WriteToken created() {
    return new WriteToken(Kind.CREATED, UUID.randomUUID().toString(), "");
  }

  static WriteToken replacing(String etag) {
    return new WriteToken(Kind.REPLACED, UUID.randomUUID().toString(), etag);
  }

  static WriteToken put() {
    return new WriteToken(Kind.PUT, UUID.randomUUID().toString(), "");
  }

  /** Whether a text can be an entity tag of S3; {@code *} is none. */
  static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  Map<String, String> metadata() {
    return Map.of(NAME, kind + ";" + id + ";" + replaced);
  }

  static @Nullable WriteToken of(Map<String, String> metadata) {
    String text = metadata.get(NAME);
    if (text == null) {
      return null;
    }
    String[] parts = text.split(";", -1);
    for (Kind kind : Kind.values()) {
      if (parts.length == 3 && kind.name().equals(parts[0])) {
        return new WriteToken(kind, parts[1], parts[2]);
      }
    }
    return null;
  }

  /** Whether an object with the other token stands where only one of the two can have won. */
  boolean lostTo(WriteToken other) {
    return kind != Kind.PUT
        && kind == other.kind
        && !id.equals(other.id)
        && replaced.equals(other.replaced);
  }
}
