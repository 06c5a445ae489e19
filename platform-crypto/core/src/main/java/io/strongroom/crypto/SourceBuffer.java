package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads a header in small parts, then gives the rest without another copy. Not closed. */
final class SourceBuffer extends InputStream {
  private static final int LENGTH = 4096;

  private final InputStream source;
  private final byte[] buffer;
  private int at;
  private int limit;

  SourceBuffer(InputStream source) {
    this(source, new byte[LENGTH]);
  }

  /** With a buffer of the caller's, of at least 4 KiB. */
  SourceBuffer(InputStream source, byte[] buffer) {
    this.source = Objects.requireNonNull(source, "source");
    this.buffer = buffer;
  }

  @Override
  public int read() throws IOException {
    if (at == limit) {
      fill();
    }
    return at == limit ? -1 : buffer[at++] & 0xff;
  }

  /** Reads what the source has, up to {@code length}. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (at == limit && length >= LENGTH) {
      return source.read(into, offset, length);
    }
    if (at == limit) {
      fill();
    }
    if (at == limit) {
      return -1;
    }
    int part = Math.min(length, limit - at);
    System.arraycopy(buffer, at, into, offset, part);
    at += part;
    return part;
  }

  private void fill() throws IOException {
    at = 0;
    limit = 0;
    limit = Math.max(0, source.read(buffer, 0, LENGTH));
  }
}
