package io.strongroom.storage.parquet;

import com.github.luben.zstd.ZstdException;
import io.strongroom.storage.parquet.ModuleDecryptor.Module;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one column chunk after the other: header, decryption or checksum, decompression.
 * Buffers are kept from page to page and from chunk to chunk.
 */
final class ChunkPages {
  private final ColumnSlot slot;
  private final FileLabel file;
  private final ChunkInput in;
  private final PrimitiveType type;
  private final FileFooter.Chunk chunk;
  private final String what;
  private final PageCodec codec;
  private final @Nullable ModuleDecryptor decryptor;
  private final @Nullable PageMap map;
  private final RowRanges needed;
  private final int repetition;
  private final int definition;

  /** What pages are counted in: rows, or entries of a leaf that repeats. */
  private final long entries;

  private @Nullable ColumnVector dictionary;
  private PageHeader header = new PageHeader();
  private boolean started;
  private boolean unread;
  private int page = -1;
  private long firstRow;
  private int count;
  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private byte[] levelBytes = new byte[0];
  private int repetitionFrom;
  private int repetitionTo;
  private int levelFrom;
  private int levelTo;

  /**
   * Begins with a chunk.
   *
   * @param map where its pages are; null reads them one after the other
   * @param needed the rows that will be asked for
   */
  ChunkPages(ColumnSlot slot, FileFooter.Chunk chunk, @Nullable PageMap map, RowRanges needed) {
    this.slot = slot;
    this.file = slot.file;
    this.in = slot.in;
    this.type = slot.type;
    this.chunk = chunk;
    this.what = chunk.what();
    this.decryptor = chunk.decryptor();
    this.map = map;
    this.needed = needed;
    this.repetition = slot.leaf == null ? 0 : slot.leaf.repetition();
    this.definition =
        slot.leaf == null ? type.isRepetition(Repetition.OPTIONAL) ? 1 : 0 : slot.leaf.definition();
    this.entries = repetition == 0 ? chunk.rows() : chunk.meta().getNum_values();
    PageCodec known = PageCodec.of(chunk.meta().getCodec());
    if (known == null) {
      throw file.unsupported(what + " compressed with " + chunk.meta().getCodec());
    }
    this.codec = known;
    in.range(chunk.first(), chunk.meta().getTotal_compressed_size());
  }

  /** The row of the row group with which the page begins. */
  long firstRow() {
    return firstRow;
  }

  /** The row of the row group with which the next page begins. */
  long nextRow() {
    return firstRow + count;
  }

  String name() {
    return "page " + page + " of " + what;
  }

  /**
   * Goes on to the page that holds a row of the row group.
   *
   * @return false when that is the page where this is
   */
  boolean seek(long row) {
    if (row < firstRow + count) {
      return false;
    }
    if (map != null) {
      page = map.page(row);
      firstRow = map.firstRow(page);
      count = (int) Math.min(Integer.MAX_VALUE, map.end(page) - firstRow);
      unread = true;
      return true;
    }
    do {
      if (unread) {
        in.skip(header.getCompressed_page_size());
      }
      page++;
      firstRow += count;
      count = 0;
      header = started ? header(Module.DATA_PAGE_HEADER) : firstHeader();
      started = true;
      unread = true;
      count = rows();
      if (count > entries - firstRow) {
        throw file.malformed(name() + " holds more values than its row group has rows");
      }
      if (file.sized(header.getCompressed_page_size(), ReaderLimits.PAGE, name())
          > in.remaining()) {
        throw file.malformed(name() + " lies outside its column chunk");
      }
    } while (row >= firstRow + count);
    return true;
  }

  /** Goes to the bytes of the page where this is, by way of the dictionary where there is one. */
  private void fetch(PageMap known) {
    if (!started) {
      started = true;
      long pages = known.offset(0);
      if (pages > chunk.first()) {
        in.range(chunk.first(), pages - chunk.first());
        boolean announced = chunk.first() != chunk.meta().getData_page_offset();
        PageHeader first =
            header(announced ? Module.DICTIONARY_PAGE_HEADER : Module.DATA_PAGE_HEADER);
        if (first.getType() != PageType.DICTIONARY_PAGE) {
          throw file.malformed("the page index of " + what + " does not fit its pages");
        }
        readDictionary(first);
      }
      in.range(pages, 0);
    }
    long offset = known.offset(page);
    if (offset < in.position() || offset >= in.end()) {
      in.range(offset, known.stretch(page, needed));
    } else {
      in.skip((int) (offset - in.position()));
    }
    header = header(Module.DATA_PAGE_HEADER);
    if (rows() != count) {
      throw file.malformed(name() + " does not hold the rows that the page index states");
    }
    if (file.sized(header.getCompressed_page_size(), ReaderLimits.PAGE, name()) > in.remaining()) {
      throw file.malformed(name() + " lies outside its column chunk");
    }
  }

