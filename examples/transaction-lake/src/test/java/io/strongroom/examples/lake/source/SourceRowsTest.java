package io.strongroom.examples.lake.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SourceRowsTest {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";

  @Test
  void fieldsAreFoundWhereverTheColumnsStand() throws IOException {
    List<SourceRow> rows =
        read(
            """
            Note,Currency,TransactionTimestamp,CustomerID,TransactionID,TransactionAmount
            n,EUR,t,c,i,a
            """);
    assertThat(fields(rows.get(0))).containsExactly("i", "c", "a", "EUR", "t");
  }

  @Test
  void quotesAreTakenAwayAndTheRawTextKeepsThem() throws IOException {
    SourceRow row = read(HEADER + "\"a,\"\"b\"\"\",c,\"1\",EUR,t\n").get(0);
    assertThat(fields(row)).containsExactly("a,\"b\"", "c", "1", "EUR", "t");
    assertThat(row.rawText()).isEqualTo("\"a,\"\"b\"\"\",c,\"1\",EUR,t");
  }

  @Test
  void rowNumbersAreThoseOfAnEditorAndEmptyLinesAreNoRows() throws IOException {
    assertThat(read(HEADER + "1,2,3,4,5\r\n\r\n\n1,2,3,4,5").stream().map(SourceRow::number))
        .containsExactly(2L, 5L);
  }

  @Test
  void nothingIsTrimmed() throws IOException {
    assertThat(fields(read(HEADER + " 1 ,\t2, 3,4 ,\n").get(0)))
        .containsExactly(" 1 ", "\t2", " 3", "4 ", "");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumn() throws IOException {
    assertThat(read("\uFEFF" + HEADER + "1,2,3,4,5\n").get(0).readable()).isTrue();
  }

  @Test
  void aStrayQuoteCostsOneRow() throws IOException {
    List<SourceRow> rows = read(HEADER + "\"1,2,3,4,5\n1,2,3,4,5\n\"1\"x,2,3,4,5\n1,2,3,4,5\n");
    assertThat(rows.stream().map(SourceRow::readable)).containsExactly(false, true, false, true);
    assertThat(rows.get(0).rawText()).isEqualTo("\"1,2,3,4,5");
  }

  @Test
  void aRowOfAnotherWidthIsNotReadable() throws IOException {
    assertThat(read(HEADER + "1,2,3,4\n1,2,3,4,5,6\n,\n").stream().map(SourceRow::readable))
        .containsExactly(false, false, false);
  }

  @Test
  void bytesThatAreNotUtf8AreKeptOneCharacterAByte() throws IOException {
    byte[] line = {'a', (byte) 0xFF, ',', (byte) 0xC3, '\n'};
    byte[] file = new byte[HEADER.length() + line.length];
    System.arraycopy(HEADER.getBytes(StandardCharsets.US_ASCII), 0, file, 0, HEADER.length());
    System.arraycopy(line, 0, file, HEADER.length(), line.length);
    SourceRow row = SourceRows.open(new ByteArrayInputStream(file), SourceLimits.DEFAULT).next();
    assertThat(row).isNotNull();
    assertThat(row.readable()).isFalse();
    assertThat(row.rawEncoding()).isEqualTo(SourceRow.RawEncoding.ISO_8859_1);
    assertThat(row.rawText().getBytes(StandardCharsets.ISO_8859_1))
        .containsExactly('a', 0xFF, ',', 0xC3);
  }

  @Test
  void linesAreTheSameWhereverTheStreamIsCut() throws IOException {
    String text = HEADER + "1,2,3,4,5\r\n".repeat(40_000);
    SourceRows rows =
        SourceRows.open(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
              @Override
              public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 7));
              }
            },
            SourceLimits.DEFAULT);
    int count = 0;
    for (SourceRow row = rows.next(); row != null; row = rows.next()) {
      assertThat(row.rawText()).isEqualTo("1,2,3,4,5");
      count++;
    }
    assertThat(count).isEqualTo(40_000);
  }

  @Test
  void aRowShowsNoValueWhenPrinted() throws IOException {
    assertThat(read(HEADER + "secret,2,3,4,5\n").get(0)).hasToString("SourceRow[2]");
  }

  private static List<String> fields(SourceRow row) {
    List<String> fields = new ArrayList<>();
    for (SourceColumn column : SourceColumn.values()) {
      fields.add(row.field(column));
    }
    return fields;
  }

  private static List<SourceRow> read(String text) throws IOException {
    SourceRows rows =
        SourceRows.open(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), SourceLimits.DEFAULT);
    List<SourceRow> all = new ArrayList<>();
    for (SourceRow row = rows.next(); row != null; row = rows.next()) {
      all.add(row);
    }
    return all;
  }
}
