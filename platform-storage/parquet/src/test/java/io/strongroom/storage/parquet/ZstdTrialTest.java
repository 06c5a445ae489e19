package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A high level of Zstandard is spent on the column chunks that it makes shorter. */
@Tag("verify")
class ZstdTrialTest {
  private static final int ROWS = 12_000;
  private static final int LEVEL = 9;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"id","type":"string"},{"name":"note","type":"string"}]}
          """);
  private static final String[] WORDS =
      "NORTH MARKET RIVER BAKERY GARDEN TRAVEL HARBOUR STUDIO FASHION TOOLS".split(" ");
  private static final List<String> IDS = new ArrayList<>();
  private static final List<String> NOTES = new ArrayList<>();

  static {
    SplittableRandom random = new SplittableRandom(11);
    for (int row = 0; row < ROWS; row++) {
      IDS.add(new UUID(random.nextLong(), random.nextLong()).toString());
      StringBuilder note = new StringBuilder("CARD PAYMENT");
      for (int word = 0; word < 8; word++) {
        note.append(' ').append(WORDS[random.nextInt(1 + random.nextInt(WORDS.length))]);
      }
      NOTES.add(note.toString());
    }
  }

  private static byte[] write(ParquetFiles files) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out = files.write(sink, SCHEMA, null)) {
      for (int row = 0; row < ROWS; row++) {
        out.setString(0, IDS.get(row));
        out.setString(1, NOTES.get(row));
        out.endRow();
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  private static ParquetFiles files(ParquetLayout layout, int level) {
    return new ParquetFiles(layout, Codec.ZSTD, level, 64L << 20);
  }

  private static long bytes(byte[] file, String column) {
    FileFooter footer = FileFooter.read(BytesSource.of(file), new FileLabel("f"), null, null);
    return footer.chunk(0, footer.leaf(column)).meta().getTotal_compressed_size();
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void identifiersAreLeftAtLevelOneAndTextsAreNot(ParquetLayout layout) {
    byte[] low = write(files(layout, 1));
    byte[] high = write(files(layout, LEVEL));
    assertThat(bytes(high, "id")).isEqualTo(bytes(low, "id"));
    assertThat(bytes(high, "note")).isLessThan(bytes(low, "note"));
    for (byte[] file : List.of(low, high)) {
      try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), SCHEMA, null, null)) {
        for (int row = 0; row < ROWS; row++) {
          assertThat(in.next()).isTrue();
          if (!in.getString(0).equals(IDS.get(row)) || !in.getString(1).equals(NOTES.get(row))) {
            throw new AssertionError("row " + row);
          }
        }
      }
    }
  }

  @Test
  void otherThreadsChooseTheSameLevels() {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      ParquetFiles files = files(ParquetLayout.STANDARD, LEVEL);
      assertThat(write(files.parallel(3, executor))).isEqualTo(write(files));
    } finally {
      executor.shutdown();
    }
  }
}
