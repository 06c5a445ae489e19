package io.strongroom.crypto;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decrypts frame by frame. Releases a frame when its tag is checked. */
final class EnvelopeInputStream extends InputStream {
  private static final int FIRST_BUFFER = 64 * 1024;

  private final EnvelopeEncryptor encryptor;
  private final InputStream source;
  private final BufferedInputStream in;
  private final EncryptionContext expected;
  private final byte[] prefix = new byte[FrameLayout.FINAL_PREFIX];
  private @Nullable ContentKey key;
  private int frameLength;
  private byte[] sealed = new byte[0];
  private byte[] plain = new byte[0];
  private int at;
  private int limit;
  private long sequence = 1;
  private boolean ended;
  private boolean closed;
  private @Nullable CryptoException refused;
  private @Nullable IOException failed;

  EnvelopeInputStream(EnvelopeEncryptor encryptor, InputStream source, EncryptionContext expected) {
    this.encryptor = encryptor;
    this.source = Objects.requireNonNull(source, "source");
    this.in = new BufferedInputStream(source);
    this.expected = Objects.requireNonNull(expected, "expected");
  }

  @Override
  public int read() throws IOException {
    return fill() ? plain[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(length, limit - at);
    System.arraycopy(plain, at, into, offset, part);
    at += part;
    return part;
  }

  @Override
  public int available() {
    return limit - at;
  }

  /** Zeroes the buffer and closes the source. */
  @Override
  public void close() throws IOException {
    closed = true;
    at = limit;
    Arrays.fill(plain, (byte) 0);
    source.close();
  }

  /** Makes sure that there is a byte to give, or says that the message has ended. */
  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (refused != null) {
      throw refused;
    }
    if (failed != null) {
      throw failed;
    }
    try {
      while (at == limit && !ended) {
        readFrame(opened());
      }
    } catch (CryptoException refusal) {
      refused = refusal;
      throw refusal;
    } catch (IOException failure) {
      failed = failure;
      throw failure;
    }
    return at < limit;
  }

  private ContentKey opened() throws IOException {
    if (key == null) {
      MessageHeader header = encryptor.readHeader(in);
      frameLength = header.frameLength();
      key = encryptor.open(header, expected);
    }
    return key;
  }

  private void readFrame(ContentKey contentKey) throws IOException {
    require(prefix, 0, FrameLayout.MARK);
    boolean last = ByteBuffer.wrap(prefix).getInt() == FrameLayout.FINAL_MARK;
    int prefixLength = last ? FrameLayout.FINAL_PREFIX : FrameLayout.REGULAR_PREFIX;
    require(prefix, FrameLayout.MARK, prefixLength - FrameLayout.MARK);
    int ivFrom = last ? FrameLayout.FINAL_IV : FrameLayout.REGULAR_IV;
    FrameLayout.requireNumber(prefix, last ? FrameLayout.MARK : 0, sequence);
    int length = last ? ByteBuffer.wrap(prefix).getInt(FrameLayout.FINAL_PREFIX - 4) : frameLength;
    if (length < 0 || length > frameLength) {
      throw ContentKey.notAuthentic(null);
    }
    readSealed(length + ContentKey.TAG);
    if (plain.length < length) {
      Arrays.fill(plain, (byte) 0);
      plain = new byte[length];
    }
    boolean authentic = false;
    try {
      contentKey.openFrame(last, (int) sequence, prefix, ivFrom, sealed, 0, length, plain, 0);
      if (last && in.read() >= 0) {
        throw EnvelopeEncryptor.continued();
      }
      authentic = true;
    } finally {
      if (!authentic) {
        Arrays.fill(plain, (byte) 0);
      }
    }
    at = 0;
    limit = length;
    sequence++;
    ended = last;
  }

  /** Grows the buffer with what really arrives, so that a short message stays cheap. */
  private void readSealed(int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (done == sealed.length) {
        int larger = Math.max(FIRST_BUFFER, (int) Math.min(2L * sealed.length, Integer.MAX_VALUE));
        sealed = Arrays.copyOf(sealed, Math.min(length, larger));
      }
      int part = Math.min(length, sealed.length) - done;
      require(sealed, done, part);
      done += part;
    }
  }

  private void require(byte[] into, int offset, int length) throws IOException {
    if (in.readNBytes(into, offset, length) < length) {
      throw MessageHeader.truncated();
    }
  }
}
