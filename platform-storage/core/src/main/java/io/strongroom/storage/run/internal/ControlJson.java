package io.strongroom.storage.run.internal;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The conventions that all control objects share: digests, times, maps of strings, formats. */
public final class ControlJson {
  private static final int DIGEST = 64;

  private ControlJson() {}

  /** Hexadecimal SHA-256, lower case. */
  public static String sha256(byte[] content) {
    return HexFormat.of().formatHex(newSha256().digest(content));
  }

  /** A new SHA-256. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Refuses what is not a hexadecimal SHA-256 in lower case. */
  public static void requireDigest(String what, String value) {
    boolean digits = value.length() == DIGEST;
    for (int i = 0; digits && i < DIGEST; i++) {
      char c = value.charAt(i);
      digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!digits) {
      throw new IllegalArgumentException(what + " is not 64 lower-case hexadecimal digits");
    }
  }

  /** Refuses an empty text. */
  public static void requireText(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
  }

  /** Refuses a negative number and one that JSON cannot hold. */
  public static void requireCount(String what, long value) {
    if (value < 0 || value > JsonValue.MAX_INTEGER) {
      throw new IllegalArgumentException(what + " is not within 0 and 2^53-1");
    }
  }

  /** Refuses an object of another format. */
  public static void requireFormat(JsonObject json, String format) {
    if (!json.string("format").equals(format)) {
      throw new IllegalArgumentException("member format is not " + format);
    }
  }

  /** Refuses an object that lacks a required member or has one of no known name. */
  public static void requireMembers(JsonObject json, Set<String> required, Set<String> optional) {
    for (String name : required) {
      if (!json.has(name)) {
        throw new IllegalArgumentException("member " + name + " is missing");
      }
    }
    int known = required.size();
    for (String name : optional) {
      known += json.has(name) ? 1 : 0;
    }
    if (json.members().size() != known) {
      throw new IllegalArgumentException("there is a member of an unknown name");
    }
  }

  /** Reads a time that {@link Instant#toString} wrote, and nothing else. */
  public static Instant instant(JsonObject json, String member) {
    String text = json.string(member);
    Instant instant;
    try {
      instant = Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("member " + member + " is not a time in UTC", e);
    }
    if (!instant.toString().equals(text)) {
      throw new IllegalArgumentException("member " + member + " is not in its shortest form");
    }
    return instant;
  }

  /** The ids of the keys that signed an object whose signatures have been checked. */
  public static List<String> signers(byte[] stored) {
    return JsonValue.parseObject(stored).objects("signatures").stream()
        .map(signature -> signature.string("keyid"))
        .toList();
  }

  /** The id of the key that signed an object; refuses one with several signatures. */
  public static String onlySigner(byte[] stored) {
    List<String> signers = signers(stored);
    if (signers.size() != 1) {
      throw new IllegalArgumentException("it has more than one signature");
    }
    return signers.get(0);
  }

  /** An object whose members are strings. */
  public static JsonObject strings(Map<String, String> values) {
    JsonObject.Builder builder = JsonObject.builder();
    values.forEach(builder::put);
    return builder.build();
  }

  /** Reads back what {@link #strings(Map)} made. */
  public static SortedMap<String, String> strings(JsonObject json) {
    SortedMap<String, String> values = new TreeMap<>();
    for (Map.Entry<String, JsonValue> member : json.members().entrySet()) {
      if (!(member.getValue() instanceof JsonString text)) {
        throw new IllegalArgumentException("a member is not a string");
      }
      values.put(member.getKey(), text.value());
    }
    return Collections.unmodifiableSortedMap(values);
  }
}
