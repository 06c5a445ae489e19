package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;

/** A file in memory that counts what is fetched of it. */
final class CountingSource implements RangedSource {
  private final BytesSource source;
  private long fetched;
  private int requests;

  CountingSource(byte[] bytes) {
    this.source = BytesSource.of(bytes);
  }

  long fetched() {
    return fetched;
  }

  int requests() {
    return requests;
  }

  @Override
  public long length() {
    return source.length();
  }

  @Override
  public int read(long offset, byte[] into, int at, int length) {
    int count = source.read(offset, into, at, length);
    fetched += count;
    requests++;
    return count;
  }
}
