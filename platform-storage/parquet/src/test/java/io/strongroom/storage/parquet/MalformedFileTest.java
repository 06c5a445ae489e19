package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and hostile files: typed errors, no allocation on their word, no endless loop. */
@Tag("verify")
@Timeout(120)
class MalformedFileTest {
  private static final ParquetSchema A = schema("[\"null\",\"long\"]");

  @TempDir Path folder;

  private static ParquetSchema schema(String type) {
    return ParquetSchema.parse(
        "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":" + type + "}]}");
  }

  private static List<Long> read(byte[] file) {
    List<Long> values = new ArrayList<>();
    try (ParquetRowReader in = new ParquetRowReader("f", BytesSource.of(file), A, null, null)) {
      while (in.next()) {
        values.add(in.isNull(0) ? null : in.getLong(0));
      }
    }
    return values;
  }

  private static void assertRefused(byte[] file, ParquetErrorCode code, String words) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ParquetFileException.class)
        .hasMessageStartingWith("Parquet file 'f': ")
        .hasMessageContaining(words)
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(code);
  }

  private static void assertRefused(
      Consumer<HandMadeFile> damage, ParquetErrorCode code, String words) {
    HandMadeFile file = new HandMadeFile(1, 2, 3);
    damage.accept(file);
    assertRefused(file.bytes(), code, words);
  }

  @Test
  void handMadeFilesAreReadAsLongAsNothingIsWrongWithThem() {
    assertThat(read(new HandMadeFile(1, -2, 3).bytes())).containsExactly(1L, -2L, 3L);
    // Levels: three values of which the second is null; then the two values, from the dictionary.
    byte[] dictionary =
        new HandMadeFile(0, 0, 0)
            .nullable()
            .dictionary(7, 8)
            .page(Encoding.RLE_DICTIONARY, 2, 0, 0, 0, 3, 0b101, 1, 3, 0b10)
            .bytes();
    assertThat(read(dictionary)).containsExactly(7L, null, 8L);
  }

  @Test
  void whatIsNoParquetFileIsRefused() {
    byte[] good = new HandMadeFile(1).bytes();
    assertRefused(new byte[0], ParquetErrorCode.FILE_MALFORMED, "too short");
    assertRefused(new byte[100], ParquetErrorCode.FILE_MALFORMED, "does not end");
    assertRefused(
        Arrays.copyOf(good, good.length - 1), ParquetErrorCode.FILE_MALFORMED, "does not end");
    assertRefused(Arrays.copyOfRange(good, 4, good.length), ParquetErrorCode.FILE_MALFORMED, "'a'");
    assertRefused(footer(100, 200), ParquetErrorCode.FILE_MALFORMED, "longer than the file");
    assertRefused(footer(100, -1), ParquetErrorCode.FILE_MALFORMED, "longer than the file");
    assertRefused(footer(100, 0), ParquetErrorCode.FILE_MALFORMED, "footer");
    assertRefused(footer(100, 50), ParquetErrorCode.FILE_MALFORMED, "footer");
    assertRefused(
        footer(ReaderLimits.FOOTER + 100, ReaderLimits.FOOTER + 1),
        ParquetErrorCode.LIMIT_EXCEEDED,
        "footer");
  }

  private static byte[] footer(int size, int stated) {
    byte[] file = new byte[size];
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(size - 8, stated)
        .put(size - 4, "PAR1".getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  @Test
  void aFooterThatDoesNotAddUpIsRefused() {
    ParquetErrorCode code = ParquetErrorCode.FILE_MALFORMED;
    assertRefused(file -> file.footer.setNum_rows(4), code, "3 rows, the footer says 4");
    assertRefused(file -> file.group.setNum_rows(-1), code, "negative");
    assertRefused(file -> file.group.setColumns(List.of()), code, "do not fit the schema");
    assertRefused(file -> file.schema.get(0).setNum_children(2), code, "schema");
    assertRefused(file -> file.schema.get(0).setNum_children(Integer.MAX_VALUE), code, "schema");
    assertRefused(
        file -> {
          file.schema.get(1).setNum_children(Integer.MAX_VALUE);
          file.schema.get(1).unsetType();
        },
        code,
        "schema");
    assertRefused(file -> file.schema.add(new SchemaElement("b")), code, "schema");
    assertRefused(
        file -> {
          file.schema.get(0).setNum_children(2);
          file.schema.add(file.column);
        },
        code,
        "two columns");
    assertRefused(file -> file.meta.setNum_values(4), code, "'a' of row group 0");
    assertRefused(file -> file.meta.setType(Type.DOUBLE), code, "'a' of row group 0");
    assertRefused(file -> file.meta.setPath_in_schema(List.of("b")), code, "'a' of row group 0");
    assertRefused(file -> file.chunk.unsetMeta_data(), code, "'a' of row group 0");
    assertRefused(file -> file.meta.setData_page_offset(-5), code, "outside the file");
    assertRefused(file -> file.meta.setData_page_offset(1L << 40), code, "outside the file");
    assertRefused(
        file -> file.meta.setTotal_compressed_size(Long.MAX_VALUE), code, "outside the file");
    assertRefused(file -> file.meta.setTotal_compressed_size(-1), code, "outside the file");
  }

  @Test
  void pagesThatDoNotAddUpAreRefused() {
    ParquetErrorCode code = ParquetErrorCode.FILE_MALFORMED;
    assertRefused(file -> file.meta.setTotal_compressed_size(3), code, "page 0");
    assertRefused(
        file -> file.page.setCompressed_page_size(1 << 27), code, "outside its column chunk");
    assertRefused(file -> file.page.setCompressed_page_size(-1), code, "");
    assertRefused(file -> file.page.setUncompressed_page_size(23), code, "size");
    assertRefused(file -> file.page.getData_page_header().setNum_values(4), code, "more values");
    assertRefused(file -> file.page.getData_page_header().setNum_values(-1), code, "");
    assertRefused(file -> file.page.getData_page_header().setNum_values(2), code, "'a'");
    assertRefused(file -> file.page(Encoding.PLAIN, 1, 2, 3), code, "'a'");
    assertRefused(
        file -> file.page.setCompressed_page_size(Integer.MAX_VALUE),
        ParquetErrorCode.LIMIT_EXCEEDED,
        "page 0");
    assertRefused(
        file -> file.page.setUncompressed_page_size(Integer.MAX_VALUE),
        ParquetErrorCode.LIMIT_EXCEEDED,
        "page 0");
    for (CompressionCodec codec :
        List.of(CompressionCodec.ZSTD, CompressionCodec.SNAPPY, CompressionCodec.GZIP)) {
      assertRefused(file -> file.meta.setCodec(codec), code, "'a'");
    }
    assertRefused(
        file -> file.page.setCrc(12), ParquetErrorCode.CHECKSUM_MISMATCH, "page 0 of column 'a'");
  }

  @Test
  void levelsAndIdsAreCountedBeforeTheyAreDecoded() {
    ParquetErrorCode code = ParquetErrorCode.FILE_MALFORMED;
    assertRefused(file -> file.nullable().page(Encoding.PLAIN, 2, 0), code, "levels");
    assertRefused(file -> file.nullable().page(Encoding.PLAIN, 9, 0, 0, 0, 6, 1), code, "levels");
    assertRefused(
        file -> file.nullable().page(Encoding.PLAIN, 255, 255, 255, 255, 6, 1), code, "levels");
    // Two levels for three values.
    assertRefused(file -> file.nullable().page(Encoding.PLAIN, 2, 0, 0, 0, 4, 0), code, "levels");
    // No end to the count; a run of nothing; a packed run of a billion values.
    assertRefused(
        file -> file.nullable().page(Encoding.PLAIN, 2, 0, 0, 0, 0x80, 0x80), code, "levels");
    assertRefused(
        file -> file.nullable().page(Encoding.PLAIN, 3, 0, 0, 0, 0, 0, 6), code, "levels");
    assertRefused(
        file -> file.nullable().page(Encoding.PLAIN, 5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x01),
        code,
        "levels");
    // The same in dictionary ids, an id that the dictionary lacks, and a width of 33 bits.
    assertRefused(
        file ->
            file.dictionary(7).page(Encoding.RLE_DICTIONARY, 1, 0xff, 0xff, 0xff, 0xff, 0x01, 0),
        code,
        "dictionary ids");
    assertRefused(
        file -> file.dictionary(7).page(Encoding.RLE_DICTIONARY, 1, 0x80), code, "dictionary ids");
    assertRefused(
        file -> file.dictionary(7).page(Encoding.RLE_DICTIONARY, 33, 6, 0), code, "dictionary ids");
    assertRefused(file -> file.dictionary(7).page(Encoding.RLE_DICTIONARY, 8, 6, 9), code, "'a'");
    assertRefused(file -> file.dictionary(7).page(Encoding.RLE_DICTIONARY, 1, 4, 0), code, "'a'");
    assertRefused(file -> file.dictionary(7).page(Encoding.RLE_DICTIONARY), code, "'a'");
    assertRefused(file -> file.page(Encoding.RLE_DICTIONARY, 1, 6, 0), code, "'a'");
    assertRefused(
        file -> {
          file.dictionary(7).page(Encoding.RLE_DICTIONARY, 1, 6, 0);
          file.dictionary.getDictionary_page_header().setNum_values(Integer.MAX_VALUE);
        },
        code,
        "does not hold the entries");
    assertRefused(
        file -> {
          file.dictionary(7).page(Encoding.RLE_DICTIONARY, 1, 6, 0);
          file.dictionary.setUncompressed_page_size(ReaderLimits.DICTIONARY + 1);
        },
        ParquetErrorCode.LIMIT_EXCEEDED,
        "dictionary");
  }

  @Test
  void differencesAreCheckedBeforeTheyAreBelieved() {
    ParquetErrorCode code = ParquetErrorCode.FILE_MALFORMED;
    Encoding delta = Encoding.DELTA_BINARY_PACKED;
    // Blocks of 128 in 4 parts, 3 values from 5 on (folded: 10), then differences of at least 1.
    int[] good = {0x80, 1, 4, 3, 10, 2, 0, 0, 0, 0};
    assertThat(read(new HandMadeFile(0, 0, 0).page(delta, good).bytes()))
        .containsExactly(5L, 6L, 7L);
    int[][] bad = {
      {},
      {0x80},
      {0x80, 1, 4, 3, 10},
      {0x80, 1, 4, 3, 10, 2, 0, 0},
      {0, 4, 3, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 0, 3, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 3, 3, 10, 2, 0, 0, 0},
      {0x80, 1, 128, 1, 3, 10, 2},
      {0x80, 0x80, 0x80, 0x80, 4, 4, 3, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 4, 2, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 4, 4, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 7, 10, 2, 0, 0, 0, 0},
      {0x80, 1, 4, 3, 10, 2, 65, 0, 0, 0},
      {0x80, 1, 4, 3, 10, 2, 9, 0, 0, 0, 1, 2, 3},
    };
    for (int[] page : bad) {
      assertRefused(file -> file.page(delta, page), code, "page 0 of column 'a'");
    }
  }

  private static ParquetFileException textFailure(Encoding encoding, int... page) {
    HandMadeFile file = new HandMadeFile(0, 0).page(encoding, page);
    file.column.setType(Type.BYTE_ARRAY);
    file.meta.setType(Type.BYTE_ARRAY);
    file.column.setConverted_type(ConvertedType.UTF8);
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(file.bytes()), schema("\"string\""), null, null)) {
      in.next();
      assertThat(in.getString(0)).isEqualTo("ab");
      in.next();
      assertThat(in.getString(0)).isEqualTo("abc");
      return null;
    } catch (ParquetFileException refused) {
      return refused;
    }
  }

  @Test
  void textsOfDifferencesStayWithinTheirPage() {
    // Two lengths, 2 and 3; then the bytes.
    int[] lengths = {0x80, 1, 4, 2, 4, 2, 0, 0, 0, 0, 'a', 'b', 'a', 'b', 'c'};
    assertThat(textFailure(Encoding.DELTA_LENGTH_BYTE_ARRAY, lengths)).isNull();
    // Shared beginnings of 0 and 2; lengths of the rest of 2 and 1; then the bytes.
    int[] shared = {
      0x80, 1, 4, 2, 0, 4, 0, 0, 0, 0, 0x80, 1, 4, 2, 4, 1, 0, 0, 0, 0, 'a', 'b', 'c'
    };
    assertThat(textFailure(Encoding.DELTA_BYTE_ARRAY, shared)).isNull();
    int[] longer = lengths.clone();
    longer[5] = 4;
    int[] negative = lengths.clone();
    negative[5] = 9;
    int[] beyond = shared.clone();
    beyond[5] = 6;
    for (ParquetFileException failure :
        Arrays.asList(
            textFailure(Encoding.DELTA_LENGTH_BYTE_ARRAY, longer),
            textFailure(Encoding.DELTA_LENGTH_BYTE_ARRAY, negative),
            textFailure(Encoding.DELTA_BYTE_ARRAY, beyond))) {
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo(ParquetErrorCode.FILE_MALFORMED);
    }
  }

  @Test
  void streamsOfDifferentLengthsAreRefused() {
    int[] bytes = new int[23];
    assertRefused(
        file -> file.page(Encoding.BYTE_STREAM_SPLIT, bytes),
        ParquetErrorCode.FILE_MALFORMED,
        "page 0 of column 'a'");
    assertRefused(
        file -> file.page(Encoding.BYTE_STREAM_SPLIT, new int[16]),
        ParquetErrorCode.FILE_MALFORMED,
        "page 0 of column 'a'");
  }

  private static HandMadeFile second(int levels, int nulls, int rows) {
    HandMadeFile file = new HandMadeFile(1, 2, 3).nullable();
    byte[] bytes = new byte[file.pageBytes.length + 2];
    bytes[0] = 6;
    bytes[1] = 1;
    System.arraycopy(file.pageBytes, 0, bytes, 2, file.pageBytes.length);
    file.pageBytes = bytes;
    file.page.setType(PageType.DATA_PAGE_V2);
    file.page.unsetData_page_header();
    file.page.setCompressed_page_size(bytes.length);
    file.page.setUncompressed_page_size(bytes.length);
    file.page.setData_page_header_v2(
        new DataPageHeaderV2(3, nulls, rows, Encoding.PLAIN, levels, 0));
    return file;
  }

  @Test
  void levelsOfASecondVersionStayWithinTheirPage() {
    assertThat(read(second(2, 0, 3).bytes())).containsExactly(1L, 2L, 3L);
    ParquetErrorCode code = ParquetErrorCode.FILE_MALFORMED;
    assertRefused(second(27, 0, 3).bytes(), code, "levels");
    assertRefused(second(-1, 0, 3).bytes(), code, "levels");
    assertRefused(second(1, 0, 3).bytes(), code, "levels");
    assertRefused(second(2, 0, 2).bytes(), code, "value in each row");
    HandMadeFile repeated = second(2, 0, 3);
    repeated.page.getData_page_header_v2().setRepetition_levels_byte_length(1);
    assertRefused(repeated.bytes(), code, "levels");
  }

  @Test
  void aPageThatSaysItIsMuchLargerThanItsBytesCanBeIsRefusedBeforeRoomIsMade() {
    for (CompressionCodec codec : List.of(CompressionCodec.SNAPPY, CompressionCodec.GZIP)) {
      assertRefused(
          file -> {
            file.meta.setCodec(codec);
            file.page.setUncompressed_page_size(ReaderLimits.PAGE);
          },
          ParquetErrorCode.FILE_MALFORMED,
          "does not have the size");
    }
  }

  @Test
  void partsOfTheFormatThatAreNotKnownAreNamed() {
    ParquetErrorCode code = ParquetErrorCode.FILE_UNSUPPORTED;
    for (CompressionCodec codec :
        List.of(
            CompressionCodec.LZO,
            CompressionCodec.BROTLI,
            CompressionCodec.LZ4,
            CompressionCodec.LZ4_RAW)) {
      assertRefused(file -> file.meta.setCodec(codec), code, codec.name());
    }
    assertRefused(
        file -> file.page.setType(PageType.INDEX_PAGE),
        ParquetErrorCode.FILE_MALFORMED,
        "no data page");
    assertRefused(
        file -> file.page.setType(PageType.DATA_PAGE_V2),
        ParquetErrorCode.FILE_MALFORMED,
        "no data page");
    assertRefused(file -> file.page(Encoding.DELTA_BYTE_ARRAY, 1), code, "DELTA_BYTE_ARRAY");
    assertRefused(file -> file.page(Encoding.RLE, 1), code, "RLE");
    assertRefused(file -> file.page(Encoding.BIT_PACKED, 1), code, "BIT_PACKED");
    assertRefused(file -> file.chunk.setFile_path("other"), code, "another file");
    assertRefused(
        file ->
            file.nullable()
                .page
                .getData_page_header()
                .setDefinition_level_encoding(Encoding.BIT_PACKED),
        code,
        "levels");
    assertRefused(
        file -> file.column.setRepetition_type(FieldRepetitionType.REPEATED),
        ParquetErrorCode.SCHEMA_MISMATCH,
        "'a'");
  }

  @Test
  void decimalsOfOtherWritersAreRead() {
    ParquetSchema decimal =
        schema("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":16,\"scale\":2}");
    HandMadeFile file = new HandMadeFile(12_345);
    file.column.setConverted_type(ConvertedType.DECIMAL);
    file.column.setPrecision(9);
    file.column.setScale(2);
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(file.bytes()), decimal, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getDecimal(0)).isEqualTo(new BigDecimal("123.45"));
    }
    file.column.setPrecision(18);
    assertThatThrownBy(
            () -> new ParquetRowReader(BytesSource.of(file.bytes()), decimal, null, null))
        .isInstanceOf(ParquetFileException.class);
    for (int[] bytes : new int[][] {{2, 0, 0, 0, 0xff, 0xfe}, {0, 0, 0, 0}}) {
      HandMadeFile binary = new HandMadeFile(0).page(Encoding.PLAIN, bytes);
      binary.column.setType(Type.BYTE_ARRAY);
      binary.meta.setType(Type.BYTE_ARRAY);
      binary.column.setConverted_type(ConvertedType.DECIMAL);
      binary.column.setPrecision(4);
      binary.column.setScale(2);
      try (ParquetRowReader in =
          new ParquetRowReader(BytesSource.of(binary.bytes()), decimal, null, null)) {
        if (bytes.length > 4) {
          assertThat(in.next()).isTrue();
          assertThat(in.getDecimal(0)).isEqualTo(new BigDecimal("-0.02"));
        } else {
          assertThatThrownBy(in::next)
              .isInstanceOf(ParquetFileException.class)
              .hasMessageContaining("'a'");
        }
      }
    }
  }

  private static HandMadeFile booleans(int... page) {
    HandMadeFile file = new HandMadeFile(0, 0, 0).page(Encoding.RLE, page);
    file.column.setType(Type.BOOLEAN);
    file.meta.setType(Type.BOOLEAN);
    return file;
  }

  @Test
  void booleansOfOtherWritersAreRead() {
    HandMadeFile file = booleans(2, 0, 0, 0, 3, 0b101);
    ParquetSchema booleans = schema("\"boolean\"");
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(file.bytes()), booleans, null, null)) {
      for (int row = 0; row < 3; row++) {
        assertThat(in.next()).isTrue();
        assertThat(in.getBoolean(0)).isEqualTo(row != 1);
      }
    }
    HandMadeFile endless = booleans(5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x01);
    assertThatThrownBy(
            () -> {
              try (ParquetRowReader in =
                  new ParquetRowReader(BytesSource.of(endless.bytes()), booleans, null, null)) {
                in.next();
              }
            })
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("run");
  }

  @Test
  void aTextOfADictionaryIsNotLongerThanTheDictionary() {
    for (int[] entry : new int[][] {{255, 255, 255, 127, 'x'}, {255, 255, 255, 255}, {1, 0, 0}}) {
      HandMadeFile file = new HandMadeFile(0).dictionary(0).page(Encoding.RLE_DICTIONARY, 1, 2, 0);
      file.column.setType(Type.BYTE_ARRAY);
      file.meta.setType(Type.BYTE_ARRAY);
      file.column.setConverted_type(ConvertedType.UTF8);
      file.dictionaryBytes = new HandMadeFile(0).page(Encoding.PLAIN, entry).pageBytes;
      file.dictionary.setCompressed_page_size(entry.length);
      file.dictionary.setUncompressed_page_size(entry.length);
      try (ParquetRowReader in =
          new ParquetRowReader(BytesSource.of(file.bytes()), schema("\"string\""), null, null)) {
        assertThatThrownBy(in::next)
            .isInstanceOf(ParquetFileException.class)
            .hasMessageContaining("the dictionary of column 'a'");
      }
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedAndNotReplaced() {
    HandMadeFile file = new HandMadeFile(0).page(Encoding.PLAIN, 2, 0, 0, 0, 'x', 0xff);
    file.column.setType(Type.BYTE_ARRAY);
    file.meta.setType(Type.BYTE_ARRAY);
    file.column.setConverted_type(ConvertedType.UTF8);
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(file.bytes()), schema("\"string\""), null, null)) {
      assertThat(in.next()).isTrue();
      assertThatThrownBy(() -> in.getString(0))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'a'");
    }
  }

  @Test
  void aReaderThatFailedOrIsNotOnARowGivesNothing() {
    HandMadeFile file = new HandMadeFile(1, 2, 3);
    file.page.setCrc(12);
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file.bytes()), A, null, null)) {
      assertThatThrownBy(() -> in.getLong(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(in::next).isInstanceOf(ParquetFileException.class);
      assertThatThrownBy(in::next).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> in.isNull(0)).isInstanceOf(IllegalStateException.class);
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(new HandMadeFile(1).bytes()), A, null, null)) {
      assertThat(in.next()).isTrue();
      assertThatThrownBy(() -> in.getString(0)).isInstanceOf(IllegalStateException.class);
      assertThat(in.next()).isFalse();
      assertThatThrownBy(() -> in.getLong(0)).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Reads everything of a damaged file; whatever happens must have a code. */
  private static boolean readable(byte[] file, ParquetSchema schema, ParquetFileKeys keys) {
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), schema, keys, null)) {
      while (in.next()) {
        for (int column = 0; column < schema.columns().size(); column++) {
          if (!in.isNull(column)
              && schema.schemaColumns().get(column).kind() == ColumnKind.STRING) {
            in.getString(column);
          }
        }
      }
      return true;
    } catch (ParquetFileException typed) {
      return false;
    }
  }

  @Test
  void ofDamagedFilesEveryFailureIsTyped() {
    byte[] plain = Samples.file(60, null, ParquetLayout.STANDARD, Codec.UNCOMPRESSED).bytes();
    SplittableRandom random = new SplittableRandom(42);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] damaged = plain.clone();
      int flips = 1 + random.nextInt(3);
      for (int flip = 0; flip < flips; flip++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      }
      refused += readable(damaged, Samples.SCHEMA, null) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void everyShorterFileIsRefused() {
    byte[] plain = Samples.file(20, null, ParquetLayout.STANDARD, Codec.ZSTD).bytes();
    for (int length = 0; length < plain.length; length++) {
      assertThat(readable(Arrays.copyOf(plain, length), Samples.SCHEMA, null)).isFalse();
    }
  }

  /** DuckDB writes no checksums, so that here the decoders meet the damage. */
  @Test
  void withoutChecksumsEveryFailureIsTypedToo() throws Exception {
    Path path = folder.resolve("duck.parquet");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute(
          "COPY (SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS n, "
              + "CASE WHEN i % 5 = 0 THEN NULL ELSE 'text ' || (i % 9) END AS t "
              + "FROM range(200) r(i)) TO '"
              + path
              + "' (FORMAT parquet, COMPRESSION uncompressed)");
    }
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
                + "{\"name\":\"n\",\"type\":[\"null\",\"long\"]},"
                + "{\"name\":\"t\",\"type\":[\"null\",\"string\"]}]}");
    byte[] plain = Files.readAllBytes(path);
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(plain), schema, null, null)) {
      for (int row = 0; row < 200; row++) {
        assertThat(in.next()).isTrue();
        assertThat(in.isNull(0) ? null : in.getLong(0)).isEqualTo(row % 3 == 0 ? null : row * 1L);
        assertThat(in.isNull(1) ? null : in.getString(1))
            .isEqualTo(row % 5 == 0 ? null : "text " + row % 9);
      }
      assertThat(in.next()).isFalse();
    }
    SplittableRandom random = new SplittableRandom(43);
    int refused = 0;
    int rounds = 5_000;
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = plain.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      refused += readable(damaged, schema, null) ? 0 : 1;
    }
    assertThat(refused).isBetween(rounds / 10, rounds - 1);
  }
}
