package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a row costs in garbage, through setters that need no object of their own and in batches that
 * are read, against {@code allocation.properties}.
 */
@Tag("verify")
class AllocationTest {
  /**
   * A file has costs of its own, such as its dictionaries: what is asked is what more rows cost.
   */
  private static final int FEW_ROWS = 120_000;

  private static final int MANY_ROWS = 360_000;

  /** Again when the JIT compiler was at work, whose own allocations are the thread's sometimes. */
  private static final int ATTEMPTS = 4;

  /** What the writer promises, on every JDK. */
  private static final double MOST_FOR_A_ROW = 16;

  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"id","type":"string"},
            {"name":"customer","type":"long"},
            {"name":"amount",
             "type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":2}},
            {"name":"currency","type":"string"},
            {"name":"ts","type":{"type":"long","logicalType":"timestamp-micros"}},
            {"name":"note","type":["null","string"]}]}
          """);

  private interface Work {
    void run(int rows);
  }

  @ParameterizedTest
  @CsvSource({
    "STANDARD, ZSTD, false",
    "STANDARD, SNAPPY, true",
    "SINGLE_PAGE, ZSTD, true",
    "SINGLE_PAGE, UNCOMPRESSED, false"
  })
  void aRowThatIsWrittenStaysWithinItsCeiling(ParquetLayout layout, Codec codec, boolean encrypted)
      throws IOException {
    ParquetFiles files = new ParquetFiles(layout, codec);
    ParquetFileKeys keys = encrypted ? Samples.KEYS : null;
    String path = "write-" + layout + "-" + codec;
    assertThat(ceiling(path)).isLessThanOrEqualTo(MOST_FOR_A_ROW);
    assertHolds(path, rows -> write(files, keys, rows, OutputStream.nullOutputStream()));
  }

  @ParameterizedTest
  @CsvSource({"STANDARD, ZSTD, false", "STANDARD, SNAPPY, true"})
  void aRowThatIsReadStaysWithinItsCeiling(ParquetLayout layout, Codec codec, boolean encrypted)
      throws IOException {
    ParquetFiles files = new ParquetFiles(layout, codec);
    ParquetFileKeys keys = encrypted ? Samples.KEYS : null;
    byte[] few = file(files, keys, FEW_ROWS);
    byte[] many = file(files, keys, MANY_ROWS);
    assertHolds(
        "read-" + layout + "-" + codec,
        rows -> read(files, keys, rows == FEW_ROWS ? few : many, rows));
  }

  private static void assertHolds(String path, Work work) throws IOException {
    double ceiling = ceiling(path);
    allocated(work, MANY_ROWS);
    double least = Double.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && least > ceiling; attempt++) {
      long few = allocated(work, FEW_ROWS);
      long many = allocated(work, MANY_ROWS);
      least = Math.min(least, (double) (many - few) / (MANY_ROWS - FEW_ROWS));
    }
    assertThat(least).as(path).isLessThanOrEqualTo(ceiling);
  }

  private static double ceiling(String path) throws IOException {
    Properties ceilings = new Properties();
    try (InputStream in = AllocationTest.class.getResourceAsStream("/allocation.properties")) {
      ceilings.load(in);
    }
    String name = path + "." + Runtime.version().feature();
    return Double.parseDouble(Objects.requireNonNull(ceilings.getProperty(name), name));
  }

  private static long allocated(Work work, int rows) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    work.run(rows);
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static byte[] file(ParquetFiles files, @Nullable ParquetFileKeys keys, int rows) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    write(files, keys, rows, sink);
    return sink.toByteArray();
  }

  private static void write(
      ParquetFiles files, @Nullable ParquetFileKeys keys, int rows, OutputStream sink) {
    StringBuilder id = new StringBuilder("00000000-0000-4000-8000-000000000000");
    byte[] note = "CARD PAYMENT BÄCKEREI 0000".getBytes(StandardCharsets.UTF_8);
    try (ParquetRowWriter out = files.write(sink, SCHEMA, keys)) {
      for (int row = 0; row < rows; row++) {
        int rest = row * 0x9E3779B9;
        for (int index = 0; index < 8; index++) {
          id.setCharAt(index, Character.forDigit((rest >>> (4 * index)) & 15, 16));
          note[note.length - 1 - index % 4] = (byte) ('0' + ((rest >>> (3 * index)) & 7));
        }
        out.setString(0, id);
        out.setLong(1, 10_000_000L + (rest & 0xfffff));
        out.setUnscaled(2, rest >> 8);
        out.setString(3, row % 3 == 0 ? "EUR" : "USD");
        out.setTimestampMicros(4, 1_700_000_000_000_000L + row * 40_000L);
        if (row % 50 != 0) {
          out.setUtf8(5, note, 0, note.length);
        }
        out.endRow();
      }
      assertThat(out.finish().rows()).isEqualTo(rows);
    }
  }

  private static void read(
      ParquetFiles files, @Nullable ParquetFileKeys keys, byte[] file, int rows) {
    int read = 0;
    try (ParquetBatchReader in =
        files.batches("file", BytesSource.of(file), SCHEMA, null, keys, null)) {
      while (in.next()) {
        read += in.column(5).rows();
      }
    }
    assertThat(read).isEqualTo(rows);
  }
}