  private int rows() {
    int rows;
    if (header.getType() == PageType.DATA_PAGE && header.getData_page_header() != null) {
      rows = header.getData_page_header().getNum_values();
    } else if (header.getType() == PageType.DATA_PAGE_V2
        && header.getData_page_header_v2() != null) {
      rows = header.getData_page_header_v2().getNum_values();
      if (repetition == 0 && rows != header.getData_page_header_v2().getNum_rows()) {
        throw file.malformed(name() + " does not have a value in each row");
      }
    } else {
      // No writer puts pages of another kind here; passing over one would lose rows.
      throw file.malformed(name() + " is no data page");
    }
    if (rows < 0) {
      throw file.malformed(name() + " holds a negative number of values");
    }
    return rows;
  }

  /** The header of the first data page, after the dictionary where there is one. */
  private PageHeader firstHeader() {
    boolean announced = chunk.first() != chunk.meta().getData_page_offset();
    PageHeader first = header(announced ? Module.DICTIONARY_PAGE_HEADER : Module.DATA_PAGE_HEADER);
    if (first.getType() != PageType.DICTIONARY_PAGE) {
      return first;
    }
    readDictionary(first);
    return header(Module.DATA_PAGE_HEADER);
  }

  private void readDictionary(PageHeader page) {
    String name = "the dictionary of " + what;
    DictionaryPageHeader stated = page.getDictionary_page_header();
    if (stated == null) {
      throw file.malformed(name + " has no header");
    }
    if (stated.getEncoding() != Encoding.PLAIN
        && stated.getEncoding() != Encoding.PLAIN_DICTIONARY) {
      throw file.unsupported(name + " in another encoding than PLAIN");
    }
    int stored = file.sized(page.getCompressed_page_size(), ReaderLimits.DICTIONARY, name);
    int size = file.sized(page.getUncompressed_page_size(), ReaderLimits.DICTIONARY, name);
    if (stored > in.remaining()) {
      throw file.malformed(name + " lies outside its column chunk");
    }
    int start = in.take(stored);
    checksum(page, start, stored, name);
    checkPlausible(stored, size, name);
    byte[] own = new byte[size];
    decompress(Module.DICTIONARY_PAGE, start, stored, own, size, name);
    int entries = stated.getNum_values();
    int width = PageValues.width(type);
    if (entries < 0
        || type.getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN
        || (long) entries * (width > 0 ? width : Integer.BYTES) > size) {
      throw file.malformed(name + " does not hold the entries it states");
    }
    ColumnVector read = new ColumnVector(file, slot.column, slot.vector.shape, entries);
    read.begin(what);
    try {
      PageValues.plain(type, own, 0, size).read(read, entries);
      slot.form.convert(read, entries);
    } catch (DamagedPageException damaged) {
      throw file.malformed(name + " does not hold the entries it states", damaged);
    }
    read.filled(entries);
    dictionary = read;
  }

  /** Decrypts and decompresses the page where this is. */
  void load() {
    if (map != null) {
      fetch(map);
    }
    String name = name();
    int stored = header.getCompressed_page_size();
    int size = file.sized(header.getUncompressed_page_size(), ReaderLimits.PAGE, name);
    int start = in.take(stored);
    unread = false;
    checksum(header, start, stored, name);
    boolean compressed = codec != PageCodec.UNCOMPRESSED;
    int levels = 0;
    int repetitions = 0;
    DataPageHeaderV2 second = header.getData_page_header_v2();
    if (header.getType() == PageType.DATA_PAGE_V2 && second != null) {
      levels = second.getDefinition_levels_byte_length();
      repetitions = second.getRepetition_levels_byte_length();
      if ((repetition == 0 && repetitions != 0)
          || repetitions < 0
          || levels < 0
          || (long) levels + repetitions > Math.min(stored, size)) {
        throw file.malformed(name + " has levels of a wrong length");
      }
      levelBytes = in.buffer();
      repetitionFrom = start;
      repetitionTo = start + repetitions;
      levelFrom = repetitionTo;
      levelTo = levelFrom + levels;
      levels += repetitions;
      compressed &= second.isIs_compressed();
    }
    load(start + levels, stored - levels, size - levels, compressed, name);
    DataPageHeader first = header.getData_page_header();
    if (header.getType() == PageType.DATA_PAGE && first != null) {
      levelBytes = bytes;
      if (repetition > 0) {
        repetitionFrom = from + Integer.BYTES;
        repetitionTo = levelsEnd(first.getRepetition_level_encoding(), name);
        from = repetitionTo;
      }
      if (definition > 0) {
        levelFrom = from + Integer.BYTES;
        levelTo = levelsEnd(first.getDefinition_level_encoding(), name);
        from = levelTo;
      }
    }
  }

  /** Where levels end that begin with their length where the page now is. */
  private int levelsEnd(Encoding encoding, String name) {
    if (encoding != Encoding.RLE) {
      throw file.unsupported(name + " with levels in another encoding than RLE");
    }
    int length = to - from < Integer.BYTES ? -1 : LittleEndian.int32(bytes, from);
    if (length < 0 || length > to - from - Integer.BYTES) {
      throw file.malformed("the bytes end too early on " + name + " in its levels");
    }
    return from + Integer.BYTES + length;
  }

