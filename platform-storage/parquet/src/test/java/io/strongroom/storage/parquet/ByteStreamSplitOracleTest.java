package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.parquet.format.Encoding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link ByteStreamSplitTest} writes, read by pyarrow bit by bit. */
@Tag("oracle")
class ByteStreamSplitOracleTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "STANDARD, ZSTD, false",
    "STANDARD, SNAPPY, true",
    "SINGLE_PAGE, ZSTD, true",
    "SINGLE_PAGE, SNAPPY, false"
  })
  void pyarrowFindsEveryValue(ParquetLayout layout, Codec codec, boolean encrypted)
      throws Exception {
    ParquetFileKeys keys = encrypted ? Samples.KEYS : null;
    byte[] bytes = ByteStreamSplitTest.write(ByteStreamSplitTest.SPLIT, layout, codec, keys);
    for (String column : List.of("walk", "heat")) {
      assertThat(ByteStreamSplitTest.encodings(bytes, column, keys))
          .contains(Encoding.BYTE_STREAM_SPLIT);
    }
    Path file = Files.write(folder.resolve("split.parquet"), bytes);
    String key = encrypted ? HexFormat.of().formatHex(Samples.key(1)) : "-";
    Path list = Files.writeString(folder.resolve("list"), file + " " + key + "\n");
    Pyarrow.run(folder, "read", list.toString());
    List<String> found = Files.readAllLines(Path.of(file + ".rows"), StandardCharsets.US_ASCII);
    assertThat(found).hasSize(ByteStreamSplitTest.ROWS);
    for (int row = 0; row < ByteStreamSplitTest.ROWS; row++) {
      String expected =
          String.join(
              "\t",
              bits(ByteStreamSplitTest.WALK[row]),
              bits(ByteStreamSplitTest.heat(row)),
              bits(ByteStreamSplitTest.FEW[row]),
              Integer.toString(row));
      if (!expected.equals(found.get(row))) {
        throw new AssertionError("row " + row + ": " + found.get(row) + " for " + expected);
      }
    }
  }

  private static String bits(double value) {
    return HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value));
  }

  private static String bits(@Nullable Float value) {
    return value == null ? "~" : HexFormat.of().toHexDigits(Float.floatToRawIntBits(value));
  }
}
