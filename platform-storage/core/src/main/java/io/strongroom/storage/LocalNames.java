package io.strongroom.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Turns segments of keys into file names and back.
 *
 * <p>ASCII letters, digits and {@code - _ . = + , @ ~} stand for themselves, except a dot at the
 * start; every other byte of UTF-8 becomes {@code %XX}. A name longer than {@value #PIECE} is cut:
 * each piece but the last becomes a folder whose name ends in {@code %~}, which no encoded name
 * does.
 */
final class LocalNames {

  /** The longest piece of a name, in characters; file systems take 255. */
  static final int PIECE = 240;

  /** Ends the name of a folder that holds the rest of a name, not the next segment. */
  static final String CONTINUED = "%~";

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private LocalNames() {}

  /** Where the object or folder with this key lies. */
  static Path resolve(Path root, String key) {
    Path path = root;
    for (String segment : key.split("/", -1)) {
      String name = encode(segment);
      while (name.length() > PIECE) {
        int cut = PIECE;
        if (name.charAt(cut - 1) == '%') {
          cut -= 1;
        } else if (name.charAt(cut - 2) == '%') {
          cut -= 2;
        }
        path = path.resolve(name.substring(0, cut) + CONTINUED);
        name = name.substring(cut);
      }
      path = path.resolve(name);
    }
    return path;
  }

  /** Encodes one segment, however long. */
  static String encode(String segment) {
    byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
    StringBuilder name = new StringBuilder(bytes.length + 16);
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xff;
      if (isPlain(b) && !(b == '.' && i == 0)) {
        name.append((char) b);
      } else {
        name.append('%').append(HEX[b >> 4]).append(HEX[b & 15]);
      }
    }
    return name.toString();
  }

  /** Decodes what {@link #encode} made; null when it made no such name. */
  static @Nullable String decode(String name) {
    byte[] bytes = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length()) {
        int high = Character.digit(name.charAt(i + 1), 16);
        int low = Character.digit(name.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c < 0x80) {
        bytes[length++] = (byte) c;
      } else {
        return null;
      }
    }
    String segment;
    try {
      segment =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    return !segment.isEmpty() && encode(segment).equals(name) ? segment : null;
  }

  private static boolean isPlain(int b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "-_.=+,@~".indexOf(b) >= 0;
  }
}
