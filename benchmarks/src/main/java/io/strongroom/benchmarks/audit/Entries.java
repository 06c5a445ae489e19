package io.strongroom.benchmarks.audit;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Entries of the length of {@link Events}, for those who take bytes. */
final class Entries {
  static final int LENGTH = 300;
  private static final byte[] TEXT =
      "{\"action\":\"PARTITION_READ\",\"actor\":\"svc-transaction-loader\",\"number\":\"00000000\"}"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int NUMBER = new String(TEXT, StandardCharsets.US_ASCII).indexOf("00000000");

  private Entries() {}

  static byte[] entry(int number) {
    byte[] entry = new byte[LENGTH];
    System.arraycopy(TEXT, 0, entry, 0, TEXT.length);
    byte[] digits = String.format(Locale.ROOT, "%08d", number).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, entry, NUMBER, digits.length);
    return entry;
  }
}
