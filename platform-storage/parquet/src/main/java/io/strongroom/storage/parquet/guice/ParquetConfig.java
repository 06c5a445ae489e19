package io.strongroom.storage.parquet.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetLayout;
import java.util.Objects;

/**
 * How Parquet files are written.
 *
 * @param layout {@code storage.parquet.layout}, {@code SINGLE_PAGE} unless set
 * @param codec {@code storage.parquet.codec}, {@code ZSTD} unless set
 * @param zstdLevel {@code storage.parquet.zstd-level}, 1 to 19, 1 unless set
 * @param rowGroupBytes {@code storage.parquet.row-group-size}, 1 to 128 MiB, 64 MiB unless set
 */
public record ParquetConfig(ParquetLayout layout, Codec codec, int zstdLevel, long rowGroupBytes) {
  private static final String ROW_GROUP_SIZE = "storage.parquet.row-group-size";
  private static final long MIB = 1024L * 1024;

  /** Checks that nothing is missing. */
  public ParquetConfig {
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(codec, "codec");
  }

  /**
   * Reads the settings; what is wrong with them is reported by {@link ConfigReader#verify}.
   *
   * @param config the application's settings
   * @return the settings, or the usual ones where they are wrong
   */
  public static ParquetConfig from(ConfigReader config) {
    long bytes = config.size(ROW_GROUP_SIZE, 64 * MIB);
    if (bytes < MIB || bytes > 128 * MIB) {
      config.problem(ROW_GROUP_SIZE, "is not a size from 1MiB to 128MiB");
      bytes = 64 * MIB;
    }
    return new ParquetConfig(
        config.choice("storage.parquet.layout", ParquetLayout.class, ParquetLayout.SINGLE_PAGE),
        config.choice("storage.parquet.codec", Codec.class, Codec.ZSTD),
        Math.toIntExact(config.integer("storage.parquet.zstd-level", 1, 1, 19)),
        bytes);
  }
}
