package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/** Decompresses pages, of whose size only the header speaks. */
enum PageCodec {
  UNCOMPRESSED(1) {
    @Override
    long decompress(byte[] bytes, int from, int length, byte[] into, int size) {
      System.arraycopy(bytes, from, into, 0, Math.min(length, size));
      return length;
    }
  },
  SNAPPY(32) {
    @Override
    long decompress(byte[] bytes, int from, int length, byte[] into, int size) throws IOException {
      int stated = Snappy.uncompressedLength(bytes, from, length);
      return stated == size ? Snappy.uncompress(bytes, from, length, into, 0) : stated;
    }
  },
  GZIP(1_040) {
    @Override
    long decompress(byte[] bytes, int from, int length, byte[] into, int size) throws IOException {
      try (GZIPInputStream in =
          new GZIPInputStream(new ByteArrayInputStream(bytes, from, length))) {
        int read = in.readNBytes(into, 0, size);
        return in.read() < 0 ? read : size + 1L;
      }
    }
  },
  ZSTD(33_000) {
    @Override
    long decompress(byte[] bytes, int from, int length, byte[] into, int size) {
      return Zstd.decompressByteArray(into, 0, size, bytes, from, length);
    }
  };

  private final int mostPerByte;

  PageCodec(int mostPerByte) {
    this.mostPerByte = mostPerByte;
  }

  /** The codec of a column chunk, or null when it is not known here. */
  static @Nullable PageCodec of(@Nullable CompressionCodec codec) {
    if (codec == null) {
      return null;
    }
    return switch (codec) {
      case UNCOMPRESSED -> UNCOMPRESSED;
      case SNAPPY -> SNAPPY;
      case GZIP -> GZIP;
      case ZSTD -> ZSTD;
      case LZO, BROTLI, LZ4, LZ4_RAW -> null;
    };
  }

  /** Whether so few bytes can become so many. */
  boolean plausible(int length, int size) {
    return size <= (long) (length + 64) * mostPerByte;
  }

  /**
   * Decompresses a page.
   *
   * @return how many bytes it has; only so many as {@code size} are there
   */
  abstract long decompress(byte[] bytes, int from, int length, byte[] into, int size)
      throws IOException;
}
