package io.strongroom.crypto;

/** Where the parts of a body without frames stand: IV, length, ciphertext, tag. */
final class UnframedLayout {
  /** What stands before the ciphertext: IV and length. */
  static final int PREFIX = ContentKey.IV + Long.BYTES;

  static final int OVERHEAD = PREFIX + ContentKey.TAG;

  private UnframedLayout() {}

  /** The plaintext length that a body states, negative when it is out of all bounds. */
  static long length(byte[] in, int from) {
    int high = FrameLayout.getInt(in, from + ContentKey.IV);
    int low = FrameLayout.getInt(in, from + ContentKey.IV + Integer.BYTES);
    return (long) high << Integer.SIZE | (low & 0xffffffffL);
  }
}
