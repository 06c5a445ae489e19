package io.strongroom.examples.lake.transactions;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the texts of a source file become values. Nothing is trimmed, rounded or guessed. */
final class FieldFormats {
  /** Decimals that silver can hold: three, for the currencies that have three. */
  static final int AMOUNT_SCALE = 3;

  /** Digits before the decimal point that silver can hold. */
  static final int AMOUNT_WHOLE_DIGITS = 15;

  private static final int MICRO_DIGITS = 6;
  private static final long MICROS_A_SECOND = 1_000_000;
  private static final Pattern TRANSACTION_ID = Pattern.compile("[A-Za-z_-]{0,16}([0-9]{1,19})");

  private FieldFormats() {}

  /** The number at the end of an id such as {@code TX-0042}, if it fits into 64 bits. */
  static OptionalLong transactionNumber(String text) {
    java.util.regex.Matcher matcher = TRANSACTION_ID.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(matcher.group(1)));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }

  /**
   * A decimal: digits with an optional minus and an optional point between digits; its scale is the
   * number of decimals written. Null for anything else, exponents and grouping included.
   */
  static @Nullable BigDecimal amount(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int point = text.indexOf('.');
    int wholeEnd = point < 0 ? text.length() : point;
    if (!digits(text, start, wholeEnd) || wholeEnd - start > AMOUNT_WHOLE_DIGITS) {
      return null;
    }
    if (point >= 0 && (!digits(text, point + 1, text.length()) || text.length() - point > 100)) {
      return null;
    }
    return new BigDecimal(text);
  }

  /**
   * Microseconds since 1970 of {@code 2026-01-31T23:59[:59[.999999]]} with {@code Z}, an offset
   * such as {@code +01:00}, or nothing, which means UTC unless a zone is required. Empty for
   * anything else.
   */
  static OptionalLong timestampMicros(String text, boolean zoneRequired) {
    int length = text.length();
    if (length < 16
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':') {
      return OptionalLong.empty();
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = 0;
    int micros = 0;
    int at = 16;
    if (at < length && text.charAt(at) == ':') {
      second = number(text, 17, 19);
      at = 19;
      if (at < length && text.charAt(at) == '.') {
        int end = at + 1;
        while (end < length && Character.digit(text.charAt(end), 10) >= 0 && end - at <= 9) {
          end++;
        }
        micros = fraction(text, at + 1, end);
        at = end;
      }
    }
    int offset = offsetSeconds(text, at, zoneRequired);
    if (Math.min(Math.min(year, month), Math.min(day, hour)) < 0
        || Math.min(Math.min(minute, second), micros) < 0
        || offset == INVALID) {
      return OptionalLong.empty();
    }
    try {
      LocalDateTime local = LocalDateTime.of(year, month, day, hour, minute, second);
      long seconds = local.toEpochSecond(ZoneOffset.UTC) - offset;
      return OptionalLong.of(seconds * MICROS_A_SECOND + micros);
    } catch (DateTimeException noSuchDay) {
      return OptionalLong.empty();
    }
  }

  private static final int INVALID = Integer.MAX_VALUE;

  private static int offsetSeconds(String text, int at, boolean zoneRequired) {
    String zone = at <= text.length() ? text.substring(at) : "?";
    if (zone.isEmpty()) {
      return zoneRequired ? INVALID : 0;
    }
    if (zone.equals("Z")) {
      return 0;
    }
    char sign = zone.charAt(0);
    boolean colon = zone.length() == 6 && zone.charAt(3) == ':';
    boolean signed = sign == '+' || sign == '-';
    boolean wellFormed = zone.length() == 3 || zone.length() == 5 || colon;
    if (!signed || !wellFormed) {
      return INVALID;
    }
    int hours = number(zone, 1, 3);
    int minutes = zone.length() == 3 ? 0 : number(zone, zone.length() - 2, zone.length());
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return INVALID;
    }
    int seconds = (hours * 60 + minutes) * 60;
    return sign == '-' ? -seconds : seconds;
  }

  /** The digits as microseconds; -1 when there are none or what is beyond micros is not zero. */
  private static int fraction(String text, int from, int to) {
    if (from == to) {
      return -1;
    }
    int micros = 0;
    for (int i = 0; i < Math.max(MICRO_DIGITS, to - from); i++) {
      int digit = from + i < to ? number(text, from + i, from + i + 1) : 0;
      if (digit < 0 || (i >= MICRO_DIGITS && digit != 0)) {
        return -1;
      }
      micros = i < MICRO_DIGITS ? micros * 10 + digit : micros;
    }
    return micros;
  }

  /** The ASCII digits between two places as a number, or -1. */
  private static int number(String text, int from, int to) {
    if (!digits(text, from, to)) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  private static boolean digits(String text, int from, int to) {
    if (from >= to || to > text.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
