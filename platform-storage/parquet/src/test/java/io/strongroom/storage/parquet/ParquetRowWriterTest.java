package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are refused, and streams that fail. */
@Tag("verify")
class ParquetRowWriterTest {
  private static final String SECRET = "4929-1234-5678";

  private static ParquetRowWriter writer(OutputStream sink) {
    return new ParquetRowWriter(sink, Samples.SCHEMA, null, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
  }

  private static void assertCode(ThrowingCallable call, ParquetErrorCode code, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(ParquetFileException.class)
        .satisfies(
            thrown -> {
              assertThat(List.of(words)).allMatch(thrown.getMessage()::contains);
              assertThat(((ParquetFileException) thrown).code()).isEqualTo(code);
              assertThat(thrown.toString()).doesNotContain(SECRET, "987654321");
            });
  }

  @Test
  void valuesThatDoNotFitTheirColumnAreRefusedWithItsNameAndWithoutTheValue() {
    List<Consumer<ParquetRowWriter>> refused =
        List.of(
            out -> out.setString(2, SECRET + '\uD800'),
            out -> out.setString(2, SECRET + '\uDC00' + '\uD800'),
            out -> out.setString(2, "x".repeat(RowBuffer.MAX_TEXT_BYTES + 1)),
            out -> out.setString(2, "é".repeat(RowBuffer.MAX_TEXT_BYTES / 2 + 1)),
            out -> out.setLong(2, 987654321),
            out -> out.setNull(2),
            out -> out.setDecimal(3, new BigDecimal("987654321.001")),
            out -> out.setDecimal(3, new BigDecimal("987654321000000.00")),
            out -> out.setDecimal(3, new BigDecimal("1E+2000000000")),
            out -> out.setDecimal(3, new BigDecimal("1E-2000000000")),
            out -> out.setDecimal(4, new BigDecimal("9876543210000000000000000000000")),
            out -> out.setDate(6, LocalDate.MAX),
            out -> out.setInt(5, 1),
            out -> out.setBoolean(0, true));
    List<String> names =
        List.of(
            "currency",
            "currency",
            "currency",
            "currency",
            "currency",
            "currency",
            "amount",
            "amount",
            "amount",
            "amount",
            "fee",
            "day",
            "at",
            "id");
    try (ParquetRowWriter out = writer(new ByteArrayOutputStream())) {
      for (int index = 0; index < refused.size(); index++) {
        Consumer<ParquetRowWriter> set = refused.get(index);
        assertCode(
            () -> set.accept(out), ParquetErrorCode.VALUE_REFUSED, "'" + names.get(index) + "'");
      }
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    int[][] refused = {
      {0x80},
      {0xc0, 0x80},
      {0xc1, 0xbf},
      {0xc3},
      {0xe0, 0x9f, 0xbf},
      {0xe2, 0x82},
      {0xed, 0xa0, 0x80},
      {0xf0, 0x8f, 0xbf, 0xbf},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf5, 0x80, 0x80, 0x80},
      {0xe2, 0x28, 0xa1},
      {0xf0, 0x9f, 0x92, 0x41}
    };
    try (ParquetRowWriter out = writer(new ByteArrayOutputStream())) {
      for (int[] sequence : refused) {
        for (int before = 0; before < 10; before++) {
          byte[] bytes = new byte[before + sequence.length];
          Arrays.fill(bytes, (byte) 'a');
          for (int index = 0; index < sequence.length; index++) {
            bytes[before + index] = (byte) sequence[index];
          }
          assertThat(decodes(bytes)).isFalse();
          assertCode(
              () -> out.setUtf8(2, bytes, 0, bytes.length),
              ParquetErrorCode.VALUE_REFUSED,
              "'currency'");
        }
      }
      assertThatThrownBy(() -> out.setUtf8(2, new byte[3], 1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
      for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint += 61) {
        if (codePoint < 0xd800 || codePoint > 0xdfff) {
          byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
          out.setUtf8(2, utf8, 0, utf8.length);
        }
      }
    }
  }

  /** The JDK's own strict decoder. */
  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException refused) {
      return false;
    }
  }

