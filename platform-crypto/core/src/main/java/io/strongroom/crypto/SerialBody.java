package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body that is signed or has no frames from a stream, piece by piece. Gives a piece when
 * its tag is checked, and the last one when the signature is verified and the stream has ended. Not
 * safe for use by several threads.
 */
final class SerialBody {
  private static final int FIRST_BUFFER = 64 * 1024;

  private final InputStream in;
  private final MessageHeader header;
  private final ContentKey key;
  private final FrameCipher cipher;
  private final int maxUnframedLength;
  private final @Nullable MessageVerifier verifier;
  private byte[] sealed = new byte[FrameLayout.FINAL_PREFIX];
  private long sequence = 1;
  private boolean ended;

  SerialBody(
      InputStream in,
      MessageHeader header,
      ContentKey key,
      FrameCipher cipher,
      int maxUnframedLength) {
    this.in = in;
    this.header = header;
    this.key = key;
    this.cipher = cipher;
    this.maxUnframedLength = maxUnframedLength;
    this.verifier = header.verifier();
  }

  /** Whether a body is to be read by this class. */
  static boolean reads(MessageHeader header) {
    return !header.framed() || header.suite().curve() != null;
  }

  boolean ended() {
    return ended;
  }

  /** The next piece of plaintext, which the caller zeroes. */
  byte[] next() throws IOException {
    return header.framed() ? frame() : whole();
  }

  private byte[] frame() throws IOException {
    readSealed(0, FrameLayout.MARK);
    boolean last = FrameLayout.isFinal(sealed, 0);
    int prefix = last ? FrameLayout.FINAL_PREFIX : FrameLayout.REGULAR_PREFIX;
    readSealed(FrameLayout.MARK, prefix);
    FrameLayout.requireNumber(sealed, last ? FrameLayout.MARK : 0, sequence);
    int length =
        last ? FrameLayout.finalLength(sealed, 0, header.frameLength()) : header.frameLength();
    readSealed(prefix, prefix + length + ContentKey.TAG);
    long number = sequence++;
    return opened(length, last, plain -> cipher.open(last, number, sealed, 0, length, plain, 0));
  }

  private byte[] whole() throws IOException {
    int prefix = UnframedLayout.PREFIX;
    readSealed(0, prefix);
    long stated = UnframedLayout.length(sealed, 0);
    if (stated < 0 || stated > maxUnframedLength) {
      throw new DecryptionFailedException(
          CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED,
          "the message has no frames and states "
              + Long.toUnsignedString(stated)
              + " bytes; the limit maxUnframedLength is "
              + maxUnframedLength);
    }
    int length = (int) stated;
    readSealed(prefix, prefix + length + ContentKey.TAG);
    return opened(length, true, plain -> cipher.openUnframed(key, sealed, 0, length, plain));
  }

  private interface Opening {
    void into(byte[] plain);
  }

  private byte[] opened(int length, boolean last, Opening opening) throws IOException {
    byte[] plain = new byte[length];
    boolean authentic = false;
    try {
      opening.into(plain);
      if (last) {
        requireEnd();
      }
      authentic = true;
    } finally {
      if (!authentic) {
        Arrays.fill(plain, (byte) 0);
      }
    }
    ended = last;
    return plain;
  }

  private void requireEnd() throws IOException {
    if (verifier != null) {
      byte[] length = exactly(2);
      verifier.verify(exactly(ByteBuffer.wrap(length).getShort() & 0xffff));
    }
    if (in.read() >= 0) {
      throw FrameLayout.continued();
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw MessageHeader.truncated();
    }
    return bytes;
  }

  /** Grows the buffer with what really arrives, so that a short message stays cheap. */
  private void readSealed(int from, int to) throws IOException {
    int done = from;
    while (done < to) {
      if (done == sealed.length) {
        int larger = Math.max(FIRST_BUFFER, (int) Math.min(2L * sealed.length, Integer.MAX_VALUE));
        sealed = Arrays.copyOf(sealed, Math.min(to, larger));
      }
      int part = Math.min(to, sealed.length) - done;
      if (in.readNBytes(sealed, done, part) < part) {
        throw MessageHeader.truncated();
      }
      done += part;
    }
    if (verifier != null) {
      verifier.update(sealed, from, to - from);
    }
  }
}
