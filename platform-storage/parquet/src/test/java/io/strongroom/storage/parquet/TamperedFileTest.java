package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.parquet.Samples.Written;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Encrypted files that someone changed, moved or exchanged. */
@Tag("verify")
class TamperedFileTest {
  private static final int ROWS = 12;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
              + "{\"name\":\"note\",\"type\":[\"null\",\"string\"]}]}");
  private static final Written FILE = file(Samples.KEYS);

  /** A file of two row groups whose pages have dictionaries. */
  private static Written file(@Nullable ParquetFileKeys keys) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink,
            SCHEMA,
            keys,
            Samples.small(ParquetLayout.SINGLE_PAGE, Codec.UNCOMPRESSED, ROWS / 2))) {
      for (int row = 0; row < ROWS; row++) {
        out.setLong(0, row / 4);
        if (row % 3 != 0) {
          out.setString(1, "CARD PAYMENT");
        }
        out.endRow();
      }
      ParquetFileFacts facts = out.finish();
      return new Written(sink.toByteArray(), facts);
    }
  }

  private static void readAll(
      byte[] file, @Nullable ParquetFileKeys keys, @Nullable String footerSha256) {
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), SCHEMA, keys, footerSha256)) {
      for (int row = 0; row < ROWS; row++) {
        if (!in.next()
            || in.getLong(0) != row / 4
            || in.isNull(1) != (row % 3 == 0)
            || (row % 3 != 0 && !in.getString(1).equals("CARD PAYMENT"))) {
          throw new AssertionError("row " + row);
        }
      }
    }
  }

  private static @Nullable ParquetFileException failure(
      byte[] file, @Nullable String footerSha256) {
    try {
      readAll(file, Samples.KEYS, footerSha256);
      return null;
    } catch (ParquetFileException failed) {
      return failed;
    }
  }

  private static int footerStart(byte[] file) {
    return file.length - 8 - HashingSink.littleEndian(file, file.length - 8);
  }

  private static FileFooter footer() {
    return FileFooter.read(FILE.source(), new FileLabel("f"), Samples.KEYS, null);
  }

  /** Where the column chunks end and the page indexes begin. */
  private static int indexStart() {
    FileFooter footer = footer();
    long end = 0;
    for (int group = 0; group < footer.groups(); group++) {
      for (String column : SCHEMA.columns()) {
        FileFooter.Chunk chunk = footer.chunk(group, footer.leaf(column));
        end = Math.max(end, chunk.end());
      }
    }
    return (int) end;
  }

  @Test
  void everyByteOfPagesAndHeadersIsUnderATag() {
    byte[] file = FILE.bytes();
    int end = indexStart();
    for (int at = 4; at < end; at++) {
      byte[] damaged = FILE.bytes();
      damaged[at] ^= 1;
      ParquetFileException failed = failure(damaged, null);
      assertThat(failed).as("byte %d of %d", at, file.length).isNotNull();
      assertThat(failed.category()).isEqualTo(ErrorCategory.INTEGRITY);
      assertThat(failed.getMessage()).startsWith("Parquet file 'f': ").contains("column '");
    }
  }

  @Test
  void everyByteOfTheFooterIsUnderItsDigest() {
    byte[] file = FILE.bytes();
    for (int at = footerStart(file); at < file.length; at++) {
      byte[] damaged = FILE.bytes();
      damaged[at] ^= (byte) 0x80;
      ParquetFileException failed = failure(damaged, FILE.facts().footerSha256());
      assertThat(failed).as("byte %d of %d", at, file.length).isNotNull();
      assertThat(failed.category()).isEqualTo(ErrorCategory.INTEGRITY);
      // Without the digest: refused, or a byte without meaning, and every row is what it was.
      failure(damaged, null);
    }
  }

  @Test
  void whatThisReaderDoesNotReadIsUnderTheDigestOfTheFile() {
    byte[] file = FILE.bytes();
    Set<Integer> unread = new TreeSet<>();
    for (int at = 0; at < file.length; at++) {
      byte[] damaged = FILE.bytes();
      damaged[at] ^= 1;
      if (failure(damaged, FILE.facts().footerSha256()) == null) {
        unread.add(at);
        assertThat(HexFormat.of().formatHex(HashingSink.sha256().digest(damaged)))
            .isNotEqualTo(FILE.facts().sha256());
      }
    }
    int index = indexStart();
    int footer = footerStart(file);
    assertThat(unread).isNotEmpty().allMatch(at -> at < 4 || (at >= index && at < footer));
  }

  @Test
  void aFooterOfAnotherFileIsRefusedByTheDigest() {
    Written other = file(Samples.KEYS);
    readAll(other.bytes(), Samples.KEYS, other.facts().footerSha256());
    ParquetFileException failed = failure(other.bytes(), FILE.facts().footerSha256());
    assertThat(failed).isNotNull();
    assertThat(failed.code()).isEqualTo(ParquetErrorCode.FOOTER_DIGEST_MISMATCH);
  }

  @Test
  void pagesOfAnotherFileUnderTheSameKeyDoNotVerify() {
    Written other = file(Samples.KEYS);
    byte[] mixed = FILE.bytes();
    int end = indexStart();
    System.arraycopy(other.bytes(), 4, mixed, 4, end - 4);
    ParquetFileException failed = failure(mixed, FILE.facts().footerSha256());
    assertThat(failed).isNotNull();
    assertThat(failed.code()).isEqualTo(ParquetErrorCode.AUTHENTICATION_FAILED);
  }

  @Test
  void pagesThatWereMovedWithinTheFileDoNotVerify() {
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"},"
                + "{\"name\":\"b\",\"type\":\"long\"}]}");
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink, schema, Samples.KEYS, Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 10))) {
      for (int row = 0; row < 20; row++) {
        out.setLong(0, row % 10);
        out.setLong(1, row % 10 + 100);
        out.endRow();
      }
      out.finish();
    }
    byte[] good = sink.toByteArray();
    FileFooter footer =
        FileFooter.read(BytesSource.of(good), new FileLabel("f"), Samples.KEYS, null);
    FileFooter.Chunk a0 = footer.chunk(0, footer.leaf("a"));
    FileFooter.Chunk b0 = footer.chunk(0, footer.leaf("b"));
    FileFooter.Chunk a1 = footer.chunk(1, footer.leaf("a"));
    for (FileFooter.Chunk[] pair : new FileFooter.Chunk[][] {{a0, b0}, {a0, a1}}) {
      int length = (int) pair[0].meta().getTotal_compressed_size();
      assertThat(pair[1].meta().getTotal_compressed_size()).isEqualTo(length);
      byte[] moved = good.clone();
      int first = (int) pair[0].first();
      int second = (int) pair[1].first();
      System.arraycopy(good, first, moved, second, length);
      System.arraycopy(good, second, moved, first, length);
      assertThatThrownBy(
              () -> {
                try (ParquetRowReader in =
                    new ParquetRowReader(BytesSource.of(moved), schema, Samples.KEYS, null)) {
                  in.next();
                }
              })
          .isInstanceOf(ParquetFileException.class)
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.AUTHENTICATION_FAILED);
    }
  }

  private static void assertCode(
      byte[] file, @Nullable ParquetFileKeys keys, ParquetErrorCode code) {
    assertThatThrownBy(() -> readAll(file, keys, null))
        .isInstanceOf(ParquetFileException.class)
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(code);
  }

  @Test
  void anotherKeyNoKeyAndAFileInTheClearAreEachRefusedByName() {
    String id = Samples.KEYS.keyId();
    assertCode(
        FILE.bytes(),
        ParquetFileKeys.of(Samples.key(2), id),
        ParquetErrorCode.AUTHENTICATION_FAILED);
    assertCode(
        FILE.bytes(), ParquetFileKeys.of(Samples.key(1), id + "2"), ParquetErrorCode.KEY_MISMATCH);
    assertCode(FILE.bytes(), null, ParquetErrorCode.KEYS_MISSING);
    Written plain = file(null);
    assertCode(plain.bytes(), Samples.KEYS, ParquetErrorCode.NOT_ENCRYPTED);
  }

  @Test
  void aByteOfAPlainPageIsUnderItsChecksum() {
    Written plain = file(null);
    byte[] file = plain.bytes();
    int at = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("CARD PAYMENT");
    assertThat(at).isPositive();
    file[at] ^= 1;
    assertCode(file, null, ParquetErrorCode.CHECKSUM_MISMATCH);
  }

  @Test
  void messagesAndTheirCausesHoldNoKeyAndNoValue() {
    byte[] damaged = FILE.bytes();
    Arrays.fill(damaged, 100, 400, (byte) 7);
    assertThatThrownBy(() -> readAll(damaged, Samples.KEYS, null))
        .satisfies(
            thrown -> {
              for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                assertThat(String.valueOf(cause.getMessage()))
                    .doesNotContain("CARD PAYMENT", "EUR", "0101010101");
              }
            });
  }
}
