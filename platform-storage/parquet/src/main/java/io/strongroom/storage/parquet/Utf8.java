package io.strongroom.storage.parquet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 that refuses what is not text instead of replacing it. */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** How many bytes a text may need. */
  static int bound(CharSequence text) {
    return Math.multiplyExact(text.length(), 3);
  }

  /**
   * Encodes a text into an array that is long enough.
   *
   * @return how many bytes it took, or -1 for half a surrogate pair
   */
  static int encode(CharSequence text, byte[] into) {
    int at = 0;
    int length = text.length();
    for (int index = 0; index < length; index++) {
      char c = text.charAt(index);
      if (c < 0x80) {
        into[at++] = (byte) c;
      } else if (c < 0x800) {
        into[at++] = (byte) (0xc0 | (c >> 6));
        into[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        into[at++] = (byte) (0xe0 | (c >> 12));
        into[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
        into[at++] = (byte) (0x80 | (c & 0x3f));
      } else {
        if (index + 1 == length || !Character.isSurrogatePair(c, text.charAt(index + 1))) {
          return -1;
        }
        int codePoint = Character.toCodePoint(c, text.charAt(++index));
        into[at++] = (byte) (0xf0 | (codePoint >> 18));
        into[at++] = (byte) (0x80 | (codePoint >> 12 & 0x3f));
        into[at++] = (byte) (0x80 | (codePoint >> 6 & 0x3f));
        into[at++] = (byte) (0x80 | (codePoint & 0x3f));
      }
    }
    return at;
  }

  /**
   * Decodes a text.
   *
   * @throws CharacterCodingException when the bytes are not UTF-8
   */
  static String decode(byte[] bytes, int from, int length) throws CharacterCodingException {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes, from, length))
        .toString();
  }
}
