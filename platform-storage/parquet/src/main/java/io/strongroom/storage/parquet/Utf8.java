package io.strongroom.storage.parquet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 that refuses what is not text instead of replacing it. */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** How many bytes a text of so many characters may need. */
  static int bound(int chars) {
    return Math.multiplyExact(chars, 3);
  }

  /**
   * Encodes a text into an array that has room enough.
   *
   * @return how many bytes it took, or -1 for half a surrogate pair
   */
  static int encode(CharSequence text, byte[] into, int from) {
    int at = from;
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
    return at - from;
  }

  /**
   * Whether bytes are UTF-8: shortest forms only, no surrogates, nothing beyond U+10FFFF.
   *
   * @param bytes goes on for at least eight bytes after the text
   */
  static boolean valid(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int rest = Math.min(Long.BYTES, end - at);
      long own = LittleEndian.int64(bytes, at) << (Long.SIZE - rest * Byte.SIZE);
      if ((own & HIGH_BITS) == 0) {
        at += rest;
        continue;
      }
      int size = character(bytes, at, end);
      if (size == 0) {
        return false;
      }
      at += size;
    }
    return true;
  }

  /**
   * Copies a text.
   *
   * @param into has room for at least eight bytes more, which this may change
   * @return whether it is UTF-8, as {@link #valid} says
   */
  static boolean copy(byte[] from, int offset, int length, byte[] into, int at) {
    long bits = 0;
    int done = 0;
    for (; done + Long.BYTES <= length; done += Long.BYTES) {
      long some = LittleEndian.int64(from, offset + done);
      LittleEndian.putLong(into, at + done, some);
      bits |= some;
    }
    int rest = length - done;
    if (rest > 0 && offset + done <= from.length - Long.BYTES) {
      long some = LittleEndian.int64(from, offset + done);
      LittleEndian.putLong(into, at + done, some);
      bits |= some << (Long.SIZE - rest * Byte.SIZE);
    } else {
      for (; done < length; done++) {
        byte some = from[offset + done];
        into[at + done] = some;
        bits |= some;
      }
    }
    return (bits & HIGH_BITS) == 0 || valid(into, at, length);
  }

  /** The bytes of the character that starts here; 0 when there is none. */
  private static int character(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || at + size > end) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return 0;
    }
    for (int index = 2; index < size; index++) {
      if ((bytes[at + index] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return size;
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
