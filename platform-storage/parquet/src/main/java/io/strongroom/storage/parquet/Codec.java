package io.strongroom.storage.parquet;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How pages are compressed. */
public enum Codec {
  /** Zstandard, level 1 unless set otherwise: smallest for its speed. */
  ZSTD(CompressionCodecName.ZSTD),
  /**
   * Snappy, for readers that know nothing newer. Column chunks of which it would save less than an
   * eighth, such as those of random identifiers, stay as they are: it is slow with them.
   */
  SNAPPY(CompressionCodecName.SNAPPY),
  /** Not at all. */
  UNCOMPRESSED(CompressionCodecName.UNCOMPRESSED);

  private final CompressionCodecName parquetName;

  Codec(CompressionCodecName parquetName) {
    this.parquetName = parquetName;
  }

  CompressionCodecName parquetName() {
    return parquetName;
  }
}
