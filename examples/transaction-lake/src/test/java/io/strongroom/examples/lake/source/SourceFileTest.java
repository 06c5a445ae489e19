package io.strongroom.examples.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class SourceFileTest {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";
  private static final String ROW = "T1,ACC001,1.00,EUR,2026-01-01T00:00:00Z\n";

  @TempDir Path folder;

  @Test
  void aGoodFileIsDescribedByItsBytes() throws Exception {
    byte[] content = (HEADER + ROW + "\n" + ROW).getBytes(StandardCharsets.UTF_8);
    Path file = write(content);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
    assertThat(SourceFile.inspect(file, SourceLimits.DEFAULT))
        .isEqualTo(
            new SourceFile(file, "in.csv", HexFormat.of().formatHex(digest), content.length, 2));
  }

  @Test
  void aFileThatDoesNotExistIsRefused() {
    refused(folder.resolve("no.csv"), LakeErrorCode.SOURCE_NOT_FOUND, "no.csv");
  }

  @Test
  void aFolderIsRefused() {
    refused(folder, LakeErrorCode.SOURCE_UNREADABLE, "not a regular file");
  }

  @Test
  void aFileWithoutBytesIsRefused() throws IOException {
    refused(write(new byte[0]), LakeErrorCode.SOURCE_EMPTY, "no bytes");
  }

  @Test
  void aHeaderWithoutARowIsRefused() throws IOException {
    refused(write(HEADER + "\n\n"), LakeErrorCode.SOURCE_EMPTY, "no row");
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    String file = HEADER.replace("Currency,", "").replace("CustomerID", "Customer") + ROW;
    refused(write(file), LakeErrorCode.COLUMN_MISSING, "missing in line 1: CustomerID, Currency");
  }

  @Test
  void aColumnThatStandsThereTwiceIsNamed() throws IOException {
    refused(write("Currency," + HEADER + ROW), LakeErrorCode.COLUMN_MISSING, "column Currency");
  }

  @Test
  void textWithoutTheColumnsIsNotACsv() throws IOException {
    refused(write("Dear customer,\nhello\n"), LakeErrorCode.NOT_A_CSV, "none of the required");
    refused(write(HEADER.replace(',', ';') + ROW), LakeErrorCode.NOT_A_CSV, "comma-separated");
  }

  @Test
  void compressedDataIsNotACsv() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write((HEADER + ROW).getBytes(StandardCharsets.UTF_8));
    }
    refused(write(bytes.toByteArray()), LakeErrorCode.NOT_A_CSV, "binary");
  }

  @Test
  void binaryDataWithoutLineBreaksIsNotACsvWhateverItsLength() throws IOException {
    refused(write(new byte[1 << 20]), LakeErrorCode.NOT_A_CSV, "binary");
  }

  @Test
  void utf16IsTheWrongEncoding() throws IOException {
    String text = HEADER + ROW;
    refused(write(text.getBytes(StandardCharsets.UTF_16)), LakeErrorCode.WRONG_ENCODING, "UTF-16");
    refused(
        write(text.getBytes(StandardCharsets.UTF_16LE)), LakeErrorCode.WRONG_ENCODING, "UTF-16");
    refused(
        write(text.getBytes(StandardCharsets.UTF_16BE)), LakeErrorCode.WRONG_ENCODING, "UTF-16");
  }

  @Test
  void manyRowsThatAreNotUtf8AreTheWrongEncoding() throws IOException {
    String text = HEADER + ROW + ROW.replace("ACC001", "Zoë") + ROW;
    refused(
        write(text.getBytes(Charset.forName("windows-1252"))),
        LakeErrorCode.WRONG_ENCODING,
        "1 of 3 rows are not UTF-8, the first is line 3");
  }

  @Test
  void oneRowInTwentyThatIsNotUtf8IsLeftToTheRules() throws IOException {
    String text = HEADER + ROW.repeat(19) + ROW.replace("ACC001", "Zoë");
    Path file = write(text.getBytes(Charset.forName("windows-1252")));
    assertThat(SourceFile.inspect(file, SourceLimits.DEFAULT).rows()).isEqualTo(20);
  }

  @Test
  void aGiganticLineIsNamedByItsNumber() throws IOException {
    String text = HEADER + ROW + "x".repeat(70_000) + "\n";
    refused(write(text), LakeErrorCode.LINE_TOO_LONG, "line 3 is longer than 65536 bytes");
  }

  @Test
  void aLineOfExactlyTheLimitIsAccepted() throws IOException {
    String text = HEADER + "x".repeat(65_535) + "\r\n";
    assertThat(SourceFile.inspect(write(text), SourceLimits.DEFAULT).rows()).isEqualTo(1);
  }

  private void refused(Path file, LakeErrorCode code, String part) {
    assertThatThrownBy(() -> SourceFile.inspect(file, SourceLimits.DEFAULT))
        .isInstanceOfSatisfying(
            LakeException.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
        .hasMessageContaining(part)
        .hasMessageContaining(file.toString());
  }

  private Path write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("in.csv"), bytes);
  }
}
