package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks of random identifiers stay as they are beside chunks under Snappy, for every reader. */
@Tag("verify")
class SnappyTrialTest {
  private static final int ROWS = 20_000;
  private static final int GROUP = 10_000;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"id","type":"string"},
            {"name":"note","type":["null","string"]},
            {"name":"first","type":"string"}]}
          """);
  private static final List<String> IDS = new ArrayList<>();

  static {
    SplittableRandom random = new SplittableRandom(3);
    for (int row = 0; row < ROWS; row++) {
      IDS.add(new UUID(random.nextLong(), random.nextLong()).toString());
    }
  }

  @TempDir Path folder;

  private static @Nullable String note(int row) {
    return row % 9 == 4 ? null : "CARD PAYMENT OF THE ORDER " + row;
  }

  /** Identifiers in the first row group, notes in the second. */
  private static String first(int row) {
    return row < GROUP ? IDS.get(ROWS - 1 - row) : "DIRECT DEBIT OF THE CONTRACT " + row;
  }

  private static byte[] write(ParquetLayout layout, Codec codec, @Nullable ParquetFileKeys keys) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, SCHEMA, keys, Samples.small(layout, codec, GROUP))) {
      for (int row = 0; row < ROWS; row++) {
        out.setString(0, IDS.get(row));
        String note = note(row);
        if (note != null) {
          out.setString(1, note);
        }
        out.setString(2, first(row));
        out.endRow();
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  private static List<CompressionCodec> codecs(byte[] file, String column) {
    FileFooter footer = FileFooter.read(BytesSource.of(file), new FileLabel("f"), null, null);
    return List.of(
        footer.chunk(0, footer.leaf(column)).meta().getCodec(),
        footer.chunk(1, footer.leaf(column)).meta().getCodec());
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void eachChunkIsCompressedWhereThatSavesAnEighth(ParquetLayout layout) {
    byte[] file = write(layout, Codec.SNAPPY, null);
    CompressionCodec snappy = CompressionCodec.SNAPPY;
    CompressionCodec none = CompressionCodec.UNCOMPRESSED;
    assertThat(codecs(file, "id")).containsExactly(none, none);
    assertThat(codecs(file, "note")).containsExactly(snappy, snappy);
    assertThat(codecs(file, "first")).containsExactly(none, snappy);
  }

  @Test
  void zstandardCompressesIdentifiersToo() {
    byte[] file = write(ParquetLayout.STANDARD, Codec.ZSTD, null);
    CompressionCodec zstd = CompressionCodec.ZSTD;
    assertThat(codecs(file, "id")).containsExactly(zstd, zstd);
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void everyReaderFindsEveryValue(ParquetLayout layout) throws Exception {
    byte[] bytes = write(layout, Codec.SNAPPY, null);
    checkOurs(bytes, null);
    Path file = Files.write(folder.resolve("some.parquet"), bytes);
    checkParquetJava(file, null);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      try (ResultSet result =
          statement.executeQuery("SELECT id, note, first FROM read_parquet('" + file + "')")) {
        for (int row = 0; row < ROWS; row++) {
          assertThat(result.next()).isTrue();
          check(row, result.getString(1), result.getString(2), result.getString(3));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void theyAreEncryptedAsTheyAre(ParquetLayout layout) throws IOException {
    byte[] bytes = write(layout, Codec.SNAPPY, Samples.KEYS);
    checkOurs(bytes, Samples.KEYS);
    FileDecryptionProperties keys =
        FileDecryptionProperties.builder().withFooterKey(Samples.key(1)).build();
    checkParquetJava(Files.write(folder.resolve("sealed.parquet"), bytes), keys);
  }

  private static void checkOurs(byte[] bytes, @Nullable ParquetFileKeys keys) {
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(bytes), SCHEMA, keys, null)) {
      for (int row = 0; row < ROWS; row++) {
        assertThat(in.next()).isTrue();
        check(row, in.getString(0), in.isNull(1) ? null : in.getString(1), in.getString(2));
      }
      assertThat(in.next()).isFalse();
    }
  }

  private static void checkParquetJava(Path file, @Nullable FileDecryptionProperties keys)
      throws IOException {
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(
                new LocalInputFile(file), new PlainParquetConfiguration())
            .withDataModel(new GenericData())
            .withDecryption(keys)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        GenericRecord record = in.read();
        Object note = record.get(1);
        check(
            row,
            record.get(0).toString(),
            note == null ? null : note.toString(),
            record.get(2).toString());
      }
    }
  }

  private static void check(int row, String id, @Nullable String note, String first) {
    if (!id.equals(IDS.get(row)) || !Objects.equals(note, note(row)) || !first.equals(first(row))) {
      throw new AssertionError("row " + row);
    }
  }
}
