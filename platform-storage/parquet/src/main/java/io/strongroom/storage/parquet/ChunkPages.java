package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;
import io.strongroom.storage.parquet.ModuleDecryptor.Module;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * The pages of one column chunk, one at a time: header, decryption or checksum, decompression, and
 * a look at the counts that the decoders will believe.
 */
final class ChunkPages implements PageReader {
  private final FileLabel file;
  private final String what;
  private final ChunkInput in;
  private final ColumnMetaData meta;
  private final PrimitiveType type;
  private final @Nullable ModuleDecryptor decryptor;
  private final int group;
  private final int column;
  private @Nullable PageHeader pending;
  private long values;
  private int page;

  ChunkPages(
      FileLabel file,
      String what,
      ChunkInput in,
      ColumnMetaData meta,
      PrimitiveType type,
      @Nullable ModuleDecryptor decryptor,
      int group,
      int column) {
    this.file = file;
    this.what = what;
    this.in = in;
    this.meta = meta;
    this.type = type;
    this.decryptor = decryptor;
    this.group = group;
    this.column = column;
    this.values = meta.getNum_values();
  }

  @Override
  public long getTotalValueCount() {
    return meta.getNum_values();
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    boolean announced = FileFooter.firstByte(meta) != meta.getData_page_offset();
    PageHeader header = header(announced ? Module.DICTIONARY_PAGE_HEADER : Module.DATA_PAGE_HEADER);
    if (header.getType() != PageType.DICTIONARY_PAGE) {
      pending = header;
      return null;
    }
    String name = "the dictionary of " + what;
    DictionaryPageHeader dictionary = header.getDictionary_page_header();
    if (dictionary == null) {
      throw file.malformed(name + " has no header");
    }
    byte[] bytes = content(header, Module.DICTIONARY_PAGE, ReaderLimits.DICTIONARY, name);
    int entries = dictionary.getNum_values();
    if (!holds(bytes, entries)) {
      throw file.malformed(name + " does not hold the entries it states");
    }
    if (dictionary.getEncoding() != org.apache.parquet.format.Encoding.PLAIN
        && dictionary.getEncoding() != org.apache.parquet.format.Encoding.PLAIN_DICTIONARY) {
      throw file.unsupported(name + " in another encoding than PLAIN");
    }
    return new DictionaryPage(BytesInput.from(bytes), entries, Encoding.PLAIN);
  }

  /** Whether a dictionary has so many entries; its decoder believes their number and lengths. */
  private boolean holds(byte[] bytes, int entries) {
    long size =
        switch (type.getPrimitiveTypeName()) {
          case INT32, FLOAT -> Integer.BYTES;
          case INT64, DOUBLE -> Long.BYTES;
          case INT96 -> 12;
          case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
          case BINARY -> 0;
          case BOOLEAN -> Integer.MAX_VALUE;
        };
    if (entries < 0 || entries * size > bytes.length) {
      return false;
    }
    if (size > 0) {
      return true;
    }
    int at = 0;
    for (int entry = 0; entry < entries; entry++) {
      if (bytes.length - at < Integer.BYTES) {
        return false;
      }
      int length = HashingSink.littleEndian(bytes, at);
      at += Integer.BYTES;
      if (length < 0 || length > bytes.length - at) {
        return false;
      }
      at += length;
    }
    return true;
  }

  @Override
  public DataPage readPage() {
    while (true) {
      PageHeader header = pending == null ? header(Module.DATA_PAGE_HEADER) : pending;
      pending = null;
      String name = "page " + page + " of " + what;
      DataPageHeader data = header.getData_page_header();
      if (header.getType() != PageType.DATA_PAGE || data == null) {
        throw file.unsupported(name + " is no data page of version 1");
      }
      byte[] bytes = content(header, Module.DATA_PAGE, ReaderLimits.PAGE, name);
      page++;
      int count = data.getNum_values();
      if (count < 0 || count > values) {
        throw file.malformed(name + " holds more values than its row group has rows");
      }
      values -= count;
      if (count > 0) {
        Encoding encoding = encoding(data, name);
        check(data, encoding, bytes, count, name);
        return new DataPageV1(
            BytesInput.from(bytes),
            count,
            bytes.length,
            Statistics.createStats(type),
            Encoding.RLE,
            Encoding.RLE,
            encoding);
      }
    }
  }

  private Encoding encoding(DataPageHeader data, String name) {
    org.apache.parquet.format.Encoding encoding = data.getEncoding();
    if (encoding == null) {
      throw file.unsupported(name + " in an unknown encoding");
    }
    return switch (encoding) {
      case PLAIN -> Encoding.PLAIN;
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> Encoding.RLE_DICTIONARY;
      case RLE -> {
        if (type.getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN) {
          throw file.unsupported(name + " in the encoding RLE");
        }
        yield Encoding.RLE;
      }
      default -> throw file.unsupported(name + " in the encoding " + encoding);
    };
  }

