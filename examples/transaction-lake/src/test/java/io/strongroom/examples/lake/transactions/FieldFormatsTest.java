package io.strongroom.examples.lake.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class FieldFormatsTest {

  @ParameterizedTest
  @CsvSource({"42,42", "TX-0042,42", "T_9223372036854775807,9223372036854775807", "a0,0"})
  void aTransactionIdGivesTheNumberAtItsEnd(String text, long number) {
    assertThat(FieldFormats.transactionNumber(text)).isEqualTo(OptionalLong.of(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TX-",
        "9223372036854775808",
        "1 ",
        "TX-PENDING",
        "1.5",
        "12a",
        "a1b2",
        "٣",
        "abcdefghijklmnopq1"
      })
  void aTransactionIdWithoutANumberAtItsEndHasNone(String text) {
    assertThat(FieldFormats.transactionNumber(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "1", "-25.50", "007.5", "999999999999999.999", "0.000"})
  void aDecimalIsReadAsItIsWritten(String text) {
    assertThat(FieldFormats.amount(text)).isEqualTo(new BigDecimal(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "1.",
        ".5",
        "+1",
        "1e3",
        "1E-2",
        "1,000",
        "1 000",
        " 1",
        "1 ",
        "NaN",
        "0x1",
        "1.2.3",
        "--1",
        "1000000000000000",
        "١",
        "$1"
      })
  void whatIsNoPlainDecimalIsNoAmount(String text) {
    assertThat(FieldFormats.amount(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T23:59:59Z",
        "2026-01-31T23:59:59.1Z",
        "2026-01-31T23:59:59.123456Z",
        "2026-01-31T23:59:59.123456000Z",
        "2026-01-31T23:59Z",
        "2024-02-29T00:00:00+02:00",
        "2026-01-31T23:59:59-11:30",
        "1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z"
      })
  void aTimestampMeansWhatJavaReads(String text) {
    Instant instant = OffsetDateTime.parse(text).toInstant();
    assertThat(FieldFormats.timestampMicros(text, true))
        .isEqualTo(OptionalLong.of(micros(instant)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T23:59:59+02,2026-01-31T21:59:59Z",
    "2026-01-31T23:59:59+0230,2026-01-31T21:29:59Z"
  })
  void shortOffsetsAreRead(String text, Instant instant) {
    assertThat(FieldFormats.timestampMicros(text, true))
        .isEqualTo(OptionalLong.of(micros(instant)));
  }

  @Test
  void aTimestampWithoutAZoneMeansUtcUnlessAZoneIsRequired() {
    String text = "2026-03-01T12:30:15.5";
    Instant instant = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    assertThat(FieldFormats.timestampMicros(text, false))
        .isEqualTo(OptionalLong.of(micros(instant)));
    assertThat(FieldFormats.timestampMicros(text, true)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-31",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z",
        "2026-01-31T23:59:60Z",
        "2026-01-31 23:59:59Z",
        "2026-01-31T23:59:59z",
        "2026-01-31T23:59:59.Z",
        "2026-01-31T23:59:59.1234567Z",
        "2026-01-31T23:59:59.0000000001Z",
        "2026-01-31T23:59:59+19:00",
        "2026-01-31T23:59:59+1:00",
        "2026-01-31T23:59:59+01:60",
        "2026-01-31T23:59:59 Z",
        "2026-01-31T23:59:59ZZ",
        "2026-01-31T23Z",
        "20260131T235959Z",
        "2026-W05-6T00:00:00Z",
        "31/01/2026 23:59",
        "2026-01-31T23:5٩:59Z"
      })
  void whatIsNoTimestampIsNone(String text) {
    assertThat(FieldFormats.timestampMicros(text, false)).isEmpty();
  }

  @Test
  void anyInstantIsReadBack() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(random.nextLong(-2_000_000_000L, 4_000_000_000L))
              .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
      assertThat(FieldFormats.timestampMicros(instant.toString(), true))
          .isEqualTo(OptionalLong.of(micros(instant)));
    }
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
