package io.strongroom.crypto;

import java.io.InputStream;
import java.util.Objects;

/** Reads a source from its beginning. Does not close it. */
final class RangedStream extends InputStream {
  private final RangedSource source;
  private long at;

  RangedStream(RangedSource source) {
    this.source = source;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int part = source.read(at, into, offset, length);
    at += part;
    return part == 0 ? -1 : part;
  }
}
