package io.strongroom.storage.parquet;

import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import shaded.parquet.net.openhft.hashing.LongHashFunction;

/** The bloom filter of a column chunk that is open: takes values as a plain page has them. */
final class ColumnBloomFilter {
  private static final LongHashFunction XXH64 = LongHashFunction.xx();

  private final int bytes;
  private final byte[] scratch = new byte[Long.BYTES];
  private BlockSplitBloomFilter open;

  ColumnBloomFilter(BloomFilterSize size) {
    this.bytes = size.bytes();
    this.open = new BlockSplitBloomFilter(bytes, bytes);
  }

  /**
   * Adds a number.
   *
   * @param width 4 or 8: how many of its bytes, lowest first, a plain page has
   */
  void add(long value, int width) {
    LittleEndian.putLong(scratch, 0, value);
    open.insertHash(XXH64.hashBytes(scratch, 0, width));
  }

  void add(byte[] from, int offset, int length) {
    open.insertHash(XXH64.hashBytes(from, offset, length));
  }

  /** Gives the filter of the chunk away and begins the next. */
  BloomFilter take() {
    BloomFilter taken = open;
    open = new BlockSplitBloomFilter(bytes, bytes);
    return taken;
  }
}
