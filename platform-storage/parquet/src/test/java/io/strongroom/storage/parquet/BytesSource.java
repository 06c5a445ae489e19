package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;

/** A file in memory; gives at most so many bytes at a time. */
final class BytesSource implements RangedSource {
  private final byte[] bytes;
  private final int most;

  BytesSource(byte[] bytes, int most) {
    this.bytes = bytes;
    this.most = most;
  }

  static BytesSource of(byte[] bytes) {
    return new BytesSource(bytes, Integer.MAX_VALUE);
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public int read(long offset, byte[] into, int at, int length) {
    int count = (int) Math.max(0, Math.min(Math.min(length, most), bytes.length - offset));
    System.arraycopy(bytes, (int) Math.min(offset, bytes.length), into, at, count);
    return count;
  }
}
