package io.strongroom.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells quickly that bytes are an entry, for the verifier, who spent nine tenths of its time on
 * building events from them before.
 *
 * <p>It knows plain entries only: ASCII without escapes, no personal parts, a day of the month up
 * to the 28th, and no text with so many digits together that they could be a card number. What it
 * does not accept may still be an entry; {@link AuditEvent#decode} decides.
 */
final class PlainEntry {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** A card number has more digits. */
  private static final int MOST_DIGITS = 12;

  private static final Expected ACTION = new Expected("{\"action\":\"");
  private static final Expected ACTOR = new Expected(",\"actor\":\"");
  private static final Expected AT = new Expected(",\"at\":\"");
  private static final Expected ATTRIBUTES = new Expected(",\"attributes\":{\"");
  private static final Expected NONCE = new Expected(",\"nonce\":\"");
  private static final Expected OUTCOME = new Expected(",\"outcome\":\"");
  private static final Expected REASON = new Expected(",\"reason\":\"");
  private static final Expected REQUEST = new Expected(",\"request\":\"");
  private static final Expected RESOURCE = new Expected(",\"resource\":\"");
  private static final Expected RUN = new Expected(",\"run\":\"");
  private static final Expected SEQUENCE = new Expected(",\"seq\":");
  private static final Expected SOURCE = new Expected(",\"source\":\"");
  private static final Expected END = new Expected(",\"v\":1}");

  private final byte[] bytes;
  private final int end;
  private int at;

  /** Digits of the text that was read last. */
  private int textDigits;

  private PlainEntry(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** What must stand somewhere, compared at two strokes that may overlap. */
  private static final class Expected {
    private final int length;
    private final long first;
    private final long last;

    /** Text of 4 to 16 bytes. */
    Expected(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      this.length = bytes.length;
      this.first = word(bytes, 0);
      this.last = word(bytes, length - stroke());
    }

    private int stroke() {
      return length < Long.BYTES ? Integer.BYTES : Long.BYTES;
    }

    private long word(byte[] in, int at) {
      return length < Long.BYTES ? (int) INTS.get(in, at) : (long) LONGS.get(in, at);
    }

    boolean isAt(byte[] in, int at, int end) {
      return end - at >= length
          && word(in, at) == first
          && word(in, at + length - stroke()) == last;
    }
  }

  /** Whether the bytes are an entry of the plain kind. */
  static boolean is(byte[] bytes) {
    return is(bytes, 0, bytes.length);
  }

  /** Whether the bytes of a part of an array are one. */
  static boolean is(byte[] bytes, int from, int to) {
    return new PlainEntry(bytes, from, to).read();
  }

  private boolean read() {
    return skip(ACTION)
        && words('A', 'Z', '_')
        && skip(ACTOR)
        && text(1, 1_024)
        && skip(AT)
        && time()
        && attributes()
        && skip(NONCE)
        && nonce()
        && skip(OUTCOME)
        && words('a', 'z', '-')
        && optional(REASON, AuditEvent.MAX_ENTRY_BYTES)
        && optional(REQUEST, 256)
        && skip(RESOURCE)
        && text(1, 1_024)
        && run()
        && optional(SOURCE, 255)
        && skip(END)
        && at == end;
  }

  private boolean skip(Expected expected) {
    if (!expected.isAt(bytes, at, end)) {
      return false;
    }
    at += expected.length;
    return true;
  }

  private boolean optional(Expected name, int longest) {
    return !skip(name) || text(1, longest);
  }

  private boolean run() {
    if (!skip(RUN)) {
      return true;
    }
    return text(1, 1_024) && (!skip(SEQUENCE) || number());
  }

  /** A text and the quote behind it. */
  private boolean text(int shortest, int longest) {
    int from = at;
    int to = endOfText(from);
    if (to < 0 || to - from < shortest || to - from > longest) {
      return false;
    }
    if (textDigits > MOST_DIGITS && mayHoldCard(from, to)) {
      return false;
    }
    at = to + 1;
    return true;
  }

  /**
   * Where the next quote is; -1 when anything but plain ASCII stands before it. Counts the digits
   * on the way.
   */
  private int endOfText(int from) {
    int i = from;
    int counted = 0;
    while (i + Long.BYTES <= end) {
      long word = (long) LONGS.get(bytes, i);
      // The lowest high bit set is exact: a borrow can only make higher ones wrong.
      long special =
          ((word - ONES * ' ') | zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | word)
              & HIGHS;
      long numbers = digits(word);
      if (special != 0) {
        int before = Long.numberOfTrailingZeros(special) / Byte.SIZE;
        textDigits = counted + Long.bitCount(numbers & ((1L << (before * Byte.SIZE)) - 1));
        i += before;
        return bytes[i] == '"' ? i : -1;
      }
      counted += Long.bitCount(numbers);
      i += Long.BYTES;
    }
    for (; i < end; i++) {
      if (bytes[i] == '"') {
        textDigits = counted;
        return i;
      }
      if (bytes[i] < ' ' || bytes[i] == '\\') {
        return -1;
      }
      counted += isDigit(bytes[i]) ? 1 : 0;
    }
    return -1;
  }

  /** High bits of the bytes that are zero, and perhaps of bytes above the lowest such one. */
  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  /** High bits of the bytes that are digits, exact below the lowest byte that is not ASCII. */
  private static long digits(long word) {
    long ascii = word & ~HIGHS;
    return (ascii + ONES * (0x80 - '0')) & ~(ascii + ONES * (0x80 - '9' - 1)) & HIGHS;
  }

  /** High bits of the bytes that are hexadecimal letters in lower case, of ASCII. */
  private static long letters(long ascii) {
    return (ascii + ONES * (0x80 - 'a')) & ~(ascii + ONES * (0x80 - 'f' - 1)) & HIGHS;
  }

  /** Whether so many digits stand together, but for spaces and hyphens, that they may be one. */
  private boolean mayHoldCard(int from, int to) {
    int together = 0;
    for (int i = from; i < to; i++) {
      if (isDigit(bytes[i])) {
        together++;
        if (together > MOST_DIGITS) {
          return true;
        }
      } else if (bytes[i] != ' ' && bytes[i] != '-') {
        together = 0;
      }
    }
    return false;
  }

  private boolean words(char first, char last, char joint) {
    int from = at;
    boolean begins = true;
    for (; at < end && bytes[at] != '"'; at++) {
      byte c = bytes[at];
      boolean letter = c >= first && c <= last;
      if (!letter && !(isDigit(c) && at > from) && !(c == joint && !begins)) {
        return false;
      }
      begins = c == joint;
    }
    int length = at - from;
    at++;
    return length >= 1 && length <= 64 && !begins;
  }

  private boolean nonce() {
    int behind = at + 32;
    if (behind >= end || bytes[behind] != '"') {
      return false;
    }
    for (int i = at; i < behind; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      if ((word & HIGHS) != 0 || (digits(word) | letters(word)) != HIGHS) {
        return false;
      }
    }
    at = behind + 1;
    return true;
  }

  private boolean number() {
    int from = at;
    while (at < end && isDigit(bytes[at])) {
      at++;
    }
    int length = at - from;
    return length >= 1 && length <= 15 && (length == 1 || bytes[from] != '0');
  }

  private boolean attributes() {
    if (!skip(ATTRIBUTES)) {
      return true;
    }
    int beforeFrom = 0;
    int beforeTo = 0;
    while (true) {
      int from = at;
      while (at < end && isNamePart(bytes[at])) {
        at++;
      }
      int to = at;
      boolean named = to > from && to - from <= 64 && isLetter(bytes[from]);
      if (!named
          || !isAfter(beforeFrom, beforeTo, from, to)
          || !skipByte('"')
          || !skipByte(':')
          || !skipByte('"')
          || !text(0, AuditEvent.MAX_ENTRY_BYTES)) {
        return false;
      }
      beforeFrom = from;
      beforeTo = to;
      if (!skipByte(',')) {
        return skipByte('}');
      }
      if (!skipByte('"')) {
        return false;
      }
    }
  }

  private boolean isAfter(int beforeFrom, int beforeTo, int from, int to) {
    return Arrays.compare(bytes, beforeFrom, beforeTo, bytes, from, to) < 0;
  }

  private boolean skipByte(char expected) {
    if (at < end && bytes[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  /** A time as {@link java.time.Instant#toString} writes it, and the quote behind it. */
  private boolean time() {
    if (at + 21 > end) {
      return false;
    }
    boolean right =
        pair(0, 0, 99)
            && pair(2, 0, 99)
            && bytes[at + 4] == '-'
            && pair(5, 1, 12)
            && bytes[at + 7] == '-'
            && pair(8, 1, 28)
            && bytes[at + 10] == 'T'
            && pair(11, 0, 23)
            && bytes[at + 13] == ':'
            && pair(14, 0, 59)
            && bytes[at + 16] == ':'
            && pair(17, 0, 59);
    if (!right) {
      return false;
    }
    at += 19;
    if (skipByte('.')) {
      int from = at;
      while (at < end && isDigit(bytes[at])) {
        at++;
      }
      int length = at - from;
      if (length == 0 || length > 9 || length % 3 != 0) {
        return false;
      }
      if (bytes[at - 1] == '0' && bytes[at - 2] == '0' && bytes[at - 3] == '0') {
        return false;
      }
    }
    return skipByte('Z') && skipByte('"');
  }

  private boolean pair(int offset, int least, int most) {
    byte tens = bytes[at + offset];
    byte ones = bytes[at + offset + 1];
    int value = (tens - '0') * 10 + ones - '0';
    return isDigit(tens) && isDigit(ones) && value >= least && value <= most;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isNamePart(byte c) {
    return isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-';
  }
}
