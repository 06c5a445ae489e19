package io.strongroom.crypto.signing;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 (RFC 4648 section 4) in its one canonical form: padded, with zero padding bits. */
final class CanonicalBase64 {
  private CanonicalBase64() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException when the text is not what {@link #encode} writes
   */
  static byte[] decode(String text) {
    byte @Nullable [] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      // Its message shows a character of the text, which may be a private key.
      bytes = null;
    }
    if (bytes == null || !encode(bytes).equals(text)) {
      throw new IllegalArgumentException("not canonical base64");
    }
    return bytes;
  }
}
