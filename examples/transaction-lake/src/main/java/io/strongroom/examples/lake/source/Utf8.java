package io.strongroom.examples.lake.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strict decoding of UTF-8: nothing is replaced. Not for several threads. */
final class Utf8 {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /** The text, or null when the bytes are not UTF-8. */
  @Nullable String decode(byte[] bytes, int offset, int length) {
    if (ascii(bytes, offset, length)) {
      return new String(bytes, offset, length, StandardCharsets.US_ASCII);
    }
    try {
      return decoder.decode(ByteBuffer.wrap(bytes, offset, length)).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  boolean valid(byte[] bytes, int offset, int length) {
    return ascii(bytes, offset, length) || decode(bytes, offset, length) != null;
  }

  private static boolean ascii(byte[] bytes, int offset, int length) {
    int bits = 0;
    for (int i = offset; i < offset + length; i++) {
      bits |= bytes[i];
    }
    return bits >= 0;
  }
}
