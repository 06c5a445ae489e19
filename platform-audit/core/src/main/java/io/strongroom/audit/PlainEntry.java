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
 * to the 28th, and no text with so many digits that a card number could be among them. What it does
 * not accept may still be an entry; {@link AuditEvent#decode} decides.
 */
final class PlainEntry {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** A card number has more digits. */
  private static final int MOST_DIGITS = 12;

  private static final byte[] ACTION = ascii("{\"action\":\"");
  private static final byte[] ACTOR = ascii(",\"actor\":\"");
  private static final byte[] AT = ascii(",\"at\":\"");
  private static final byte[] ATTRIBUTES = ascii(",\"attributes\":{\"");
  private static final byte[] NONCE = ascii(",\"nonce\":\"");
  private static final byte[] OUTCOME = ascii(",\"outcome\":\"");
  private static final byte[] REASON = ascii(",\"reason\":\"");
  private static final byte[] REQUEST = ascii(",\"request\":\"");
  private static final byte[] RESOURCE = ascii(",\"resource\":\"");
  private static final byte[] RUN = ascii(",\"run\":\"");
  private static final byte[] SEQUENCE = ascii(",\"seq\":");
  private static final byte[] SOURCE = ascii(",\"source\":\"");
  private static final byte[] END = ascii(",\"v\":1}");

  private final byte[] bytes;
  private int at;

  private PlainEntry(byte[] bytes) {
    this.bytes = bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the bytes are an entry of the plain kind. */
  static boolean is(byte[] bytes) {
    return new PlainEntry(bytes).read();
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
        && at == bytes.length;
  }

  private boolean skip(byte[] expected) {
    int end = at + expected.length;
    if (end > bytes.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[at + i] != expected[i]) {
        return false;
      }
    }
    at = end;
    return true;
  }

  private boolean optional(byte[] name, int longest) {
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
    if (to < 0 || to - from < shortest || to - from > longest || mayHoldCard(from, to)) {
      return false;
    }
    at = to + 1;
    return true;
  }

  /** Where the next quote is; -1 when anything but plain ASCII stands before it. */
  private int endOfText(int from) {
    int i = from;
    while (i + Long.BYTES <= bytes.length) {
      long word = (long) LONGS.get(bytes, i);
      // The lowest high bit set is exact: a borrow can only make higher ones wrong.
      long special =
          ((word - ONES * ' ') | zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | word)
              & HIGHS;
      if (special != 0) {
        i += Long.numberOfTrailingZeros(special) / Byte.SIZE;
        return bytes[i] == '"' ? i : -1;
      }
      i += Long.BYTES;
    }
    for (; i < bytes.length; i++) {
      if (bytes[i] == '"') {
        return i;
      }
      if (bytes[i] < ' ' || bytes[i] == '\\') {
        return -1;
      }
    }
    return -1;
  }

  /** High bits of the bytes that are zero, and perhaps of bytes above the lowest such one. */
  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  private boolean mayHoldCard(int from, int to) {
    if (to - from <= MOST_DIGITS) {
      return false;
    }
    int digits = 0;
    for (int i = from; i < to; i++) {
      digits += isDigit(bytes[i]) ? 1 : 0;
    }
    return digits > MOST_DIGITS;
  }

  private boolean words(char first, char last, char joint) {
    int from = at;
    boolean begins = true;
    for (; at < bytes.length && bytes[at] != '"'; at++) {
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
    int end = at + 32;
    if (end >= bytes.length || bytes[end] != '"') {
      return false;
    }
    for (int i = at; i < end; i++) {
      if (!isDigit(bytes[i]) && (bytes[i] < 'a' || bytes[i] > 'f')) {
        return false;
      }
    }
    at = end + 1;
    return true;
  }

  private boolean number() {
    int from = at;
    while (at < bytes.length && isDigit(bytes[at])) {
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
      while (at < bytes.length && isNamePart(bytes[at])) {
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
    if (at < bytes.length && bytes[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  /** A time as {@link java.time.Instant#toString} writes it, and the quote behind it. */
  private boolean time() {
    if (at + 21 > bytes.length) {
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
      while (at < bytes.length && isDigit(bytes[at])) {
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
