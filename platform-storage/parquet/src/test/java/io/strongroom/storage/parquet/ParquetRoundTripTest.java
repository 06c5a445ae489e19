package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.parquet.Samples.Written;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what is read. */
@Tag("verify")
class ParquetRoundTripTest {
  private static final ParquetSchema TEXT =
      ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
              + "{\"name\":\"a\",\"type\":[\"null\",\"string\"]},"
              + "{\"name\":\"b\",\"type\":[\"null\",\"long\"]}]}");

  private static ParquetRowReader open(Written file, ParquetFileKeys keys) {
    return new ParquetRowReader(file.source(), Samples.SCHEMA, keys, file.facts().footerSha256());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1_000})
  void everyRowComesBack(int rows) {
    for (ParquetLayout layout : ParquetLayout.values()) {
      for (Codec codec : Codec.values()) {
        Written plain = Samples.file(rows, null, layout, codec);
        Written sealed = Samples.file(rows, Samples.KEYS, layout, codec);
        try (ParquetRowReader in = open(plain, null)) {
          Samples.checkAll(in, rows);
        }
        try (ParquetRowReader in = open(sealed, Samples.KEYS)) {
          Samples.checkAll(in, rows);
        }
      }
    }
  }

  @Test
  void manyRowsMakeSeveralRowGroups() {
    Written file = Samples.file(250_000, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
    FileFooter footer = FileFooter.read(file.source(), new FileLabel("f"), Samples.KEYS, null);
    assertThat(footer.groups()).isEqualTo(3);
    assertThat(footer.rows(0)).isEqualTo(120_000);
    try (ParquetRowReader in = open(file, Samples.KEYS)) {
      Samples.checkAll(in, 250_000);
    }
  }

  @Test
  void theStandardLayoutHasSeveralPagesInAChunk() {
    Written file =
        Samples.file(
            50_000, Samples.KEYS, Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 45_000));
    FileFooter footer = FileFooter.read(file.source(), new FileLabel("f"), Samples.KEYS, null);
    assertThat(footer.groups()).isEqualTo(2);
    try (ParquetRowReader in = open(file, Samples.KEYS)) {
      Samples.checkAll(in, 50_000);
    }
  }

  @Test
  void aSourceThatGivesFewBytesAtATimeIsReadToo() {
    Written file = Samples.file(300, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
    try (ParquetRowReader in =
        new ParquetRowReader(
            new BytesSource(file.bytes(), 7), Samples.SCHEMA, Samples.KEYS, null)) {
      Samples.checkAll(in, 300);
    }
  }

  @Test
  void columnsCanBeReadAloneAndInAnotherOrder() {
    Written file = Samples.file(500, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
    ParquetSchema some = Samples.SCHEMA.select("at", "note");
    assertThat(some.columns()).containsExactly("at", "note");
    try (ParquetRowReader in =
        new ParquetRowReader(file.source(), some, Samples.KEYS, file.facts().footerSha256())) {
      for (int row = 0; row < 500; row++) {
        assertThat(in.next()).isTrue();
        assertThat(in.getTimestampMicros(some.index("at"))).isEqualTo(Samples.micros(row));
        assertThat(in.isNull(some.index("note"))).isEqualTo(Samples.note(row) == null);
      }
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void onlyTheColumnsAskedForAreFetched() {
    Written file =
        Samples.file(20_000, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.UNCOMPRESSED);
    CountingSource source = new CountingSource(file.bytes());
    try (ParquetRowReader in =
        new ParquetRowReader(source, Samples.SCHEMA.select("booked"), Samples.KEYS, null)) {
      while (in.next()) {
        in.isNull(0);
      }
    }
    assertThat(source.fetched()).isLessThan(file.bytes().length / 10L);
  }

  @Test
  void rowsOfNothingButNullsComeBack() {
    Written file = text(out -> {}, 1_000, ParquetLayout.STANDARD);
    try (ParquetRowReader in = new ParquetRowReader(file.source(), TEXT, null, null)) {
      for (int row = 0; row < 1_000; row++) {
        assertThat(in.next()).isTrue();
        assertThat(in.isNull(0)).isTrue();
        assertThat(in.isNull(1)).isTrue();
      }
      assertThat(in.next()).isFalse();
    }
  }

  private static Written text(Consumer<ParquetRowWriter> set, int rows, ParquetLayout layout) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out = new ParquetRowWriter(sink, TEXT, null, layout, Codec.ZSTD)) {
      for (int row = 0; row < rows; row++) {
        set.accept(out);
        out.endRow();
      }
      ParquetFileFacts facts = out.finish();
      return new Written(sink.toByteArray(), facts);
    }
  }

  @Test
  void longTextsCloseARowGroupByBytes() {
    String text = "x".repeat(1_000_000);
    AtomicInteger next = new AtomicInteger(1_000);
    Written file =
        text(
            out -> out.setString(0, text.substring(4) + next.getAndIncrement()),
            150,
            ParquetLayout.SINGLE_PAGE);
    FileFooter footer = FileFooter.read(file.source(), new FileLabel("f"), null, null);
    assertThat(footer.groups()).isEqualTo(3);
    assertThat(footer.rows(0)).isEqualTo(68);
    try (ParquetRowReader in = new ParquetRowReader(file.source(), TEXT, null, null)) {
      int rows = 0;
      while (in.next()) {
        assertThat(in.getString(0)).hasSize(1_000_000);
        rows++;
      }
      assertThat(rows).isEqualTo(150);
    }
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void theLongestTextComesBack(ParquetLayout layout) {
    String longest = "é".repeat(RowBuffer.MAX_TEXT_BYTES / 2);
    Written file = text(out -> out.setString(0, longest), 2, layout);
    try (ParquetRowReader in = new ParquetRowReader(file.source(), TEXT, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getString(0).equals(longest)).isTrue();
      assertThat(in.next()).isTrue();
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void aRequiredColumnCanBeReadAsNullableAndNotTheOtherWay() {
    Written file = Samples.file(10, null, ParquetLayout.SINGLE_PAGE, Codec.SNAPPY);
    ParquetSchema nullable =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
                + "{\"name\":\"id\",\"type\":[\"null\",\"long\"]}]}");
    try (ParquetRowReader in = new ParquetRowReader(file.source(), nullable, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getLong(0)).isZero();
    }
    ParquetSchema required =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"note\",\"type\":\"string\"}]}");
    try (ParquetRowReader in = new ParquetRowReader(file.source(), required, null, null)) {
      assertThatThrownBy(in::next)
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'note'")
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.SCHEMA_MISMATCH);
    }
  }

  private static ParquetSchema later() {
    return ParquetSchema.parse(
        """
        {"type":"record","name":"t","fields":[
          {"name":"attempts","type":["null","long"]},
          {"name":"channel","type":"string","default":"branch"},
          {"name":"score","type":["null","double"],"default":null},
          {"name":"limit","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2},
            "default":"\\u0001\\u0000"},
          {"name":"flag","type":"boolean","default":true},
          {"name":"id","type":"long"}]}
        """);
  }

  @Test
  void anOlderFileIsReadUnderALaterSchemaWithItsDefaults() {
    Written file =
        Samples.file(5_000, null, Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 900));
    RowFilter some =
        RowFilter.column("id")
            .atLeast(4_990)
            .and(RowFilter.column("channel").equalTo("branch"))
            .and(RowFilter.column("score").isNull());
    int rows = 0;
    try (ParquetRowReader in =
        new ParquetRowReader("f", file.source(), later(), some, null, null)) {
      for (; in.next(); rows++) {
        int row = 4_990 + rows;
        assertThat(in.isNull(0) ? null : in.getLong(0))
            .isEqualTo(Samples.absent(row) ? null : (Long) (long) -row);
        assertThat(in.getString(1)).isEqualTo("branch");
        assertThat(in.isNull(2)).isTrue();
        assertThat(in.getDecimal(3)).isEqualTo("2.56");
        assertThat(in.getBoolean(4)).isTrue();
        assertThat(in.getLong(5)).isEqualTo(row);
      }
    }
    assertThat(rows).isEqualTo(10);
    try (ParquetRowReader in =
        new ParquetRowReader(
            "f",
            file.source(),
            later(),
            RowFilter.column("channel").differentFrom("branch"),
            null,
            null)) {
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void aColumnOfAnotherTypeOrNameIsRefusedWithItsName() {
    Written file = Samples.file(10, null, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
    for (String field :
        new String[] {
          "{\"name\":\"id\",\"type\":\"string\"}",
          "{\"name\":\"id\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}",
          "{\"name\":\"amount\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\","
              + "\"precision\":16,\"scale\":3}}",
          "{\"name\":\"absent\",\"type\":\"long\"}"
        }) {
      ParquetSchema other =
          ParquetSchema.parse("{\"type\":\"record\",\"name\":\"t\",\"fields\":[" + field + "]}");
      assertThatThrownBy(
              () -> new ParquetRowReader("a/b.parquet", file.source(), other, null, null))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'a/b.parquet'")
          .hasMessageContaining("'" + other.columns().get(0) + "'");
    }
  }

  @Test
  void theFactsAreThoseOfTheBytes() throws Exception {
    for (ParquetFileKeys keys : new ParquetFileKeys[] {null, Samples.KEYS}) {
      Written file = Samples.file(777, keys, ParquetLayout.STANDARD, Codec.ZSTD);
      byte[] bytes = file.bytes();
      int footer = HashingSink.littleEndian(bytes, bytes.length - 8) + 8;
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      assertThat(file.facts())
          .isEqualTo(
              new ParquetFileFacts(
                  777,
                  bytes.length,
                  HexFormat.of().formatHex(sha256.digest(bytes)),
                  HexFormat.of()
                      .formatHex(
                          sha256.digest(
                              Arrays.copyOfRange(bytes, bytes.length - footer, bytes.length)))));
    }
  }

  @Test
  void aPlainFileIsTheSameEveryTime() {
    assertThat(Samples.file(5_000, null, ParquetLayout.STANDARD, Codec.ZSTD).bytes())
        .isEqualTo(Samples.file(5_000, null, ParquetLayout.STANDARD, Codec.ZSTD).bytes());
  }

  @Test
  void anEncryptedFileShowsNoTextAndNoName() {
    byte[] bytes =
        Samples.file(1_000, Samples.KEYS, ParquetLayout.STANDARD, Codec.UNCOMPRESSED).bytes();
    String all = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(all).startsWith("PARE").contains(Samples.KEYS.keyId());
    for (String clear : new String[] {"CARD PAYMENT", "EUR", "currency", "transaction"}) {
      assertThat(all.contains(clear)).as(clear).isFalse();
    }
  }
}