  @Test
  void everyDecimalOfEighteenDigitsIsWrittenExactly() {
    Random random = new Random(18);
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"d\",\"type\":"
                + "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":18,"
                + "\"scale\":7}}]}");
    List<BigDecimal> values = new ArrayList<>();
    for (int bits = 1; bits < 60; bits++) {
      for (int round = 0; round < 50; round++) {
        long unscaled = (random.nextLong() >>> (64 - bits)) % 1_000_000_000_000_000_000L;
        values.add(BigDecimal.valueOf(round % 2 == 0 ? unscaled : -unscaled, 7));
        values.add(BigDecimal.valueOf((1L << bits) - round % 3, 7));
      }
    }
    values.removeIf(value -> value.precision() > 18);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, null, ParquetLayout.STANDARD, Codec.ZSTD)) {
      for (BigDecimal value : values) {
        out.setDecimal(0, value);
        out.endRow();
      }
      assertCode(
          () -> out.setUnscaled(0, 1_000_000_000_000_000_000L),
          ParquetErrorCode.VALUE_REFUSED,
          "'d'");
      assertCode(() -> out.setUnscaled(0, Long.MIN_VALUE), ParquetErrorCode.VALUE_REFUSED, "'d'");
      out.finish();
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), schema, null, null)) {
      for (BigDecimal value : values) {
        assertThat(in.next()).isTrue();
        assertThat(in.getDecimal(0)).isEqualTo(value);
      }
    }
  }

  @Test
  void instantsAreCutToMicrosecondsTowardsThePast() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    List<Instant> instants =
        List.of(
            Instant.ofEpochSecond(-1, 999_999_999),
            Instant.ofEpochSecond(0, 1_999),
            Instant.parse("2026-01-01T00:00:00.123456789Z"));
    try (ParquetRowWriter out = writer(sink)) {
      assertCode(() -> out.setTimestamp(5, Instant.MAX), ParquetErrorCode.VALUE_REFUSED, "'at'");
      for (Instant instant : instants) {
        out.setLong(0, 1);
        out.setString(2, "EUR");
        out.setUnscaled(3, 1);
        out.setTimestamp(5, instant);
        out.endRow();
      }
      out.finish();
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), Samples.SCHEMA, null, null)) {
      for (long micros : new long[] {-1, 1, 1_767_225_600_123_456L}) {
        assertThat(in.next()).isTrue();
        assertThat(in.getTimestampMicros(5)).isEqualTo(micros);
      }
    }
  }

  @Test
  void theSmallestAndLargestValuesFit() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    String[][] pairs = {
      {"99999999999999.99", "9999999999999999999999999999.9999999999"},
      {"-99999999999999.99", "-9999999999999999999999999999.9999999999"},
      {"0", "0E+100"},
      {"1E+13", "1E-10"},
      {"-0.01", "-0.0000000001"},
    };
    ParquetFileFacts facts;
    try (ParquetRowWriter out = writer(sink)) {
      for (String[] pair : pairs) {
        out.setLong(0, Long.MIN_VALUE);
        out.setString(2, "");
        out.setDecimal(3, new BigDecimal(pair[0]));
        out.setDecimal(4, new BigDecimal(pair[1]));
        out.setTimestampMicros(5, Long.MIN_VALUE);
        out.endRow();
      }
      facts = out.finish();
    }
    assertThat(facts.rows()).isEqualTo(pairs.length);
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), Samples.SCHEMA, null, null)) {
      for (String[] pair : pairs) {
        assertThat(in.next()).isTrue();
        assertThat(in.getDecimal(3)).isEqualByComparingTo(pair[0]).satisfies(d -> scale(d, 2));
        assertThat(in.getDecimal(4)).isEqualByComparingTo(pair[1]).satisfies(d -> scale(d, 10));
        assertThat(in.getLong(0)).isEqualTo(Long.MIN_VALUE);
      }
    }
  }

  private static void scale(BigDecimal value, int scale) {
    assertThat(value.scale()).isEqualTo(scale);
  }

  @Test
  void aRefusedRowLeavesNothingInTheNext() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out = writer(sink)) {
      out.setInt(7, 99);
      assertCode(() -> out.setString(1, "\uD800"), ParquetErrorCode.VALUE_REFUSED, "'note'");
      assertCode(out::endRow, ParquetErrorCode.ROW_INCOMPLETE, "'id'");
      out.setInt(7, 99);
      out.clearRow();
      out.setLong(0, 1);
      assertCode(out::endRow, ParquetErrorCode.ROW_INCOMPLETE, "'currency'");
      Samples.write(out, 3);
      assertThat(out.finish().rows()).isEqualTo(1);
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), Samples.SCHEMA, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.isNull(7)).isTrue();
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void aFileThatWasNotFinishedIsNotReadableAndItsStreamStaysOpen() {
    Sink sink = new Sink(Integer.MAX_VALUE, null);
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink,
            Samples.SCHEMA,
            Samples.KEYS,
            Samples.small(ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 100))) {
      for (int row = 0; row < 1_050; row++) {
        Samples.write(out, row);
      }
    }
    assertThat(sink.closed).isZero();
    BytesSource source = BytesSource.of(sink.toByteArray());
    assertCode(
        () -> new ParquetRowReader(source, Samples.SCHEMA, Samples.KEYS, null),
        ParquetErrorCode.FILE_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"io", "runtime", "typed", "error"})
  void aStreamThatFailsAnywhereNeverEndsAsAFile(String kind) {
    Throwable failure =
        switch (kind) {
          case "io" -> new IOException("disk");
          case "runtime" -> new IllegalStateException("gone");
          case "typed" -> new StorageException(StorageErrorCode.STORE_FULL, "no room");
          default -> new OutOfMemoryError("test");
        };
    int whole = writeThrough(new Sink(Integer.MAX_VALUE, null));
    List<Integer> limits = new ArrayList<>(List.of(0, 1, whole / 2, whole - 9, whole - 1));
    for (int limit = 10_000; limit < whole; limit += 10_000) {
      limits.add(limit);
    }
    for (int limit : limits) {
      Sink sink = new Sink(limit, failure);
      assertThatThrownBy(() -> writeThrough(sink))
          .satisfies(
              thrown -> {
                switch (kind) {
                  case "typed", "error" -> assertThat(thrown).isSameAs(failure);
                  default -> {
                    assertThat(thrown).isInstanceOf(ParquetFileException.class);
                    assertThat(((ParquetFileException) thrown).category())
                        .isEqualTo(ErrorCategory.TRANSIENT);
                  }
                }
              });
      assertThat(sink.closed).isZero();
      assertThat(sink.size()).isLessThan(whole);
    }
  }

  /** Writes a file of several groups; after a failure the writer must refuse everything. */
  private static int writeThrough(Sink sink) {
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink,
            Samples.SCHEMA,
            null,
            Samples.small(ParquetLayout.STANDARD, Codec.UNCOMPRESSED, 400))) {
      try {
        for (int row = 0; row < 2_000; row++) {
          Samples.write(out, row);
        }
        return (int) out.finish().bytes();
      } catch (Throwable failed) {
        assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(out::endRow).isInstanceOf(IllegalStateException.class);
        throw failed;
      }
    }
  }

  @Test
  void aFlushThatFailsIsNotAFinishedFile() {
    OutputStream sink =
        new ByteArrayOutputStream() {
          @Override
          public void flush() throws IOException {
            throw new IOException("connection lost");
          }
        };
    try (ParquetRowWriter out = writer(sink)) {
      assertCode(out::finish, ParquetErrorCode.SINK_FAILED);
    }
  }

  @Test
  void aFinishedOrClosedWriterTakesNothingMore() {
    ParquetRowWriter out = writer(new ByteArrayOutputStream());
    out.finish();
    assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(out::endRow).isInstanceOf(IllegalStateException.class);
    out.close();
    out.close();
    assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keysOtherThanOf256BitsDoNotWrite() {
    assertCode(
        () -> ParquetFileKeys.of(new byte[31], "k"), ParquetErrorCode.KEY_REFUSED, "31 bytes");
    assertCode(() -> ParquetFileKeys.of(new byte[32], ""), ParquetErrorCode.KEY_REFUSED);
    assertCode(
        () -> ParquetFileKeys.of(new byte[32], "k".repeat(1_025)), ParquetErrorCode.KEY_REFUSED);
    ParquetFileKeys weak = ParquetFileKeys.of(new byte[16], "weak");
    assertCode(
        () ->
            new ParquetRowWriter(
                new ByteArrayOutputStream(),
                Samples.SCHEMA,
                weak,
                ParquetLayout.SINGLE_PAGE,
                Codec.ZSTD),
        ParquetErrorCode.KEY_REFUSED,
        "'weak'");
  }

  @Test
  void theTextOfKeysHidesThem() {
    assertThat(ParquetFileKeys.of(Samples.key(65), "k1"))
        .hasToString("ParquetFileKeys[k1, redacted]");
  }

  /** Fails after so many bytes and counts its closings. */
  private static final class Sink extends ByteArrayOutputStream {
    private final int limit;
    private final @Nullable Throwable failure;
    private int closed;

    Sink(int limit, @Nullable Throwable failure) {
      this.limit = limit;
      this.failure = failure;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (size() + length > limit) {
        super.write(bytes, offset, limit - size());
        Sink.<RuntimeException>fail(failure);
      }
      super.write(bytes, offset, length);
    }

    @SuppressWarnings("unchecked") // throws a checked exception where none is declared
    private static <T extends Throwable> void fail(@Nullable Throwable failure) throws T {
      throw (T) failure;
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
