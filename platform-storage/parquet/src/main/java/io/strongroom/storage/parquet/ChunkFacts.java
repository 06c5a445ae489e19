package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import io.strongroom.storage.parquet.ModuleDecryptor.Module;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TBase;

/**
 * What a file says about the values of a column chunk without the chunk itself: statistics, page
 * index, bloom filter. Each is fetched when it is first asked for.
 */
final class ChunkFacts {
  /** More than a header of a bloom filter ever has. */
  private static final int BLOOM_HEADER = 256;

  private final ColumnSlot slot;
  private final RangedSource source;
  private final FileFooter.Chunk chunk;
  private @Nullable PageMap pages;
  private boolean askedForPages;
  private @Nullable BlockSplitBloomFilter bloomFilter;
  private boolean askedForBloomFilter;

  ChunkFacts(ColumnSlot slot, RangedSource source, FileFooter.Chunk chunk) {
    this.slot = slot;
    this.source = source;
    this.chunk = chunk;
  }

  private boolean nullable() {
    return slot.type.isRepetition(Repetition.OPTIONAL);
  }

  /** What the footer says. */
  Bounds bounds() {
    Statistics statistics = chunk.meta().getStatistics();
    if (statistics == null) {
      return new Bounds(slot, nullable(), false, null, null);
    }
    boolean counted = statistics.isSetNull_count();
    long nulls = statistics.getNull_count();
    byte[] min = chunk.ordered() ? statistics.getMin_value() : null;
    byte[] max = chunk.ordered() ? statistics.getMax_value() : null;
    if (min == null && max == null && signed(slot.type.getPrimitiveTypeName())) {
      min = statistics.getMin();
      max = statistics.getMax();
    }
    return new Bounds(
        slot,
        nullable() && (!counted || nulls != 0),
        nullable() && counted && nulls == chunk.rows(),
        min,
        max);
  }

  /** Whether the bounds of old writers are right for a type; for others they are not. */
  private static boolean signed(PrimitiveTypeName type) {
    return type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
  }

  /** Where the pages are; null when the file has no page index for the chunk. */
  @Nullable PageMap pages() {
    if (!askedForPages) {
      askedForPages = true;
      ColumnChunk stored = chunk.stored();
      if (stored.isSetOffset_index_offset() && stored.isSetOffset_index_length()) {
        OffsetIndex index =
            index(
                new OffsetIndex(),
                Module.OFFSET_INDEX,
                stored.getOffset_index_offset(),
                stored.getOffset_index_length(),
                "the page index of " + chunk.what());
        pages = PageMap.of(slot.file, chunk, index);
      }
    }
    return pages;
  }

