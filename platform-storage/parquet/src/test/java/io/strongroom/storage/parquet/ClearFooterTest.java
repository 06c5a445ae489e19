package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a file in the clear shows of its texts outside its pages. */
@Tag("verify")
class ClearFooterTest {
  private static final String FIRST = "AAAA-first-sixteen-and-much-more-of-a-customer";
  private static final String LAST = "ZZZZ-first-sixteen-and-much-more-of-a-customer";
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"},"
              + "{\"name\":\"b\",\"type\":[\"null\",\"long\"]}]}");

  /** Everything behind the last page: indexes and footer. */
  private static String outsidePages(ParquetSchema schema, ParquetLayout layout) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, null, layout, Codec.UNCOMPRESSED)) {
      for (int row = 0; row < 100; row++) {
        out.setString(0, row % 2 == 0 ? FIRST : LAST);
        out.endRow();
      }
      out.finish();
    }
    byte[] file = sink.toByteArray();
    FileFooter footer = FileFooter.read(BytesSource.of(file), new FileLabel("f"), null, null);
    FileFooter.Chunk last = footer.chunk(0, footer.leaf("b"));
    int end = (int) last.end();
    return new String(file, end, file.length - end, StandardCharsets.ISO_8859_1);
  }

  @Test
  void textsLeaveSixteenBytesAtMost() {
    for (ParquetLayout layout : ParquetLayout.values()) {
      assertThat(outsidePages(SCHEMA, layout))
          .contains(FIRST.substring(0, 16))
          .doesNotContain(FIRST.substring(0, 17))
          .doesNotContain(LAST.substring(0, 16));
    }
  }

  @Test
  void aColumnWithoutStatisticsLeavesNothing() {
    for (ParquetLayout layout : ParquetLayout.values()) {
      assertThat(outsidePages(SCHEMA.withoutStatistics("a"), layout))
          .doesNotContain("AAAA", "ZZZZ");
    }
  }
}
