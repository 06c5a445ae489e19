package io.strongroom.base;

import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonBoolean;
import io.strongroom.base.JsonValue.JsonNull;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.util.Map;

/** Writes the canonical form of RFC 8785 for the subset of {@link JsonValue}. */
final class CanonicalJson {
  private static final String HEX = "0123456789abcdef";
  private static final int LONGEST_NAME_SHOWN = 64;

  private CanonicalJson() {}

  static void write(JsonValue value, StringBuilder out, int depth) {
    if (value instanceof JsonObject object) {
      requireDepth(depth);
      out.append('{');
      boolean first = true;
      for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
        if (!first) {
          out.append(',');
        }
        first = false;
        quote(member.getKey(), out);
        out.append(':');
        write(member.getValue(), out, depth + 1);
      }
      out.append('}');
    } else if (value instanceof JsonArray array) {
      requireDepth(depth);
      out.append('[');
      boolean first = true;
      for (JsonValue item : array.items()) {
        if (!first) {
          out.append(',');
        }
        first = false;
        write(item, out, depth + 1);
      }
      out.append(']');
    } else if (value instanceof JsonString string) {
      quote(string.value(), out);
    } else if (value instanceof JsonNumber number) {
      out.append(number.value());
    } else if (value instanceof JsonBoolean truth) {
      out.append(truth.value());
    } else if (value instanceof JsonNull) {
      out.append("null");
    }
  }

  private static void requireDepth(int depth) {
    if (depth >= JsonValue.MAX_DEPTH) {
      throw new JsonException(
          BaseErrorCode.JSON_TOO_LARGE,
          "the document is nested deeper than " + JsonValue.MAX_DEPTH + " levels");
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  static void requireUnicode(String text) {
    int surrogate = loneSurrogate(text);
    if (surrogate >= 0) {
      throw new IllegalArgumentException("lone surrogate at character " + surrogate);
    }
  }

  /** The index of the first lone surrogate, or -1. */
  static int loneSurrogate(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** A member's name as it may stand in a message: bounded, on one line. */
  static String printable(String name) {
    String bounded =
        name.length() <= LONGEST_NAME_SHOWN ? name : name.substring(0, LONGEST_NAME_SHOWN) + "...";
    return bounded.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
  }
}