  /** The rows of the pages in which a value may be wanted. */
  RowRanges ranges(ValueCondition test) {
    ColumnChunk stored = chunk.stored();
    PageMap map = pages();
    if (map == null || !stored.isSetColumn_index_offset() || !stored.isSetColumn_index_length()) {
      return RowRanges.all(chunk.rows());
    }
    String name = "the bounds of the pages of " + chunk.what();
    ColumnIndex index =
        index(
            new ColumnIndex(),
            Module.COLUMN_INDEX,
            stored.getColumn_index_offset(),
            stored.getColumn_index_length(),
            name);
    int count = map.pages();
    List<ByteBuffer> min = index.getMin_values();
    List<ByteBuffer> max = index.getMax_values();
    List<Boolean> empty = index.getNull_pages();
    List<Long> nulls = index.getNull_counts();
    if (min == null
        || max == null
        || empty == null
        || min.size() != count
        || max.size() != count
        || empty.size() != count
        || (nulls != null && nulls.size() != count)) {
      throw slot.file.malformed(name + " do not fit the pages");
    }
    List<RowRanges.Range> ranges = new ArrayList<>();
    for (int page = 0; page < count; page++) {
      boolean some = nullable() && (nulls == null || nulls.get(page) != 0 || empty.get(page));
      Bounds bounds =
          new Bounds(
              slot,
              some,
              nullable() && empty.get(page),
              chunk.ordered() ? bytes(min.get(page)) : null,
              chunk.ordered() ? bytes(max.get(page)) : null);
      if (test.mayTake(bounds)) {
        ranges.add(new RowRanges.Range(map.firstRow(page), map.end(page)));
      }
    }
    return RowRanges.joined(ranges);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private <T extends TBase<?, ?>> T index(
      T into, Module module, long offset, int length, String name) {
    byte[] bytes = fetch(offset, slot.file.sized(length, ReaderLimits.INDEX, name), name);
    ModuleDecryptor decryptor = chunk.decryptor();
    if (decryptor != null) {
      byte[] aad = decryptor.aad(module, chunk.group(), chunk.column(), 0);
      bytes = decryptor.opened(bytes, 0, bytes.length, aad, name);
    }
    return parse(into, new ByteArrayInputStream(bytes), name);
  }

  private <T extends TBase<?, ?>> T parse(T into, ByteArrayInputStream bytes, String name) {
    try {
      return ThriftInput.read(into, bytes, Math.max(1, bytes.available()));
    } catch (IOException failed) {
      throw slot.file.malformed(name + " cannot be parsed", failed);
    }
  }

  private byte[] fetch(long offset, int length, String name) {
    if (offset < 0 || length > source.length() - offset) {
      throw slot.file.malformed(name + " lies outside the file");
    }
    byte[] bytes = new byte[length];
    ChunkInput.read(source, slot.file, offset, bytes, 0, length);
    return bytes;
  }

  /** Whether a value may be wanted that the chunk's bloom filter knows; true without one. */
  boolean bloomFilterMayTake(ValueCondition test) {
    if (!test.asksBloomFilter() || slot.form == StoredForm.UUID_TEXT) {
      return true;
    }
    if (!askedForBloomFilter) {
      askedForBloomFilter = true;
      bloomFilter = chunk.meta().isSetBloom_filter_offset() ? readBloomFilter() : null;
    }
    return bloomFilter == null || test.mayTake(bloomFilter, slot.type.getPrimitiveTypeName());
  }

  private @Nullable BlockSplitBloomFilter readBloomFilter() {
    String name = "the bloom filter of " + chunk.what();
    long at = chunk.meta().getBloom_filter_offset();
    ModuleDecryptor decryptor = chunk.decryptor();
    BloomFilterHeader header;
    if (decryptor == null) {
      long left = Math.max(0, source.length() - at);
      byte[] start = fetch(at, (int) Math.min(BLOOM_HEADER, left), name);
      ByteArrayInputStream in = new ByteArrayInputStream(start);
      header = parse(new BloomFilterHeader(), in, name);
      at += start.length - in.available();
    } else {
      byte[] module = module(at, ReaderLimits.PAGE_HEADER, name);
      byte[] aad = decryptor.aad(Module.BLOOM_FILTER_HEADER, chunk.group(), chunk.column(), 0);
      byte[] plain = decryptor.opened(module, 0, module.length, aad, name);
      header = parse(new BloomFilterHeader(), new ByteArrayInputStream(plain), name);
      at += module.length;
    }
    if (header.getAlgorithm() == null
        || !header.getAlgorithm().isSetBLOCK()
        || !header.getHash().isSetXXHASH()
        || !header.getCompression().isSetUNCOMPRESSED()) {
      return null;
    }
    int size = slot.file.sized(header.getNumBytes(), ReaderLimits.BLOOM_FILTER, name);
    byte[] bits;
    if (decryptor == null) {
      bits = fetch(at, size, name);
    } else {
      byte[] module = module(at, size + ModuleDecryptor.OVERHEAD, name);
      byte[] aad = decryptor.aad(Module.BLOOM_FILTER_BITS, chunk.group(), chunk.column(), 0);
      bits = decryptor.opened(module, 0, module.length, aad, name);
    }
    if (bits.length != size || size < Integer.SIZE || Integer.bitCount(size) != 1) {
      throw slot.file.malformed(name + " does not have the size it states");
    }
    return new BlockSplitBloomFilter(bits);
  }

  private byte[] module(long at, int limit, String name) {
    byte[] length = fetch(at, ModuleDecryptor.LENGTH_BYTES, name);
    long stated = LittleEndian.int32(length, 0) & 0xffffffffL;
    return fetch(at, slot.file.sized(stated, limit, name) + ModuleDecryptor.LENGTH_BYTES, name);
  }
}