  /** Looks at the runs of levels and dictionary ids before a decoder allocates for them. */
  private void check(DataPageHeader data, Encoding encoding, byte[] bytes, int count, String name) {
    int at = 0;
    if (type.isRepetition(Repetition.OPTIONAL)) {
      if (data.getDefinition_level_encoding() != org.apache.parquet.format.Encoding.RLE) {
        throw file.unsupported(name + " with levels in another encoding than RLE");
      }
      at = checkBits(bytes, at, count, count, name + " in its levels");
    }
    if (encoding == Encoding.RLE) {
      checkBits(bytes, at, count, 0, name + " in its values");
    }
    if (encoding == Encoding.RLE_DICTIONARY && at < bytes.length) {
      int bitWidth = bytes[at] & 0xff;
      if (bitWidth > Integer.SIZE
          || RunLengths.check(bytes, at + 1, bytes.length, bitWidth, count) < 0) {
        throw file.malformed(name + " has damaged dictionary ids");
      }
    }
  }

  /** Checks runs of one bit a value behind their length; gives where they end. */
  private int checkBits(byte[] bytes, int from, int values, int least, String where) {
    int at = from + Integer.BYTES;
    int length = at > bytes.length ? -1 : HashingSink.littleEndian(bytes, from);
    if (length < 0 || length > bytes.length - at) {
      throw file.malformed("the bytes end too early on " + where);
    }
    if (RunLengths.check(bytes, at, at + length, 1, values) < Math.min(values, least)) {
      throw file.malformed("a run is damaged or missing on " + where);
    }
    return at + length;
  }

  private PageHeader header(Module module) {
    String name = "the header of page " + page + " of " + what;
    try {
      if (decryptor == null) {
        return Util.readPageHeader(in.limited(ReaderLimits.PAGE_HEADER));
      }
      return Util.readPageHeader(new ByteArrayInputStream(open(module, encrypted(name), name)));
    } catch (ParquetFileException failed) {
      throw failed;
    } catch (IOException failed) {
      throw file.malformed(name + " cannot be parsed", failed);
    }
  }

  /** A page header's module, whose length nothing but itself states. */
  private byte[] encrypted(String name) {
    if (in.remaining() < ModuleDecryptor.LENGTH_BYTES) {
      throw file.malformed(name + " is missing");
    }
    byte[] length = in.take(ModuleDecryptor.LENGTH_BYTES);
    int size =
        file.sized(
            HashingSink.littleEndian(length, 0) & 0xffffffffL, ReaderLimits.PAGE_HEADER, name);
    if (size > in.remaining()) {
      throw file.malformed(name + " lies outside its column chunk");
    }
    byte[] module = new byte[length.length + size];
    System.arraycopy(length, 0, module, 0, length.length);
    System.arraycopy(in.take(size), 0, module, length.length, size);
    return module;
  }

  private byte[] open(Module module, byte[] bytes, String name) {
    if (decryptor == null) {
      return bytes;
    }
    return module == Module.DICTIONARY_PAGE || module == Module.DICTIONARY_PAGE_HEADER
        ? decryptor.dictionary(module, group, column, bytes, name)
        : decryptor.page(module, group, column, page, bytes, name);
  }

  /** A page's bytes as they were before compression and encryption. */
  private byte[] content(PageHeader header, Module module, int limit, String name) {
    int stored = file.sized(header.getCompressed_page_size(), limit, name);
    int size = file.sized(header.getUncompressed_page_size(), limit, name);
    if (stored > in.remaining()) {
      throw file.malformed(name + " lies outside its column chunk");
    }
    byte[] bytes = in.take(stored);
    if (decryptor == null && header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if ((int) crc.getValue() != header.getCrc()) {
        throw file.failure(
            ParquetErrorCode.CHECKSUM_MISMATCH, name + " has another checksum", null);
      }
    }
    return decompress(open(module, bytes, name), size, name);
  }

  private byte[] decompress(byte[] bytes, int size, String name) {
    CompressionCodec codec = meta.getCodec();
    long length;
    byte[] plain;
    try {
      if (codec == CompressionCodec.UNCOMPRESSED) {
        plain = bytes;
        length = bytes.length;
      } else if (codec == CompressionCodec.ZSTD) {
        plain = new byte[size];
        length = Zstd.decompressByteArray(plain, 0, size, bytes, 0, bytes.length);
      } else if (codec == CompressionCodec.SNAPPY) {
        length = Snappy.uncompressedLength(bytes);
        plain = length == size ? Snappy.uncompress(bytes) : bytes;
      } else {
        throw file.unsupported(name + " compressed with " + codec);
      }
    } catch (IOException failed) {
      throw file.malformed(name + " cannot be decompressed", failed);
    }
    if (length != size) {
      throw file.malformed(name + " does not have the size its header states");
    }
    return plain;
  }
}
