package io.strongroom.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Buffers, counts and hashes what goes to the caller's stream. It never closes that stream, so
 * whoever closes this, at whatever moment, cannot complete the caller's object.
 */
final class HashingSink extends PositionOutputStream {
  private static final int BUFFER = 64 * 1024;
  private static final int TRAILER = 8;

  private final OutputStream sink;
  private final MessageDigest digest = sha256();
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long position;
  private @Nullable ByteArrayOutputStream tail;
  private @Nullable Exception failure;

  HashingSink(OutputStream sink) {
    this.sink = sink;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == BUFFER) {
      drain();
    }
    buffer[filled++] = (byte) b;
    position++;
    if (tail != null) {
      tail.write(b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > BUFFER - filled) {
      drain();
    }
    if (length > BUFFER) {
      send(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, buffer, filled, length);
      filled += length;
    }
    position += length;
    if (tail != null) {
      tail.write(bytes, offset, length);
    }
  }

  private void drain() throws IOException {
    int length = filled;
    filled = 0;
    if (length > 0) {
      send(buffer, 0, length);
    }
  }

  private void send(byte[] bytes, int offset, int length) throws IOException {
    if (failure != null) {
      throw new IOException("the stream failed before", failure);
    }
    digest.update(bytes, offset, length);
    try {
      sink.write(bytes, offset, length);
    } catch (IOException | RuntimeException failed) {
      failure = failed;
      throw failed;
    }
  }

  /** What the caller's stream threw, if it did. */
  @Nullable Exception failure() {
    return failure;
  }

  /** From here on what is written is also kept, so that the footer can be hashed. */
  void keepTail() {
    tail = new ByteArrayOutputStream();
  }

  /** Sends what is buffered and asks the caller's stream to pass it on. */
  void complete() throws IOException {
    drain();
    try {
      sink.flush();
    } catch (IOException | RuntimeException failed) {
      failure = failed;
      throw failed;
    }
  }

  /** The digest of everything; to be asked for once, after {@link #complete}. */
  String digest() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The digest of the footer that ends the tail. */
  String footerDigest() {
    byte[] kept = tail == null ? new byte[0] : tail.toByteArray();
    int footer = kept.length < TRAILER ? -1 : littleEndian(kept, kept.length - TRAILER);
    if (footer < 0 || footer > kept.length - TRAILER) {
      throw new IllegalStateException("the footer was not written in one piece");
    }
    return HexFormat.of()
        .formatHex(
            sha256().digest(Arrays.copyOfRange(kept, kept.length - TRAILER - footer, kept.length)));
  }

  static int littleEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }

  /** Does nothing: what is buffered goes out when more comes, or by {@link #complete}. */
  @Override
  public void flush() {}

  /** Does nothing: the stream belongs to the caller. */
  @Override
  public void close() {}
}