  private void load(int start, int stored, int size, boolean compressed, String name) {
    if (stored == 0 && size == 0) {
      from = 0;
      to = 0;
      return;
    }
    if (compressed) {
      checkPlausible(stored, size, name);
      bytes = slot.inflated(size);
      decompress(Module.DATA_PAGE, start, stored, bytes, size, name);
      from = 0;
    } else if (decryptor != null) {
      exact((long) stored - decryptor.pageOverhead(), size, name);
      bytes = slot.opened(size);
      unseal(decryptor, Module.DATA_PAGE, start, stored, bytes, name);
      from = 0;
    } else {
      exact(stored, size, name);
      bytes = in.buffer();
      from = start;
    }
    to = from + size;
  }

  private void checkPlausible(int stored, int size, String name) {
    int packed = decryptor == null ? stored : stored - decryptor.pageOverhead();
    if (packed < 0 || !codec.plausible(packed, size)) {
      throw file.malformed(name + " does not have the size its header states");
    }
  }

  private void exact(long length, int size, String name) {
    if (length != size) {
      throw file.malformed(name + " does not have the size its header states");
    }
  }

  private void checksum(PageHeader page, int start, int stored, String name) {
    if (decryptor == null && page.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(in.buffer(), start, stored);
      if ((int) crc.getValue() != page.getCrc()) {
        throw file.failure(
            ParquetErrorCode.CHECKSUM_MISMATCH, name + " has another checksum", null);
      }
    }
  }

  private void unseal(
      ModuleDecryptor known, Module module, int start, int stored, byte[] into, String name) {
    byte[] aad = known.aad(module, chunk.group(), chunk.column(), page);
    known.openPage(in.buffer(), start, stored, aad, into, name);
  }

  private void decompress(
      Module module, int start, int stored, byte[] into, int size, String name) {
    byte[] packed = in.buffer();
    int at = start;
    int length = stored;
    if (decryptor != null) {
      packed = decryptor.scratch(stored);
      unseal(decryptor, module, start, stored, packed, name);
      at = 0;
      length = stored - decryptor.pageOverhead();
    }
    try {
      exact(codec.decompress(packed, at, length, into, size), size, name);
    } catch (IOException | ZstdException failed) {
      throw file.malformed(name + " cannot be decompressed", failed);
    }
  }

  private PageHeader header(Module module) {
    String name = "the header of " + name();
    try {
      if (decryptor == null) {
        return ThriftInput.read(
            new PageHeader(), in.limited(ReaderLimits.PAGE_HEADER), ReaderLimits.PAGE_HEADER);
      }
      byte[] plain = sealedHeader(decryptor, module, name);
      return ThriftInput.read(
          new PageHeader(), new ByteArrayInputStream(plain), Math.max(1, plain.length));
    } catch (ParquetFileException failed) {
      throw failed;
    } catch (IOException failed) {
      throw file.malformed(name + " cannot be parsed", failed);
    }
  }

  /** A page header's module, whose length nothing but itself states. */
  private byte[] sealedHeader(ModuleDecryptor known, Module module, String name) {
    if (in.remaining() < ModuleDecryptor.LENGTH_BYTES) {
      throw file.malformed(name + " is missing");
    }
    int next = in.peek(ModuleDecryptor.LENGTH_BYTES);
    long stated = LittleEndian.int32(in.buffer(), next) & 0xffffffffL;
    int size = file.sized(stated, ReaderLimits.PAGE_HEADER, name) + ModuleDecryptor.LENGTH_BYTES;
    if (size > in.remaining()) {
      throw file.malformed(name + " lies outside its column chunk");
    }
    int start = in.take(size);
    byte[] aad = known.aad(module, chunk.group(), chunk.column(), page);
    return known.opened(in.buffer(), start, size, aad, name);
  }

  /** The levels of the loaded page, or null when every row has a value. */
  @Nullable RunDecoder levels() {
    if (definition == 0) {
      return null;
    }
    return new RunDecoder(levelBytes, levelFrom, levelTo, width(definition), "levels");
  }

  /** With what levels the entries of the loaded page repeat, or null when none does. */
  @Nullable RunDecoder repetitions() {
    if (repetition == 0) {
      return null;
    }
    return new RunDecoder(
        levelBytes, repetitionFrom, repetitionTo, width(repetition), "repetition levels");
  }

  private static int width(int most) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(most);
  }

  /** The values of the loaded page. */
  PageValues values() {
    Encoding encoding = encoding();
    PageValues values =
        encoding == null ? null : PageValues.of(encoding, type, bytes, from, to, count, dictionary);
    if (values == null) {
      throw file.unsupported(name() + " in the encoding " + encoding);
    }
    return values;
  }

  /** Whether the values of the loaded page are entries of the dictionary. */
  boolean inDictionary() {
    Encoding encoding = encoding();
    return encoding == Encoding.PLAIN_DICTIONARY || encoding == Encoding.RLE_DICTIONARY;
  }

  private @Nullable Encoding encoding() {
    DataPageHeader first = header.getData_page_header();
    DataPageHeaderV2 second = header.getData_page_header_v2();
    return header.getType() == PageType.DATA_PAGE_V2
        ? second == null ? null : second.getEncoding()
        : first == null ? null : first.getEncoding();
  }
}
