package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the parts of a message stand that is signed or has no frames and lies in an array. */
final class WholeMessage {
  private final byte[] message;
  private final MessageHeader header;
  private final @Nullable MessageVerifier verifier;
  private final int bodyEnd;

  /**
   * Finds the parts, and makes sure that they fill the array. Proves nothing else.
   *
   * @throws DecryptionFailedException when a part is cut off, too long or followed by more
   */
  WholeMessage(byte[] message, MessageHeader header) {
    this.message = message;
    this.header = header;
    this.verifier = header.verifier();
    this.bodyEnd = header.framed() ? framesEnd() : unframedEnd();
    if (verifier == null && message.length > bodyEnd) {
      throw FrameLayout.continued();
    }
  }

  /** Where the body ends and the footer, if any, begins. */
  int bodyEnd() {
    return bodyEnd;
  }

  private int framesEnd() {
    int last = lastFrame();
    int rest = message.length - last - FrameLayout.FINAL_OVERHEAD;
    if (rest < 0) {
      throw MessageHeader.truncated();
    }
    int length = FrameLayout.finalLength(message, last, header.frameLength());
    if (length > rest) {
      throw MessageHeader.truncated();
    }
    return last + FrameLayout.FINAL_OVERHEAD + length;
  }

  private int lastFrame() {
    long stride = header.frameLength() + (long) FrameLayout.REGULAR_OVERHEAD;
    for (long at = header.length(); at <= message.length - FrameLayout.MARK; at += stride) {
      if (FrameLayout.isFinal(message, (int) at)) {
        return (int) at;
      }
    }
    throw MessageHeader.truncated();
  }

  private int unframedEnd() {
    int rest = message.length - header.length() - UnframedLayout.OVERHEAD;
    if (rest < 0) {
      throw MessageHeader.truncated();
    }
    long length = UnframedLayout.length(message, header.length());
    if (length < 0 || length > rest) {
      throw MessageHeader.truncated();
    }
    return header.length() + UnframedLayout.OVERHEAD + (int) length;
  }

  /**
   * Verifies the signature, if the suite has one, before anything is decrypted.
   *
   * @throws DecryptionFailedException when the footer is cut off, continued or does not verify
   */
  void verify() {
    if (verifier == null) {
      return;
    }
    int rest = message.length - bodyEnd - 2;
    if (rest < 0) {
      throw MessageHeader.truncated();
    }
    int length = ByteBuffer.wrap(message).getShort(bodyEnd) & 0xffff;
    if (rest < length) {
      throw MessageHeader.truncated();
    }
    if (rest > length) {
      throw FrameLayout.continued();
    }
    verifier.update(message, header.length(), bodyEnd - header.length());
    verifier.verify(Arrays.copyOfRange(message, bodyEnd + 2, message.length));
  }

  /** The plaintext of a body without frames. */
  byte[] openUnframed(ContentKey key, FrameCipher cipher) {
    int from = header.length();
    byte[] out = new byte[bodyEnd - from - UnframedLayout.OVERHEAD];
    boolean authentic = false;
    try {
      cipher.openUnframed(key, message, from, out.length, out);
      authentic = true;
      return out;
    } finally {
      if (!authentic) {
        Arrays.fill(out, (byte) 0);
      }
    }
  }
}
