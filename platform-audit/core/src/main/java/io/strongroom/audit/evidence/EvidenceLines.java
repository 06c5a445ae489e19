package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file of evidence one by one, each in its only form and in their order.
 * Whatever is wrong with the form of the file is noticed here.
 */
final class EvidenceLines {
  private static final int MAX_LINE = 32 * 1024 * 1024;

  private final InputStream in;
  private final MessageDigest digest = EvidenceWriter.sha256();
  private int number;
  private LineType type = LineType.EVIDENCE;
  private @Nullable JsonObject line;

  /** Reads the first line. The stream should be buffered. */
  EvidenceLines(InputStream in) throws IOException {
    this.in = in;
    advance();
    if (type != LineType.EVIDENCE) {
      throw damaged("it is not the first line of evidence");
    }
  }

  /** Number of the current line, from 1. */
  int number() {
    return number;
  }

  /** Whether the current line is of a type. */
  boolean is(LineType wanted) {
    return line != null && type == wanted;
  }

  /** The current line, which must be of a type; goes on to the next one. */
  JsonObject take(LineType wanted) throws IOException {
    JsonObject current = line;
    if (current == null || type != wanted) {
      throw damaged("it should be of the type " + wanted.id());
    }
    advance();
    return current;
  }

  private void advance() throws IOException {
    LineType before = type;
    boolean ended = line != null && before == LineType.END;
    number++;
    byte[] bytes = readLine();
    if (ended || bytes.length == 0) {
      line = null;
      if (ended != (bytes.length == 0)) {
        throw damaged(ended ? "it is behind the end" : "it is missing: the file was cut off");
      }
      return;
    }
    JsonObject next = parse(bytes);
    if (next.members().size() != type.members().size() + 1
        || !next.members().keySet().containsAll(type.members())) {
      throw damaged("it has other members than its type");
    }
    if (type.compareTo(before) < 0) {
      throw damaged("it is not in its place");
    }
    line = next;
    if (type == LineType.END) {
      String sum = HexFormat.of().formatHex(digest.digest());
      if (!text(next, "sha256").equals(sum)) {
        throw damaged("it is not the digest of the lines before it: the file was changed");
      }
    } else {
      digest.update(bytes);
      digest.update((byte) '\n');
    }
  }

  private JsonObject parse(byte[] bytes) {
    try {
      JsonObject next = JsonValue.parseCanonicalObject(bytes);
      type =
          LineType.find(next.string("type"))
              .orElseThrow(() -> damaged("it is of a type that version 1 does not have"));
      return next;
    } catch (JsonException malformed) {
      throw damaged("it is not the canonical form of an object with a type");
    }
  }

  /** Without its end; empty at the end of the file. */
  private byte[] readLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    int next = in.read();
    while (next >= 0 && next != '\n') {
      bytes.write(next);
      if (bytes.size() > MAX_LINE) {
        throw damaged("it is longer than " + MAX_LINE + " bytes");
      }
      next = in.read();
    }
    if (next < 0 && bytes.size() > 0) {
      throw damaged("it has no end: the file was cut off");
    }
    if (next == '\n' && bytes.size() == 0) {
      throw damaged("it is empty");
    }
    return bytes.toByteArray();
  }

  String text(JsonObject of, String member) {
    try {
      return of.string(member);
    } catch (JsonException malformed) {
      throw damaged("its member " + member + " is not a text");
    }
  }

  long index(JsonObject of) {
    try {
      long index = of.integer("index");
      if (index >= 0) {
        return index;
      }
    } catch (JsonException malformed) {
      // Said below.
    }
    throw damaged("its index is not a number from 0");
  }

  List<String> texts(JsonObject of, String member) {
    try {
      return of.strings(member);
    } catch (JsonException malformed) {
      throw damaged("its member " + member + " is not a list of texts");
    }
  }

  List<byte[]> hashes(JsonObject of) {
    List<byte[]> hashes = new ArrayList<>();
    for (String text : texts(of, "hashes")) {
      if (text.length() != 2 * MerkleProofs.HASH_BYTES || !isHex(text)) {
        throw damaged("it holds a hash that is not 64 hexadecimal digits in lower case");
      }
      hashes.add(HexFormat.of().parseHex(text));
    }
    return hashes;
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  JsonObject object(JsonObject of, String member, String... members) {
    try {
      JsonObject object = of.object(member);
      if (object.members().keySet().equals(Set.of(members))) {
        return object;
      }
    } catch (JsonException malformed) {
      // Said below.
    }
    throw damaged("its member " + member + " is not an object of the right form");
  }

  AuditException damaged(String why) {
    return new AuditException(
        AuditErrorCode.EVIDENCE_DAMAGED, "evidence: line " + number + ": " + why);
  }
}
