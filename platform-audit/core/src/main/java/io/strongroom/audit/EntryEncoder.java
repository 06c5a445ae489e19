package io.strongroom.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Writes an event as canonical JSON (RFC 8785). The members stand in their order by name, so
 * nothing is sorted and no tree of values is built: an eighth of the time of doing so, and encoding
 * is most of what a thread does to append.
 */
final class EntryEncoder {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] ACTION = ascii("{\"action\":");
  private static final byte[] ACTOR = ascii(",\"actor\":");
  private static final byte[] AT = ascii(",\"at\":\"");
  private static final byte[] ATTRIBUTES = ascii("\",\"attributes\":");
  private static final byte[] NONCE = ascii(",\"nonce\":");
  private static final byte[] OUTCOME = ascii(",\"outcome\":");
  private static final byte[] PERSONAL = ascii(",\"personal\":");
  private static final byte[] REASON = ascii(",\"reason\":");
  private static final byte[] REQUEST = ascii(",\"request\":");
  private static final byte[] RESOURCE = ascii(",\"resource\":");
  private static final byte[] RUN = ascii(",\"run\":");
  private static final byte[] SEQUENCE = ascii(",\"seq\":");
  private static final byte[] SOURCE = ascii(",\"source\":");
  private static final byte[] END = ascii(",\"v\":1}");

  /** The most bytes of UTF-8, or of an escape, that a character takes. */
  private static final int MOST_OF_A_CHARACTER = 6;

  private byte[] out = new byte[512];
  private int length;

  private EntryEncoder() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes of an entry. All texts are well-formed Unicode. */
  static byte[] encode(AuditEvent event, String nonce) {
    EntryEncoder encoder = new EntryEncoder();
    encoder.write(event, nonce);
    return Arrays.copyOf(encoder.out, encoder.length);
  }

  private void write(AuditEvent event, String nonce) {
    member(ACTION, event.action());
    member(ACTOR, event.actor());
    put(AT);
    time(event.at());
    if (event.attributes().isEmpty()) {
      put('"');
    } else {
      put(ATTRIBUTES);
      char before = '{';
      for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
        put(before);
        quote(attribute.getKey());
        put(':');
        quote(attribute.getValue());
        before = ',';
      }
      put('}');
    }
    member(NONCE, nonce);
    member(OUTCOME, event.outcome());
    if (!event.personal().isEmpty()) {
      put(PERSONAL);
      char before = '{';
      for (Map.Entry<String, PersonalPart> part : event.personal().entrySet()) {
        put(before);
        quote(part.getKey());
        put(':');
        put(part.getValue().json().canonicalBytes());
        before = ',';
      }
      put('}');
    }
    member(REASON, event.reason());
    member(REQUEST, event.request());
    member(RESOURCE, event.resource());
    member(RUN, event.run());
    if (event.sequence().isPresent()) {
      put(SEQUENCE);
      put(ascii(Long.toString(event.sequence().getAsLong())));
    }
    member(SOURCE, event.source());
    put(END);
  }

  private void member(byte[] name, Optional<String> value) {
    if (value.isPresent()) {
      member(name, value.get());
    }
  }

  private void member(byte[] name, String value) {
    put(name);
    quote(value);
  }

  private void put(byte[] bytes) {
    require(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(char ascii) {
    require(1);
    out[length++] = (byte) ascii;
  }

  private void require(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
    }
  }

  private void quote(String text) {
    require(MOST_OF_A_CHARACTER * text.length() + 2);
    byte[] to = out;
    int at = length;
    to[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c >= ' ' && c != '"' && c != '\\') {
          to[at++] = (byte) c;
        } else {
          at = escape(c, to, at);
        }
      } else if (c < 0x800) {
        to[at++] = (byte) (0xc0 | (c >> 6));
        to[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        to[at++] = (byte) (0xf0 | (point >> 18));
        to[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        to[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        to[at++] = (byte) (0x80 | (point & 0x3f));
      } else {
        to[at++] = (byte) (0xe0 | (c >> 12));
        to[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        to[at++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    to[at++] = '"';
    length = at;
  }

  private static int escape(char c, byte[] to, int from) {
    int at = from;
    to[at++] = '\\';
    switch (c) {
      case '"', '\\' -> to[at++] = (byte) c;
      case '\b' -> to[at++] = 'b';
      case '\f' -> to[at++] = 'f';
      case '\n' -> to[at++] = 'n';
      case '\r' -> to[at++] = 'r';
      case '\t' -> to[at++] = 't';
      default -> {
        to[at++] = 'u';
        to[at++] = '0';
        to[at++] = '0';
        to[at++] = HEX[c >> 4];
        to[at++] = HEX[c & 15];
      }
    }
    return at;
  }

  /** As {@link Instant#toString} writes the years 0 to 9999. */
  private void time(Instant at) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
    digits(time.getYear(), 1_000);
    put('-');
    digits(time.getMonthValue(), 10);
    put('-');
    digits(time.getDayOfMonth(), 10);
    put('T');
    digits(time.getHour(), 10);
    put(':');
    digits(time.getMinute(), 10);
    put(':');
    digits(time.getSecond(), 10);
    int nanos = at.getNano();
    if (nanos != 0) {
      put('.');
      if (nanos % 1_000_000 == 0) {
        digits(nanos / 1_000_000, 100);
      } else if (nanos % 1_000 == 0) {
        digits(nanos / 1_000, 100_000);
      } else {
        digits(nanos, 100_000_000);
      }
    }
    put('Z');
  }

  private void digits(int value, int first) {
    int rest = value;
    for (int unit = first; unit > 0; unit /= 10) {
      put((char) ('0' + rest / unit));
      rest %= unit;
    }
  }
}
