package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses pages with the libraries themselves instead of Hadoop's codecs. What {@link #compress}
 * returns is valid until the next call. For one thread.
 */
final class PageCompressor implements BytesInputCompressor {
  private final Codec codec;
  private final ZstdCompressCtx zstd;
  private byte[] out = new byte[0];

  PageCompressor(Codec codec, int zstdLevel) {
    this.codec = codec;
    this.zstd = new ZstdCompressCtx();
    zstd.setLevel(zstdLevel);
  }

  @Override
  public BytesInput compress(BytesInput bytes) throws IOException {
    if (codec == Codec.UNCOMPRESSED) {
      return bytes;
    }
    // On the heap, as all buffers of the writer are.
    ByteBuffer page = bytes.toByteBuffer(HeapByteBufferAllocator.getInstance(), copy -> {});
    int size = page.remaining();
    int offset = page.arrayOffset() + page.position();
    int bound =
        codec == Codec.ZSTD
            ? Math.toIntExact(Zstd.compressBound(size))
            : Snappy.maxCompressedLength(size);
    if (out.length < bound) {
      out = new byte[bound];
    }
    int length =
        codec == Codec.ZSTD
            ? zstd.compressByteArray(out, 0, out.length, page.array(), offset, size)
            : Snappy.compress(page.array(), offset, size, out, 0);
    return BytesInput.from(out, 0, length);
  }

  @Override
  public CompressionCodecName getCodecName() {
    return codec.parquetName();
  }

  @Override
  public void release() {
    zstd.close();
  }
}
