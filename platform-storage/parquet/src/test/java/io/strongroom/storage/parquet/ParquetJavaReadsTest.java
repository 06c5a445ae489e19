package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.parquet.Samples.Written;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Conversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.DecryptionKeyRetriever;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData.EncryptionType;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** parquet-java with Hadoop as the strict oracle. */
@Tag("verify")
class ParquetJavaReadsTest {
  @TempDir Path folder;

  private LocalInputFile stored(Written file) throws IOException {
    Path path = Files.createTempFile(folder, "f", ".parquet");
    Files.write(path, file.bytes());
    return new LocalInputFile(path);
  }

  /** Finds the key by the reference in the file, as an engine does. */
  private static FileDecryptionProperties decryption() {
    DecryptionKeyRetriever byReference =
        reference ->
            new String(reference, StandardCharsets.UTF_8).equals(Samples.KEYS.keyId())
                ? Samples.key(1)
                : null;
    return FileDecryptionProperties.builder().withKeyRetriever(byReference).build();
  }

  private static ParquetReader<GenericRecord> records(
      LocalInputFile file, @Nullable FileDecryptionProperties decryption) throws IOException {
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    return AvroParquetReader.<GenericRecord>builder(file, new PlainParquetConfiguration())
        .withDataModel(model)
        .withDecryption(decryption)
        .build();
  }

  private void checkRows(Written file, @Nullable FileDecryptionProperties decryption, int rows)
      throws IOException {
    try (ParquetReader<GenericRecord> in = records(stored(file), decryption)) {
      for (int row = 0; row < rows; row++) {
        GenericRecord record = in.read();
        same(row, record.get("id"), (long) row);
        same(row, text(record.get("note")), Samples.note(row));
        same(row, text(record.get("currency")), Samples.currency(row));
        same(row, record.get("amount"), Samples.amount(row));
        same(row, record.get("fee"), Samples.fee(row));
        same(row, record.get("at"), Samples.micros(row));
        boolean absent = Samples.absent(row);
        same(row, record.get("day"), absent ? null : row % 20_000 - 5_000);
        same(row, record.get("attempts"), absent ? null : -row);
        same(row, record.get("booked"), absent ? null : row % 2 == 0);
        same(row, record.get("rate"), absent ? null : row / 8.0);
        same(row, record.get("settled"), absent ? null : -Samples.micros(row));
        same(row, record.get("parent"), absent ? null : Long.MAX_VALUE - row);
      }
      assertThat(in.read()).isNull();
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static void same(int row, @Nullable Object read, @Nullable Object written) {
    if (!Objects.equals(read, written)) {
      throw new AssertionError("row " + row + ": " + read + " instead of " + written);
    }
  }

  @Test
  void everyKindOfFileIsReadWithTheSameValues() throws Exception {
    for (ParquetLayout layout : ParquetLayout.values()) {
      for (Codec codec : Codec.values()) {
        WriterSettings settings = Samples.small(layout, codec, 700);
        checkRows(Samples.file(1_000, null, settings), null, 1_000);
        checkRows(Samples.file(1_000, Samples.KEYS, settings), decryption(), 1_000);
      }
    }
    checkRows(Samples.file(0, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD), decryption(), 0);
    checkRows(Samples.file(1, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD), decryption(), 1);
    checkRows(
        Samples.file(21_000, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD),
        decryption(),
        21_000);
  }

  @Test
  void anotherKeyDoesNotOpenAFile() throws Exception {
    LocalInputFile file =
        stored(Samples.file(10, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD));
    FileDecryptionProperties wrong =
        FileDecryptionProperties.builder().withFooterKey(Samples.key(2)).build();
    assertThatThrownBy(
            () -> {
              try (ParquetReader<GenericRecord> in = records(file, wrong)) {
                in.read();
              }
            })
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void theFooterSaysWhatTheFileIs() throws Exception {
    LocalInputFile file =
        stored(
            Samples.file(
                3_000, Samples.KEYS, Samples.small(ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 2_000)));
    ParquetReadOptions options =
        HadoopReadOptions.builder(new Configuration(false)).withDecryption(decryption()).build();
    try (ParquetFileReader reader = ParquetFileReader.open(file, options)) {
      assertThat(reader.getFileMetaData().getEncryptionType())
          .isEqualTo(EncryptionType.ENCRYPTED_FOOTER);
      assertThat(reader.getFileMetaData().getSchema()).isEqualTo(schema());
      List<BlockMetaData> groups = reader.getRowGroups();
      assertThat(groups).extracting(BlockMetaData::getRowCount).containsExactly(2_000L, 1_000L);
      for (BlockMetaData group : groups) {
        for (ColumnChunkMetaData column : group.getColumns()) {
          assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
          assertThat(column.getEncodings())
              .extracting(Encoding::name)
              .isSubsetOf("PLAIN", "PLAIN_DICTIONARY", "RLE", "DELTA_BINARY_PACKED");
          assertThat(reader.readOffsetIndex(column).getPageCount()).isEqualTo(1);
        }
      }
      Object largest = groups.get(0).getColumns().get(0).getStatistics().genericGetMax();
      assertThat(largest).isEqualTo(1_999L);
    }
  }

  @Test
  void pagesOfTheStandardLayoutHaveAtMostTwentyThousandRows() throws Exception {
    LocalInputFile file =
        stored(Samples.file(45_000, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD));
    ParquetReadOptions options =
        HadoopReadOptions.builder(new Configuration(false)).withDecryption(decryption()).build();
    try (ParquetFileReader reader = ParquetFileReader.open(file, options)) {
      for (ColumnChunkMetaData column : reader.getRowGroups().get(0).getColumns()) {
        OffsetIndex pages = reader.readOffsetIndex(column);
        assertThat(pages.getPageCount()).isEqualTo(3);
        assertThat(pages.getFirstRowIndex(1)).isEqualTo(20_000);
        assertThat(pages.getFirstRowIndex(2)).isEqualTo(40_000);
      }
    }
  }

  private static MessageType schema() {
    return MessageTypeParser.parseMessageType(
        """
        message io.strongroom.test.transaction {
          required int64 id;
          optional binary note (STRING);
          required binary currency (STRING);
          required int64 amount (DECIMAL(16,2));
          optional fixed_len_byte_array(16) fee (DECIMAL(38,10));
          required int64 at (TIMESTAMP(MICROS,true));
          optional int32 day (DATE);
          optional int32 attempts;
          optional boolean booked;
          optional double rate;
          optional int64 settled (TIMESTAMP(MICROS,true));
          optional int64 parent;
        }
        """);
  }

  @Test
  void decimalsKeepTheirScaleInParquetAvro() throws Exception {
    try (ParquetReader<GenericRecord> in =
        records(stored(Samples.file(2, null, ParquetLayout.STANDARD, Codec.ZSTD)), null)) {
      assertThat(in.read().get("amount")).isEqualTo(new BigDecimal("0.01"));
      assertThat(in.read().get("amount")).isEqualTo(new BigDecimal("-0.38"));
    }
  }
}
