package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a row costs in garbage, through setters that need no object of their own. */
@Tag("verify")
class WriterAllocationTest {
  /**
   * A file has costs of its own, such as its dictionaries: what is asked is what more rows cost.
   */
  private static final int FEW_ROWS = 120_000;

  private static final int MANY_ROWS = 360_000;
  private static final long BYTES_A_ROW = 16;
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

  @ParameterizedTest
  @CsvSource({
    "STANDARD, ZSTD, false",
    "STANDARD, SNAPPY, true",
    "SINGLE_PAGE, ZSTD, true",
    "SINGLE_PAGE, UNCOMPRESSED, false"
  })
  void aRowCostsAtMostSixteenBytes(ParquetLayout layout, Codec codec, boolean encrypted) {
    ParquetFiles files = new ParquetFiles(layout, codec);
    ParquetFileKeys keys = encrypted ? Samples.KEYS : null;
    allocated(files, keys, MANY_ROWS);
    long least = Long.MAX_VALUE;
    // Again when the JIT compiler was at work, whose own allocations are the thread's sometimes.
    for (int attempt = 0; attempt < 3 && least > BYTES_A_ROW; attempt++) {
      long few = allocated(files, keys, FEW_ROWS);
      long many = allocated(files, keys, MANY_ROWS);
      least = Math.min(least, (many - few) / (MANY_ROWS - FEW_ROWS));
    }
    assertThat(least).isLessThanOrEqualTo(BYTES_A_ROW);
  }

  private static long allocated(ParquetFiles files, @Nullable ParquetFileKeys keys, int rows) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    write(files, keys, rows);
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static void write(ParquetFiles files, @Nullable ParquetFileKeys keys, int rows) {
    StringBuilder id = new StringBuilder("00000000-0000-4000-8000-000000000000");
    byte[] note = "CARD PAYMENT BÄCKEREI 0000".getBytes(StandardCharsets.UTF_8);
    try (ParquetRowWriter out = files.write(OutputStream.nullOutputStream(), SCHEMA, keys)) {
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
}
