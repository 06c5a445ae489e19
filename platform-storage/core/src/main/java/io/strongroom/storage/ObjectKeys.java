package io.strongroom.storage;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a key of an {@link ObjectStore} may be, and how keys are ordered.
 *
 * <p>For those who implement a store; callers need only the rules.
 */
public final class ObjectKeys {

  /** The longest key, in bytes of UTF-8. */
  public static final int MAX_BYTES = 1024;

  /** The order of the keys' UTF-8 bytes, taken as unsigned numbers. */
  public static final Comparator<String> ORDER = ObjectKeys::compare;

  private ObjectKeys() {}

  /**
   * Returns the key if it is legal: 1 to {@value #MAX_BYTES} bytes of UTF-8, no control character,
   * no unpaired surrogate, and between its slashes no empty segment, no {@code .} and no {@code
   * ..}.
   *
   * @throws StorageException {@link StorageErrorCode#KEY_REFUSED} saying which rule is broken
   */
  public static String require(String key) {
    String problem = problemOf(key);
    if (problem == null && key.isEmpty()) {
      problem = "it is empty";
    }
    if (problem == null) {
      for (String segment : key.split("/", -1)) {
        if (segment.isEmpty()) {
          problem = "it has an empty segment";
        } else if (segment.equals(".") || segment.equals("..")) {
          problem = "it has the segment " + segment;
        }
      }
    }
    if (problem != null) {
      throw refused("key", key, problem);
    }
    return key;
  }

  /**
   * Returns the prefix if it may start a legal key; the empty prefix may.
   *
   * @throws StorageException {@link StorageErrorCode#KEY_REFUSED} saying which rule is broken
   */
  public static String requirePrefix(String prefix) {
    String problem = problemOf(prefix);
    if (problem != null) {
      throw refused("prefix", prefix, problem);
    }
    return prefix;
  }

  private static @Nullable String problemOf(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == 0x7f) {
        return "it has a control character at position " + i;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return "it has an unpaired surrogate at position " + i;
        }
        i++;
      }
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes > MAX_BYTES ? "it has " + bytes + " bytes, more than " + MAX_BYTES : null;
  }

  private static StorageException refused(String what, String text, String problem) {
    return new StorageException(
        StorageErrorCode.KEY_REFUSED, what + " '" + printable(text) + "': " + problem);
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(200)
        .forEach(
            c ->
                shown.appendCodePoint(
                    c < 0x20 || c == 0x7f || (c >= 0xd800 && c <= 0xdfff) ? '?' : c));
    return shown.toString();
  }

  /** UTF-16 order differs from UTF-8 order only where one side is a surrogate. */
  private static int compare(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean aPair = Character.isSurrogate(a);
        boolean bPair = Character.isSurrogate(b);
        return aPair == bPair ? Character.compare(a, b) : Boolean.compare(aPair, bPair);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
