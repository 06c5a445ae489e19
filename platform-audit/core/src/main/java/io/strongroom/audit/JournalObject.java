package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a writer puts down before it moves the head: the entries that it wants to add, the tree that
 * it adds them to, and what size and root will be. The tree that it starts from was led to by the
 * journal object of that size and root, so that journal objects form a chain.
 *
 * @param origin name of the log
 * @param base size that it starts from
 * @param before root that it starts from
 * @param size size that it leads to
 * @param root root that it leads to
 * @param entries the entries from base to size
 */
// Never handed out and never changed.
@SuppressWarnings("ArrayRecordComponent")
record JournalObject(
    String origin, long base, byte[] before, long size, byte[] root, List<byte[]> entries) {
  static final String FOLDER = "journal/";
  private static final Set<String> MEMBERS =
      Set.of("base", "before", "origin", "root", "size", "v");
  private static final Pattern NAME = Pattern.compile("journal/([1-9][0-9]{0,15})-[0-9a-f]{64}");

  static String name(long size, byte[] root) {
    return FOLDER + size + "-" + HexFormat.of().formatHex(root);
  }

  /** The size that a journal object of this name leads to; empty when it is the name of none. */
  static OptionalLong sizeOf(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  String name() {
    return name(size, root);
  }

  /** The name of the journal object that led to the tree that this one starts from. */
  String nameBefore() {
    return name(base, before);
  }

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        JsonObject.builder()
            .put("v", 1)
            .put("origin", origin)
            .put("base", base)
            .put("before", HexFormat.of().formatHex(before))
            .put("size", size)
            .put("root", HexFormat.of().formatHex(root))
            .build()
            .canonicalBytes());
    out.write('\n');
    out.writeBytes(EntryBundle.encode(entries));
    byte[] body = out.toByteArray();
    out.writeBytes(MerkleProofs.sha256(body, 0, body.length));
    return out.toByteArray();
  }

  /**
   * Reads a journal object.
   *
   * @param name the object's name, which repeats size and root
   * @throws IllegalArgumentException saying why it is none of this log
   */
  static JournalObject decode(String name, byte[] bytes, String origin) {
    int end = bytes.length - MerkleProofs.HASH_BYTES;
    if (end < 0
        || !Arrays.equals(
            bytes, end, bytes.length, MerkleProofs.sha256(bytes, 0, end), 0, bytes.length - end)) {
      throw new IllegalArgumentException("its digest does not match");
    }
    int newline = 0;
    while (newline < end && bytes[newline] != '\n') {
      newline++;
    }
    if (newline == end) {
      throw new IllegalArgumentException("it has no header");
    }
    try {
      JsonObject json = JsonValue.parseCanonicalObject(Arrays.copyOf(bytes, newline));
      if (!json.members().keySet().equals(MEMBERS) || json.integer("v") != 1) {
        throw new IllegalArgumentException("it is no journal of version 1");
      }
      if (!json.string("origin").equals(origin)) {
        throw new IllegalArgumentException("it is of another log");
      }
      String before = json.string("before");
      String root = json.string("root");
      long base = json.integer("base");
      long size = json.integer("size");
      List<byte[]> entries = EntryBundle.decode(bytes, newline + 1, end);
      if (base < 0
          || entries.isEmpty()
          || size - base != entries.size()
          || !AuditReceipt.isHash(before)
          || !AuditReceipt.isHash(root)) {
        throw new IllegalArgumentException("its header does not fit its entries");
      }
      HexFormat hex = HexFormat.of();
      JournalObject journal =
          new JournalObject(origin, base, hex.parseHex(before), size, hex.parseHex(root), entries);
      if (!journal.name().equals(name)) {
        throw new IllegalArgumentException("it has the name of another");
      }
      return journal;
    } catch (JsonException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }
}
