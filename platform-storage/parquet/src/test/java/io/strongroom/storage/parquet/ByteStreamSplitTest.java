package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Floating-point numbers in streams of bytes: where that pays, and that every reader agrees. */
@Tag("verify")
class ByteStreamSplitTest {
  static final int ROWS = 30_000;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"walk","type":"double"},
            {"name":"heat","type":["null","float"]},
            {"name":"few","type":"double"},
            {"name":"id","type":"long"}]}
          """);
  static final ParquetSchema SPLIT = SCHEMA.withByteStreamSplit("walk", "heat", "few");

  @TempDir Path folder;

  static final double[] WALK = new double[ROWS];
  private static final float[] HEAT = new float[ROWS];
  static final double[] FEW = new double[ROWS];

  static {
    SplittableRandom random = new SplittableRandom(11);
    double at = 1_000;
    for (int row = 0; row < ROWS; row++) {
      at += random.nextDouble() - 0.5;
      WALK[row] = at;
      HEAT[row] = (float) (20 + Math.sin(row / 500.0) + random.nextDouble() / 10);
      FEW[row] = random.nextInt(50) / 8.0;
    }
  }

  static @Nullable Float heat(int row) {
    return row % 10 == 3 ? null : HEAT[row];
  }

  private static byte[] write(ParquetSchema schema, Codec codec) {
    return write(schema, ParquetLayout.STANDARD, codec, null);
  }

  static byte[] write(
      ParquetSchema schema, ParquetLayout layout, Codec codec, @Nullable ParquetFileKeys keys) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, keys, Samples.small(layout, codec, 20_000))) {
      for (int row = 0; row < ROWS; row++) {
        out.setDouble(0, WALK[row]);
        Float heat = heat(row);
        if (heat != null) {
          out.setFloat(1, heat);
        }
        out.setDouble(2, FEW[row]);
        out.setLong(3, row);
        out.endRow();
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  private static Set<Encoding> encodings(byte[] file, String column) {
    return encodings(file, column, null);
  }

  static Set<Encoding> encodings(byte[] file, String column, @Nullable ParquetFileKeys keys) {
    FileFooter footer = FileFooter.read(BytesSource.of(file), new FileLabel("f"), keys, null);
    Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
    encodings.addAll(footer.chunk(0, footer.leaf(column)).meta().getEncodings());
    return encodings;
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void theyAreSplitWhereThatSavesATwentieth(Codec codec) {
    byte[] split = write(SPLIT, codec);
    byte[] plain = write(SCHEMA, codec);
    boolean compressed = codec != Codec.UNCOMPRESSED;
    assertThat(encodings(split, "walk").contains(Encoding.BYTE_STREAM_SPLIT)).isEqualTo(compressed);
    assertThat(encodings(plain, "walk")).doesNotContain(Encoding.BYTE_STREAM_SPLIT);
    assertThat(encodings(split, "few")).contains(Encoding.PLAIN_DICTIONARY);
    assertThat(encodings(split, "few")).doesNotContain(Encoding.BYTE_STREAM_SPLIT);
    if (compressed) {
      assertThat((double) split.length / plain.length).isLessThan(0.95);
    } else {
      assertThat(split).isEqualTo(plain);
    }
  }

  @Test
  void numbersWithoutAnyOrderAreNotSplit() {
    ParquetSchema noise = SCHEMA.select("walk").withByteStreamSplit("walk");
    SplittableRandom random = new SplittableRandom(5);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, noise, null, ParquetLayout.STANDARD, Codec.ZSTD)) {
      for (int row = 0; row < ROWS; row++) {
        out.setDouble(0, Double.longBitsToDouble(random.nextLong()));
        out.endRow();
      }
      out.finish();
    }
    assertThat(encodings(sink.toByteArray(), "walk")).doesNotContain(Encoding.BYTE_STREAM_SPLIT);
  }

  @Test
  void everyReaderFindsEveryValue() throws Exception {
    byte[] bytes = write(SPLIT, Codec.ZSTD);
    assertThat(encodings(bytes, "heat")).contains(Encoding.BYTE_STREAM_SPLIT);
    Path file = Files.write(folder.resolve("split.parquet"), bytes);
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(bytes), SCHEMA, null, null);
        ParquetReader<GenericRecord> theirs =
            AvroParquetReader.<GenericRecord>builder(
                    new LocalInputFile(file), new PlainParquetConfiguration())
                .withDataModel(new GenericData())
                .build();
        Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      try (ResultSet duckDb =
          statement.executeQuery("SELECT walk, heat, few FROM read_parquet('" + file + "')")) {
        for (int row = 0; row < ROWS; row++) {
          GenericRecord record = theirs.read();
          assertThat(in.next() && duckDb.next()).isTrue();
          Float heat = heat(row);
          Object inDuckDb = duckDb.getObject(2);
          if (in.getDouble(0) != WALK[row]
              || duckDb.getDouble(1) != WALK[row]
              || !record.get(0).equals(WALK[row])
              || in.isNull(1) != (heat == null)
              || (heat == null && (record.get(1) != null || inDuckDb != null))
              || (heat != null
                  && (in.getFloat(1) != heat
                      || !heat.equals(record.get(1))
                      || !heat.equals(inDuckDb)))
              || in.getDouble(2) != FEW[row]) {
            throw new AssertionError("row " + row);
          }
        }
      }
    }
  }

  @Test
  void onlyFloatingPointNumbersAreSplit() {
    assertThatThrownBy(() -> SCHEMA.withByteStreamSplit("id"))
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("'id'");
    assertThatThrownBy(() -> SCHEMA.withByteStreamSplit("absent"))
        .isInstanceOf(ParquetFileException.class);
  }
}
