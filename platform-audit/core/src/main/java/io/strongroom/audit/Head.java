package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;

/**
 * The one object whose replacement appends: how many entries are committed, and their root.
 *
 * @param origin name of the log
 * @param size number of committed entries, at least 1
 * @param root root over them
 */
// Never handed out and never changed.
@SuppressWarnings("ArrayRecordComponent")
record Head(String origin, long size, byte[] root) {
  static final String NAME = "head";
  private static final Set<String> MEMBERS = Set.of("origin", "root", "size", "v");

  byte[] encode() {
    return JsonObject.builder()
        .put("v", 1)
        .put("origin", origin)
        .put("size", size)
        .put("root", HexFormat.of().formatHex(root))
        .build()
        .canonicalBytes();
  }

  /**
   * Reads a head.
   *
   * @throws IllegalArgumentException saying why it is none of this log
   */
  static Head decode(byte[] bytes, String origin) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(bytes);
      if (!json.members().keySet().equals(MEMBERS) || json.integer("v") != 1) {
        throw new IllegalArgumentException("it is no head of version 1");
      }
      if (!json.string("origin").equals(origin)) {
        throw new IllegalArgumentException("it is of another log");
      }
      String root = json.string("root");
      if (json.integer("size") < 1 || !root.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("its size or root is malformed");
      }
      return new Head(origin, json.integer("size"), HexFormat.of().parseHex(root));
    } catch (JsonException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }

  String journalName() {
    return JournalObject.name(size, root);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Head that
        && origin.equals(that.origin)
        && size == that.size
        && Arrays.equals(root, that.root);
  }

  @Override
  public int hashCode() {
    return Objects.hash(origin, size, Arrays.hashCode(root));
  }
}
