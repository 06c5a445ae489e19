package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file of apache/parquet-java issue 3747: five rows, whose two columns end their pages at
 * different rows. With the page index in use parquet-java 1.18.1 gives the last row the payload of
 * another.
 */
@Tag("verify")
class MisalignedPagesTest {
  private static final MessageType MESSAGE =
      MessageTypeParser.parseMessageType(
          "message t { required int32 predicate; required int32 payload; }");
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
              + "{\"name\":\"predicate\",\"type\":\"int\"},{\"name\":\"payload\",\"type\":\"int\"}]}");

  @TempDir Path folder;

  private byte[] file() throws IOException {
    Path path = folder.resolve("f.parquet");
    ParquetFileWriter out =
        new ParquetFileWriter(
            new LocalOutputFile(path),
            MESSAGE,
            ParquetFileWriter.Mode.CREATE,
            1 << 20,
            0,
            null,
            ParquetProperties.builder().build());
    out.start();
    out.startBlock(5);
    column(out, 0, new int[][] {{0, 0}, {100, 100}, {0}});
    column(out, 1, new int[][] {{0, 10, 20}, {30, 40}});
    out.endBlock();
    out.end(Map.of());
    return Files.readAllBytes(path);
  }

  private static void column(ParquetFileWriter out, int index, int[][] pages) throws IOException {
    ColumnDescriptor column = MESSAGE.getColumns().get(index);
    out.startColumn(column, 5, CompressionCodecName.UNCOMPRESSED);
    for (int[] page : pages) {
      Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
      ByteBuffer plain = ByteBuffer.allocate(page.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (int value : page) {
        plain.putInt(value);
        statistics.updateStats(value);
      }
      out.writeDataPage(
          page.length,
          plain.capacity(),
          BytesInput.from(plain.array()),
          statistics,
          page.length,
          Encoding.RLE,
          Encoding.RLE,
          Encoding.PLAIN);
    }
    out.endColumn();
  }

  private static List<Integer> payloads(byte[] file, RowFilter filter) {
    List<Integer> payloads = new ArrayList<>();
    try (ParquetRowReader in =
        new ParquetRowReader(
            "f", BytesSource.of(file), SCHEMA.select("payload"), filter, null, null)) {
      while (in.next()) {
        payloads.add(in.getInt(0));
      }
    }
    return payloads;
  }

  @Test
  void everyRowKeepsItsOwnPayloadWhicheverPagesArePassedOver() throws IOException {
    byte[] file = file();
    RowFilter.Column predicate = RowFilter.column("predicate");
    assertThat(payloads(file, predicate.equalTo(0))).containsExactly(0, 10, 40);
    assertThat(payloads(file, predicate.equalTo(100))).containsExactly(20, 30);
    assertThat(payloads(file, RowFilter.column("payload").greaterThan(20))).containsExactly(30, 40);
    assertThat(payloads(file, predicate.equalTo(7))).isEmpty();
  }
}
