package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.KeyClass;
import io.strongroom.storage.parquet.Samples.Written;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.crypto.KeyAccessDeniedException;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileCryptoMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of a key class, under a key of their own. */
@Tag("verify")
class ColumnKeysTest {
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final KeyClass RISK = new KeyClass("risk");
  private static final String PERSONAL_ID = "run-1/silver/x/personal";
  private static final ParquetSchema SCHEMA =
      Samples.SCHEMA.withKeyClass(PERSONAL, "note", "fee").withKeyClass(RISK, "rate");
  private static final ParquetSchema OPEN = SCHEMA.select("currency", "id", "amount");
  private static final int ROWS = 3_000;

  @TempDir Path folder;

  private static ParquetFileKeys all() {
    return Samples.keys()
        .with(PERSONAL, Samples.key(2), PERSONAL_ID)
        .with(RISK, Samples.key(3), "run-1/silver/x/risk");
  }

  private static Written file(ParquetFileKeys keys, ParquetSchema schema, Workers workers) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    WriterSettings settings = Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 1_100);
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, keys, settings, new BufferPool(1 << 22), workers)) {
      for (int row = 0; row < ROWS; row++) {
        Samples.write(out, row);
      }
      return new Written(sink, out.finish());
    }
  }

  private static Written file(ParquetFileKeys keys) {
    return file(keys, SCHEMA, Workers.NONE);
  }

  private static ParquetRowReader open(Written file, ParquetSchema columns, ParquetFileKeys keys) {
    return new ParquetRowReader("f", file.source(), columns, keys, file.facts().footerSha256());
  }

  private static void assertRefused(
      Written file, ParquetSchema columns, ParquetFileKeys keys, ParquetErrorCode code) {
    assertThatThrownBy(() -> open(file, columns, keys).next())
        .isInstanceOfSatisfying(
            ParquetFileException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("'note'")
        .hasMessageContaining("'personal'");
  }

  @Test
  void whoHasAllKeysReadsEverything() {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      for (Workers workers : new Workers[] {Workers.NONE, new Workers(3, pool)}) {
        try (ParquetRowReader in = open(file(all(), SCHEMA, workers), Samples.SCHEMA, all())) {
          Samples.checkAll(in, ROWS);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void whoLacksAClassReadsTheOtherColumns() {
    Written file = file(all());
    ParquetFileKeys some = Samples.keys().with(RISK, Samples.key(3), "run-1/silver/x/risk");
    int row = 0;
    try (ParquetRowReader in = open(file, OPEN, some)) {
      for (; in.next(); row++) {
        assertThat(in.getString(0)).isEqualTo(Samples.currency(row));
        assertThat(in.getLong(1)).isEqualTo(row);
      }
    }
    assertThat(row).isEqualTo(ROWS);
    try (ParquetRowReader in = open(file, SCHEMA.select("rate"), some)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getDouble(0)).isZero();
    }
    assertRefused(file, SCHEMA, some, ParquetErrorCode.COLUMN_KEY_MISSING);
    assertRefused(file, SCHEMA.select("id", "note"), some, ParquetErrorCode.COLUMN_KEY_MISSING);
  }

  @Test
  void aFilterOnAMaskedColumnIsRefusedToo() {
    Written file = file(all());
    assertThatThrownBy(
            () ->
                new ParquetRowReader(
                    "f",
                    file.source(),
                    OPEN,
                    RowFilter.column("note").equalTo("CARD PAYMENT"),
                    Samples.keys(),
                    null))
        .isInstanceOfSatisfying(
            ParquetFileException.class,
            e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.COLUMN_KEY_MISSING))
        .hasMessageContaining("'note'");
  }

  @Test
  void aWrongKeyIsNoticedWithItsColumnAndClass() {
    Written file = file(all());
    ParquetFileKeys wrong = Samples.keys().with(PERSONAL, Samples.key(9), PERSONAL_ID);
    assertThatThrownBy(() -> open(file, SCHEMA.select("note"), wrong).next())
        .isInstanceOfSatisfying(
            ParquetFileException.class,
            e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.AUTHENTICATION_FAILED))
        .hasMessageContaining("'note'")
        .hasMessageContaining("'" + PERSONAL_ID + "'");
    ParquetFileKeys ofAnotherRun =
        Samples.keys().with(PERSONAL, Samples.key(2), "run-2/silver/x/personal");
    assertRefused(file, SCHEMA.select("note"), ofAnotherRun, ParquetErrorCode.KEY_MISMATCH);
    assertThat(open(file, OPEN, wrong).next()).isTrue();
  }

  @Test
  void aColumnOfAClassIsNotWrittenWithoutItsKey() {
    for (ParquetFileKeys keys : new ParquetFileKeys[] {Samples.keys(), null}) {
      assertThatThrownBy(
              () ->
                  new ParquetRowWriter(
                      new ByteArrayOutputStream(),
                      SCHEMA,
                      keys,
                      ParquetLayout.SINGLE_PAGE,
                      Codec.ZSTD))
          .isInstanceOfSatisfying(
              ParquetFileException.class,
              e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.KEY_CLASS_MISSING))
          .hasMessageContaining("'personal'");
    }
    assertThatThrownBy(() -> all().with(PERSONAL, Samples.key(4), "another"))
        .isInstanceOf(ParquetFileException.class);
    assertThatThrownBy(() -> all().with(new KeyClass("k"), Samples.key(4), PERSONAL_ID))
        .isInstanceOf(ParquetFileException.class);
  }

  @Test
  void everyModuleIsCountedByItsKey() {
    ParquetFileKeys keys = all();
    file(keys);
    long groups = 3;
    // Of each chunk a page, its header, two indexes and the metadata; perhaps a dictionary.
    assertThat(keys.modules(RISK)).isBetween(5 * groups, 7 * groups);
    assertThat(keys.modules(PERSONAL)).isBetween(2 * 5 * groups, 2 * 7 * groups);
    assertThat(keys.modules()).isBetween(9 * 4 * groups + 1, 9 * 6 * groups + 1);
    assertThatThrownBy(() -> Samples.keys().modules(RISK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theFooterTellsNothingOfTheValuesOfAClass() throws Exception {
    ParquetSchema currency = SCHEMA.withKeyClass(PERSONAL, "currency");
    assertThat(footer(file(all()))).contains("EUR", "USD");
    assertThat(footer(file(all(), currency, Workers.NONE))).doesNotContain("EUR", "USD");
    FileMetaData meta =
        Util.readFileMetaData(new ByteArrayInputStream(footerBytes(file(all()))), 1 << 20);
    for (RowGroup group : meta.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        boolean own = chunk.getCrypto_metadata().isSetENCRYPTION_WITH_COLUMN_KEY();
        assertThat(chunk.isSetMeta_data()).isEqualTo(!own);
        assertThat(chunk.isSetEncrypted_column_metadata()).isEqualTo(own);
      }
    }
  }

  private static String footer(Written file) {
    return new String(footerBytes(file), StandardCharsets.ISO_8859_1);
  }

  /** The footer as who has only its key sees it. */
  private static byte[] footerBytes(Written file) {
    byte[] bytes = file.bytes();
    int length = HashingSink.littleEndian(bytes, bytes.length - 8);
    ByteArrayInputStream in =
        new ByteArrayInputStream(
            Arrays.copyOfRange(bytes, bytes.length - 8 - length, bytes.length - 8));
    try {
      FileCryptoMetaData crypto = Util.readFileCryptoMetaData(in);
      return new FileDecryption(
              new FileLabel("f"),
              crypto.getEncryption_algorithm(),
              crypto.getKey_metadata(),
              Samples.keys())
          .footer(in.readAllBytes());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private LocalInputFile stored(Written file) throws Exception {
    Path path = Files.createTempFile(folder, "f", ".parquet");
    Files.write(path, file.bytes());
    return new LocalInputFile(path);
  }

  private static FileDecryptionProperties retriever(Map<String, byte[]> keys) {
    return FileDecryptionProperties.builder()
        .withKeyRetriever(
            reference -> {
              byte[] key = keys.get(new String(reference, StandardCharsets.UTF_8));
              if (key == null) {
                throw new KeyAccessDeniedException("no such key");
              }
              return key;
            })
        .build();
  }

  @Test
  void parquetJavaReadsWithAllKeysAndWithSome() throws Exception {
    Map<String, byte[]> footerOnly = Map.of(Samples.KEYS.keyId(), Samples.key(1));
    Map<String, byte[]> every =
        Map.of(
            Samples.KEYS.keyId(),
            Samples.key(1),
            PERSONAL_ID,
            Samples.key(2),
            "run-1/silver/x/risk",
            Samples.key(3));
    LocalInputFile file = stored(file(all()));
    try (ParquetReader<GenericRecord> in = records(file, retriever(every), null)) {
      for (int row = 0; row < ROWS; row++) {
        GenericRecord record = in.read();
        Object note = record.get("note");
        assertThat(note == null ? null : note.toString()).isEqualTo(Samples.note(row));
        assertThat(record.get("id")).isEqualTo((long) row);
        assertThat(record.get("rate")).isEqualTo(Samples.absent(row) ? null : row / 8.0);
      }
      assertThat(in.read()).isNull();
    }
    ParquetSchema some = Samples.SCHEMA.select("id", "currency");
    try (ParquetReader<GenericRecord> in = records(file, retriever(footerOnly), some)) {
      for (int row = 0; row < ROWS; row++) {
        assertThat(in.read().get("currency").toString()).isEqualTo(Samples.currency(row));
      }
    }
    assertThatThrownBy(() -> records(file, retriever(footerOnly), null).read())
        .hasStackTraceContaining("KeyAccessDeniedException");
  }

  private static ParquetReader<GenericRecord> records(
      LocalInputFile file, FileDecryptionProperties decryption, @Nullable ParquetSchema columns)
      throws Exception {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    if (columns != null) {
      configuration.set(AvroReadSupport.AVRO_REQUESTED_PROJECTION, columns.avro().toString());
    }
    return AvroParquetReader.<GenericRecord>builder(file, configuration)
        .withDataModel(GenericData.get())
        .withDecryption(decryption)
        .build();
  }

  @Test
  void parquetJavaFindsStatisticsAndPageIndexOfAClass() throws Exception {
    ParquetReadOptions options =
        HadoopReadOptions.builder(new Configuration(false))
            .withDecryption(
                retriever(
                    Map.of(Samples.KEYS.keyId(), Samples.key(1), PERSONAL_ID, Samples.key(2))))
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(stored(file(all())), options)) {
      ColumnChunkMetaData note = reader.getRowGroups().get(2).getColumns().get(1);
      assertThat(note.getPath().toDotString()).isEqualTo("note");
      assertThat(note.getStatistics().hasNonNullValue()).isTrue();
      assertThat(reader.readOffsetIndex(note).getPageCount()).isEqualTo(1);
      assertThat(reader.readColumnIndex(note).getNullCounts().get(0)).isPositive();
    }
  }
}
