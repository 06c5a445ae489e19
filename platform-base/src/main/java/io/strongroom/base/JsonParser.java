package io.strongroom.base;

import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonBoolean;
import io.strongroom.base.JsonValue.JsonNull;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one strict JSON document. Its errors name the place as a path of members. */
final class JsonParser {
  private static final int MOST_DIGITS = 16;

  private final String text;
  private final Deque<String> path = new ArrayDeque<>();
  private int at;

  JsonParser(byte[] utf8) {
    if (utf8.length > JsonValue.MAX_BYTES) {
      throw new JsonException(
          BaseErrorCode.JSON_TOO_LARGE,
          "the document is longer than " + JsonValue.MAX_BYTES + " bytes");
    }
    try {
      this.text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new JsonException(
          BaseErrorCode.JSON_MALFORMED, "the document is not valid UTF-8", notUtf8);
    }
  }

  JsonValue parse() {
    skipSpace();
    JsonValue value = value(0);
    skipSpace();
    if (at != text.length()) {
      throw malformed("there is more after the document's end");
    }
    return value;
  }

  private JsonValue value(int depth) {
    if (at >= text.length()) {
      throw malformed("the document ends too early");
    }
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new JsonString(string());
      case 't' -> literal("true", new JsonBoolean(true));
      case 'f' -> literal("false", new JsonBoolean(false));
      case 'n' -> literal("null", new JsonNull());
      default -> {
        if (c == '-' || isDigit(c)) {
          yield number();
        }
        throw malformed("a value is expected");
      }
    };
  }

  private JsonObject object(int depth) {
    requireDepth(depth);
    at++;
    SortedMap<String, JsonValue> members = new TreeMap<>();
    skipSpace();
    if (take('}')) {
      return new JsonObject(members);
    }
    do {
      skipSpace();
      if (at >= text.length() || text.charAt(at) != '"') {
        throw malformed("a member's name is expected");
      }
      String name = string();
      path.addLast("." + CanonicalJson.printable(name));
      if (members.containsKey(name)) {
        throw malformed("the member is there twice");
      }
      skipSpace();
      expect(':');
      skipSpace();
      members.put(name, value(depth + 1));
      path.removeLast();
      skipSpace();
    } while (take(','));
    expect('}');
    return new JsonObject(members);
  }

  private JsonArray array(int depth) {
    requireDepth(depth);
    at++;
    List<JsonValue> items = new ArrayList<>();
    skipSpace();
    if (take(']')) {
      return new JsonArray(items);
    }
    do {
      path.addLast("[" + items.size() + "]");
      skipSpace();
      items.add(value(depth + 1));
      path.removeLast();
      skipSpace();
    } while (take(','));
    expect(']');
    return new JsonArray(items);
  }

  private JsonNumber number() {
    int start = at;
    boolean negative = take('-');
    int digits = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    int count = at - digits;
    if (count == 0 || (count > 1 && text.charAt(digits) == '0')) {
      throw malformed("a number is malformed");
    }
    if (at < text.length() && ".eE".indexOf(text.charAt(at)) >= 0) {
      throw malformed("a number has a fraction or an exponent");
    }
    if (negative && text.charAt(digits) == '0') {
      throw malformed("a number is negative zero");
    }
    long value = count > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(text, start, at, 10);
    if (value > JsonValue.MAX_INTEGER || value < -JsonValue.MAX_INTEGER) {
      throw malformed("a number is further than 2^53-1 from zero");
    }
    return new JsonNumber(value);
  }

  private String string() {
    at++;
    StringBuilder out = new StringBuilder();
    while (true) {
      if (at >= text.length()) {
        throw malformed("a string does not end");
      }
      char c = text.charAt(at++);
      if (c == '"') {
        break;
      }
      if (c < 0x20) {
        throw malformed("a string holds a raw control character");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    if (CanonicalJson.loneSurrogate(out) >= 0) {
      throw malformed("a string holds a lone surrogate");
    }
    return out.toString();
  }

  private char escaped() {
    if (at >= text.length()) {
      throw malformed("a string does not end");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw malformed("a string holds an unknown escape");
    };
  }

  private char hexadecimal() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = at < text.length() ? text.charAt(at) : ' ';
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw malformed("a string holds a malformed escape");
      }
      value = (value << 4) | digit;
      at++;
    }
    return (char) value;
  }

  private JsonValue literal(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw malformed("a value is expected");
    }
    at += word.length();
    return value;
  }

  private void requireDepth(int depth) {
    if (depth >= JsonValue.MAX_DEPTH) {
      throw new JsonException(
          BaseErrorCode.JSON_TOO_LARGE,
          "the document is nested deeper than " + JsonValue.MAX_DEPTH + " levels");
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw malformed("'" + c + "' is expected");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private JsonException malformed(String what) {
    StringBuilder place = new StringBuilder();
    for (Iterator<String> parts = path.iterator(); parts.hasNext(); ) {
      place.append(parts.next());
    }
    String member = place.length() == 0 ? "" : " in member " + place.substring(isRootMember(place));
    return new JsonException(BaseErrorCode.JSON_MALFORMED, what + " at character " + at + member);
  }

  private static int isRootMember(StringBuilder place) {
    return place.charAt(0) == '.' ? 1 : 0;
  }
}
