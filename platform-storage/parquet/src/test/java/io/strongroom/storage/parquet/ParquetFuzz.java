package io.strongroom.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes as a Parquet file, or as the pages of a column: refused with a typed error or read, row
 * by row, in the heap of the fuzzing process. A row that is read has values of the columns' types.
 *
 * <p>The first byte chooses: a whole file in the clear, a whole encrypted file, or the encoding and
 * type of a page whose bytes follow, without a checksum that would keep the fuzzer out.
 */
public final class ParquetFuzz {
  /** Bytes of the longest inputs. */
  static final int LONGEST = 8192;

  private static final int MOST_ROWS = 100_000;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"id","type":"long"},{"name":"note","type":["null","string"]},
            {"name":"rate","type":["null","double"]},{"name":"booked","type":["null","boolean"]},
            {"name":"fee","type":["null",
              {"type":"bytes","logicalType":"decimal","precision":38,"scale":10}]}]}
          """);
  private static final ParquetSchema LONGS = column("\"long\"");
  private static final ParquetSchema TEXTS = column("\"string\"");
  private static final List<Encoding> ENCODINGS =
      List.of(
          Encoding.PLAIN,
          Encoding.RLE_DICTIONARY,
          Encoding.DELTA_BINARY_PACKED,
          Encoding.BYTE_STREAM_SPLIT,
          Encoding.DELTA_LENGTH_BYTE_ARRAY,
          Encoding.DELTA_BYTE_ARRAY);
  private static final int CLEAR = 0;
  private static final int SEALED = 1;
  private static final int PAGES = 2;

  private ParquetFuzz() {}

  private static ParquetSchema column(String type) {
    return ParquetSchema.parse(
        "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\","
            + type
            + "]}]}");
  }

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    switch (input[0] & 3) {
      case CLEAR -> read(rest, SCHEMA, null);
      case SEALED -> read(rest, SCHEMA, Samples.KEYS);
      default -> {
        boolean texts = (input[0] & 4) != 0;
        read(pages(rest, input[0] >>> 3 & 7, texts), texts ? TEXTS : LONGS, null);
      }
    }
  }

  /** A file of one column whose page, and dictionary where it has one, are these bytes. */
  private static byte[] pages(byte[] content, int encoding, boolean texts) {
    HandMadeFile file = new HandMadeFile(1, 2, 3).nullable();
    int values = content.length == 0 ? 0 : content[0] & 0xff;
    byte[] page = content.length == 0 ? content : Arrays.copyOfRange(content, 1, content.length);
    file.group.setNum_rows(values);
    file.footer.setNum_rows(values);
    file.meta.setNum_values(values);
    file.pageBytes = page;
    file.page.setCompressed_page_size(page.length);
    file.page.setUncompressed_page_size(page.length);
    file.page.getData_page_header().setNum_values(values);
    file.page.getData_page_header().setEncoding(ENCODINGS.get(encoding % ENCODINGS.size()));
    if (encoding == 7) {
      // What was compressed says itself how long it is.
      file.meta.setCodec(CompressionCodec.SNAPPY);
      file.page.setUncompressed_page_size(values * 100);
      file.page.getData_page_header().setEncoding(Encoding.PLAIN);
    }
    if (texts) {
      file.column.setType(Type.BYTE_ARRAY);
      file.column.setConverted_type(ConvertedType.UTF8);
      file.meta.setType(Type.BYTE_ARRAY);
    } else if (encoding == 1) {
      file.dictionary(7, 8, 9);
    }
    return file.bytes();
  }

  private static void read(byte[] file, ParquetSchema schema, @Nullable ParquetFileKeys keys) {
    try (ParquetRowReader in =
        new ParquetRowReader("fuzz", BytesSource.of(file), schema, keys, null)) {
      for (int row = 0; row < MOST_ROWS && in.next(); row++) {
        if (row >= in.rows()) {
          throw new AssertionError("more rows than the footer says");
        }
        for (int column = 0; column < schema.schemaColumns().size(); column++) {
          if (!in.isNull(column)) {
            value(in, column, schema.schemaColumns().get(column).kind());
          }
        }
      }
    } catch (ParquetFileException typed) {
      if (typed.getMessage().isBlank()) {
        throw new AssertionError("a failure without a word", typed);
      }
    }
  }

  private static void value(ParquetRowReader in, int column, ColumnKind kind) {
    switch (kind) {
      case BOOLEAN -> in.getBoolean(column);
      case LONG -> in.getLong(column);
      case DOUBLE -> in.getDouble(column);
      case STRING -> in.getString(column);
      case DECIMAL -> in.getDecimal(column);
      default -> throw new AssertionError(kind);
    }
  }

  /** Small files of every layout and codec, clear and encrypted, and pages of every encoding. */
  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (ParquetLayout layout : ParquetLayout.values()) {
      for (Codec codec : Codec.values()) {
        seeds.add(seed(CLEAR, file(null, Samples.small(layout, codec, 12))));
        seeds.add(seed(SEALED, file(Samples.KEYS, Samples.small(layout, codec, 12))));
      }
    }
    seeds.add(seed(CLEAR, new HandMadeFile(1, 2, 3).bytes()));
    byte[] page = {3, 2, 0, 0, 0, 6, 1, 1, 0, 0, 0, 65, 1, 0, 0, 0, 66, 0, 0, 0, 0};
    for (int encoding = 0; encoding < 8; encoding++) {
      seeds.add(seed(PAGES | encoding << 3, page));
      seeds.add(seed(PAGES | 4 | encoding << 3, page));
    }
    seeds.add(seed(PAGES | 1 << 3, new byte[] {3, 2, 0, 0, 0, 3, 0b101, 2, 3, 0b10}));
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    Util.writePageHeader(new PageHeader(new HandMadeFile(1).page), header);
    seeds.add(seed(CLEAR, header.toByteArray()));
    return seeds;
  }

  private static byte[] seed(int choice, byte[] content) {
    byte[] seed = new byte[content.length + 1];
    seed[0] = (byte) choice;
    System.arraycopy(content, 0, seed, 1, content.length);
    return seed;
  }

  private static byte[] file(@Nullable ParquetFileKeys keys, WriterSettings settings) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out = new ParquetRowWriter(sink, SCHEMA, keys, settings)) {
      for (int row = 0; row < 30; row++) {
        out.setLong(0, row % 7);
        if (row % 3 != 0) {
          out.setString(1, "note " + row % 4);
          out.setDouble(2, row / 4.0);
          out.setBoolean(3, row % 2 == 0);
          out.setUnscaled(4, row * 1_000_003L);
        }
        out.endRow();
      }
      out.finish();
    }
    return sink.toByteArray();
  }
}
