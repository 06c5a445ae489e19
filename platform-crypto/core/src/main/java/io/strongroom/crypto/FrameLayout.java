package io.strongroom.crypto;

import java.nio.ByteBuffer;

/** Where the parts of a frame stand. */
final class FrameLayout {
  /** A final frame begins with this where another has its sequence number. */
  static final int FINAL_MARK = 0xffffffff;

  static final int MARK = 4;

  /** Where the IV stands in a frame that is not the last. */
  static final int REGULAR_IV = 4;

  /** Where the IV stands in the last frame. */
  static final int FINAL_IV = MARK + 4;

  /** What stands before the ciphertext of a frame that is not the last: sequence number, IV. */
  static final int REGULAR_PREFIX = 4 + ContentKey.IV;

  /** What stands before the ciphertext of the last: mark, sequence number, IV, length. */
  static final int FINAL_PREFIX = MARK + 4 + ContentKey.IV + 4;

  static final int REGULAR_OVERHEAD = REGULAR_PREFIX + ContentKey.TAG;
  static final int FINAL_OVERHEAD = FINAL_PREFIX + ContentKey.TAG;

  private FrameLayout() {}

  /** How many frames hold a plaintext: the last is full when the length is a multiple. */
  static long frames(long plaintextLength, int frameLength) {
    return plaintextLength == 0 ? 1 : (plaintextLength + frameLength - 1) / frameLength;
  }

  /** Seals one frame into {@code out} and gives the number of bytes written. */
  static int seal(
      ContentKey key,
      boolean last,
      long sequence,
      byte[] in,
      int from,
      int length,
      byte[] out,
      int to) {
    if (sequence >= 0xffffffffL) {
      throw new IllegalStateException("a message has at most 2^32-2 frames: use a longer frame");
    }
    int number = (int) sequence;
    ByteBuffer prefix = ByteBuffer.wrap(out, to, out.length - to);
    if (last) {
      prefix.putInt(FINAL_MARK);
    }
    prefix.putInt(number).putLong(0).putInt(number);
    if (last) {
      prefix.putInt(length);
    }
    key.sealFrame(last, number, in, from, length, out, prefix.position());
    return prefix.position() - to + length + ContentKey.TAG;
  }

  /** Checks the number of a frame before it is decrypted. */
  static void requireNumber(byte[] in, int from, long sequence) {
    if (sequence >= 0xffffffffL || ByteBuffer.wrap(in, from, 4).getInt() != (int) sequence) {
      throw ContentKey.notAuthentic(null);
    }
  }
}
