package io.strongroom.storage.parquet;

import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;

/**
 * How large the bloom filter of a column is in each row group: a split block filter over xxHash64,
 * as the format has it.
 *
 * @param bytes a power of two, 32 bytes to 16 MiB
 */
public record BloomFilterSize(int bytes) {
  private static final int MIN = 32;
  private static final int MAX = 16 * 1024 * 1024;
  private static final double USUAL = 0.01;

  /** Checks the size. */
  public BloomFilterSize {
    if (bytes < MIN || bytes > MAX || Integer.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(
          "a bloom filter of " + bytes + " bytes is no power of two from 32 bytes to 16 MiB");
    }
  }

  /**
   * The size with which one in a hundred values that are not there seems to be.
   *
   * @param distinct how many different values a row group has, 1 or more
   * @throws IllegalArgumentException when that takes more than 16 MiB
   */
  public static BloomFilterSize forDistinct(long distinct) {
    return forDistinct(distinct, USUAL);
  }

  /**
   * The smallest size with which a value that is not there seems to be there at most so often.
   *
   * @param distinct how many different values a row group has, 1 or more
   * @param falsePositives above 0 and below 1
   * @throws IllegalArgumentException when that takes more than 16 MiB
   */
  public static BloomFilterSize forDistinct(long distinct, double falsePositives) {
    if (distinct < 1 || distinct > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(distinct + " different values are not 1 to 2^31-1");
    }
    if (!(falsePositives > 0 && falsePositives < 1)) {
      throw new IllegalArgumentException("a share of false positives is between 0 and 1");
    }
    long bytes = BlockSplitBloomFilter.optimalNumOfBits(distinct, falsePositives) / Byte.SIZE;
    long power = Long.highestOneBit(Math.max(MIN, bytes));
    return new BloomFilterSize(Math.toIntExact(power < bytes ? 2 * power : power));
  }
}
