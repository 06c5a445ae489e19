package io.strongroom.crypto;

/** Where the parts of a frame stand. */
final class FrameLayout {
  /** A final frame begins with this where another has its sequence number. */
  static final int FINAL_MARK = 0xffffffff;

  static final int MARK = 4;

  /** What stands before the ciphertext of a frame that is not the last: sequence number, IV. */
  static final int REGULAR_PREFIX = 4 + ContentKey.IV;

  /** What stands before the ciphertext of the last: mark, sequence number, IV, length. */
  static final int FINAL_PREFIX = MARK + 4 + ContentKey.IV + 4;

  static final int REGULAR_OVERHEAD = REGULAR_PREFIX + ContentKey.TAG;
  static final int FINAL_OVERHEAD = FINAL_PREFIX + ContentKey.TAG;

  private static final long MOST_FRAMES = 0xfffffffeL;

  private FrameLayout() {}

  /** How many frames hold a plaintext: the last is full when the length is a multiple. */
  static long frames(long plaintextLength, int frameLength) {
    return plaintextLength == 0 ? 1 : (plaintextLength + frameLength - 1) / frameLength;
  }

  /** Writes what stands before a frame's ciphertext and gives the place of the ciphertext. */
  static int putPrefix(boolean last, long sequence, int length, byte[] out, int to) {
    if (sequence > MOST_FRAMES) {
      throw new IllegalStateException("a message has at most 2^32-2 frames: use a longer frame");
    }
    int number = (int) sequence;
    int at = to;
    if (last) {
      putInt(out, at, FINAL_MARK);
      at += MARK;
    }
    putInt(out, at, number);
    putLong(out, at + 4, 0);
    putInt(out, at + 12, number);
    at += REGULAR_PREFIX;
    if (last) {
      putInt(out, at, length);
      at += 4;
    }
    return at;
  }

  /** Checks the number of a frame before it is decrypted. */
  static void requireNumber(byte[] in, int from, long sequence) {
    if (sequence > MOST_FRAMES || getInt(in, from) != (int) sequence) {
      throw ContentKey.notAuthentic(null);
    }
  }

  static boolean isFinal(byte[] in, int from) {
    return getInt(in, from) == FINAL_MARK;
  }

  /** The plaintext length that a final frame states, which nothing has authenticated yet. */
  static int finalLength(byte[] in, int from, int frameLength) {
    int length = getInt(in, from + FINAL_PREFIX - 4);
    if (length < 0 || length > frameLength) {
      throw ContentKey.notAuthentic(null);
    }
    return length;
  }

  static DecryptionFailedException continued() {
    return new DecryptionFailedException(
        CryptoErrorCode.MESSAGE_TRUNCATED, "there are bytes behind the message's end");
  }

  static int getInt(byte[] in, int at) {
    return in[at] << 24
        | (in[at + 1] & 0xff) << 16
        | (in[at + 2] & 0xff) << 8
        | (in[at + 3] & 0xff);
  }

  static void putInt(byte[] out, int at, int value) {
    out[at] = (byte) (value >>> 24);
    out[at + 1] = (byte) (value >>> 16);
    out[at + 2] = (byte) (value >>> 8);
    out[at + 3] = (byte) value;
  }

  static void putLong(byte[] out, int at, long value) {
    putInt(out, at, (int) (value >>> 32));
    putInt(out, at + 4, (int) value);
  }
}
