package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;

/**
 * The one object whose replacement appends: how many entries are committed, their root, and from
 * where on they stand in journal objects.
 *
 * @param origin name of the log
 * @param base the full bundles and tiles of so many entries are stored; a multiple of 256
 * @param size number of committed entries, at least 1
 * @param root root over them
 * @param unsettled entries that were submitted and may still lie in the inbox
 */
// Never handed out and never changed.
@SuppressWarnings("ArrayRecordComponent")
record Head(String origin, long base, long size, byte[] root, Range unsettled) {
  static final String NAME = "head";
  private static final String UNSETTLED = "unsettled";
  private static final Set<String> MEMBERS = Set.of("base", "origin", "root", "size", "v");

  /**
   * Some entries, one after another.
   *
   * @param from index of the first
   * @param to index behind the last
   */
  record Range(long from, long to) {
    static final Range NONE = new Range(0, 0);

    boolean isEmpty() {
      return from == to;
    }

    boolean contains(long index) {
      return index >= from && index < to;
    }
  }

  byte[] encode() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("v", 1)
            .put("origin", origin)
            .put("base", base)
            .put("size", size)
            .put("root", HexFormat.of().formatHex(root));
    if (!unsettled.isEmpty()) {
      json.put(
          UNSETTLED,
          JsonObject.builder().put("from", unsettled.from()).put("to", unsettled.to()).build());
    }
    return json.build().canonicalBytes();
  }

  /**
   * Reads a head.
   *
   * @throws IllegalArgumentException saying why it is none of this log
   */
  static Head decode(byte[] bytes, String origin) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(bytes);
      if (!json.without(UNSETTLED).members().keySet().equals(MEMBERS) || json.integer("v") != 1) {
        throw new IllegalArgumentException("it is no head of version 1");
      }
      if (!json.string("origin").equals(origin)) {
        throw new IllegalArgumentException("it is of another log");
      }
      String root = json.string("root");
      long base = json.integer("base");
      long size = json.integer("size");
      if (size < 1 || !AuditReceipt.isHash(root)) {
        throw new IllegalArgumentException("its size or root is malformed");
      }
      if (base < 0 || base > size || base % TilePath.FULL != 0) {
        throw new IllegalArgumentException("its base is malformed");
      }
      return new Head(
          origin, base, size, HexFormat.of().parseHex(root), decodeUnsettled(json, size));
    } catch (JsonException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }

  private static Range decodeUnsettled(JsonObject json, long size) {
    if (!json.has(UNSETTLED)) {
      return Range.NONE;
    }
    JsonObject range = json.object(UNSETTLED);
    if (!range.members().keySet().equals(Set.of("from", "to"))) {
      throw new IllegalArgumentException("its range of unsettled entries is malformed");
    }
    long from = range.integer("from");
    long to = range.integer("to");
    if (from < 0 || from >= to || to > size || to - from > Inbox.AT_ONCE) {
      throw new IllegalArgumentException("its range of unsettled entries is malformed");
    }
    return new Range(from, to);
  }

  String journalName() {
    return JournalObject.name(size, root);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Head that
        && origin.equals(that.origin)
        && base == that.base
        && size == that.size
        && Arrays.equals(root, that.root)
        && unsettled.equals(that.unsettled);
  }

  @Override
  public int hashCode() {
    return Objects.hash(origin, base, size, Arrays.hashCode(root), unsettled);
  }
}
