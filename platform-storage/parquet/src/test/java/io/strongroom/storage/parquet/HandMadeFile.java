package io.strongroom.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * A plain file of one INT64 column "a" and one row group, every part of which a test can make say
 * something else than it should.
 */
final class HandMadeFile {
  final SchemaElement column;
  final List<SchemaElement> schema = new ArrayList<>();
  final ColumnMetaData meta;
  final ColumnChunk chunk = new ColumnChunk(0);
  final RowGroup group;
  final FileMetaData footer;
  final PageHeader page;
  byte[] pageBytes;
  PageHeader dictionary;
  byte[] dictionaryBytes = new byte[0];

  /** A file that can be read, of these values. */
  HandMadeFile(long... values) {
    column = new SchemaElement("a");
    column.setType(Type.INT64);
    column.setRepetition_type(FieldRepetitionType.REQUIRED);
    SchemaElement root = new SchemaElement("root");
    root.setNum_children(1);
    schema.add(root);
    schema.add(column);
    ByteBuffer plain =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      plain.putLong(value);
    }
    pageBytes = plain.array();
    page = new PageHeader(PageType.DATA_PAGE, pageBytes.length, pageBytes.length);
    page.setData_page_header(
        new DataPageHeader(values.length, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
    meta =
        new ColumnMetaData(
            Type.INT64,
            List.of(Encoding.PLAIN),
            List.of("a"),
            CompressionCodec.UNCOMPRESSED,
            values.length,
            0,
            0,
            4);
    chunk.setMeta_data(meta);
    group = new RowGroup(List.of(chunk), 0, values.length);
    footer = new FileMetaData(1, schema, values.length, List.of(group));
  }

  /** Lets the page hold these bytes as they are. */
  HandMadeFile page(Encoding encoding, int... bytes) {
    pageBytes = new byte[bytes.length];
    for (int index = 0; index < bytes.length; index++) {
      pageBytes[index] = (byte) bytes[index];
    }
    page.setCompressed_page_size(bytes.length);
    page.setUncompressed_page_size(bytes.length);
    page.getData_page_header().setEncoding(encoding);
    return this;
  }

  HandMadeFile nullable() {
    column.setRepetition_type(FieldRepetitionType.OPTIONAL);
    return this;
  }

  /** Puts a dictionary of these values before the page. */
  HandMadeFile dictionary(long... values) {
    HandMadeFile plain = new HandMadeFile(values);
    dictionaryBytes = plain.pageBytes;
    dictionary =
        new PageHeader(PageType.DICTIONARY_PAGE, dictionaryBytes.length, dictionaryBytes.length);
    dictionary.setDictionary_page_header(new DictionaryPageHeader(values.length, Encoding.PLAIN));
    return this;
  }

  /** The bytes; offsets and sizes are filled in where the test left them alone. */
  byte[] bytes() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
      if (dictionary != null) {
        meta.setDictionary_page_offset(out.size());
        Util.writePageHeader(dictionary, out);
        out.writeBytes(dictionaryBytes);
        meta.setData_page_offset(out.size());
      }
      Util.writePageHeader(page, out);
      out.writeBytes(pageBytes);
      if (meta.getTotal_compressed_size() == 0) {
        meta.setTotal_compressed_size(out.size() - 4L);
      }
      int start = out.size();
      Util.writeFileMetaData(footer, out);
      out.writeBytes(
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(out.size() - start)
              .array());
      out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
      return out.toByteArray();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
