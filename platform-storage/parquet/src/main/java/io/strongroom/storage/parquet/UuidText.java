package io.strongroom.storage.parquet;

import java.nio.ByteBuffer;
import java.util.UUID;

/** UUIDs between their 16 bytes and their 36 characters, as RFC 9562 writes them. */
final class UuidText {
  static final int BYTES = 16;
  private static final int CHARACTERS = 36;

  private UuidText() {}

  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /**
   * The bytes of a text in ASCII.
   *
   * @return false when it is no UUID
   */
  static boolean parse(byte[] text, int offset, int length, byte[] into, int at) {
    if (length != CHARACTERS) {
      return false;
    }
    int from = offset;
    for (int index = 0; index < BYTES; index++) {
      if (dashBefore(index) && text[from++] != '-') {
        return false;
      }
      int high = Character.digit(text[from++], 16);
      int low = Character.digit(text[from++], 16);
      if ((high | low) < 0) {
        return false;
      }
      into[at + index] = (byte) (high << 4 | low);
    }
    return true;
  }

  /**
   * The bytes of a text.
   *
   * @return false when it is no UUID
   */
  static boolean parse(CharSequence text, byte[] into, int at) {
    if (text.length() != CHARACTERS) {
      return false;
    }
    byte[] ascii = new byte[CHARACTERS];
    for (int index = 0; index < CHARACTERS; index++) {
      char c = text.charAt(index);
      if (c >= 0x80) {
        return false;
      }
      ascii[index] = (byte) c;
    }
    return parse(ascii, 0, CHARACTERS, into, at);
  }

  private static boolean dashBefore(int index) {
    return index == 4 || index == 6 || index == 8 || index == 10;
  }
}
