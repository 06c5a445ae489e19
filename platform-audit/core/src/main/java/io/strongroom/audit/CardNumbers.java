package io.strongroom.audit;

/**
 * Tells texts that hold a payment card number: 13 to 19 digits with a right check digit (Luhn,
 * ISO/IEC 7812-1 annex B) that begin as the card schemes' numbers do, also when they stand in
 * groups joined by single spaces or hyphens. Digits beside letters are not looked at, so that
 * digests, tokens and ids pass.
 */
final class CardNumbers {
  private static final int LEAST = 13;
  private static final int MOST = 19;

  private CardNumbers() {}

  /**
   * Whether a text is of the kind that most are: no surrogates, and so few digits with nothing but
   * spaces and hyphens between them that none of them can be a card number.
   */
  static boolean isPlain(String text) {
    int together = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        together++;
        if (together == LEAST) {
          return false;
        }
      } else if (c != ' ' && c != '-') {
        if (Character.isSurrogate(c)) {
          return false;
        }
        together = 0;
      }
    }
    return true;
  }

  static boolean isIn(String text) {
    int at = 0;
    while (text.length() - at >= LEAST) {
      int end = endOfWord(text, at);
      if (end == at) {
        at++;
      } else {
        if (isDigits(text, at, end) && beginsHere(text, at, end)) {
          return true;
        }
        at = end;
      }
    }
    return false;
  }

  /** Whether a card number begins with this group of digits. */
  private static boolean beginsHere(String text, int from, int firstEnd) {
    byte[] digits = new byte[MOST];
    int count = 0;
    int at = from;
    int end = firstEnd;
    while (end > at && isDigits(text, at, end) && count + end - at <= MOST) {
      for (int i = at; i < end; i++) {
        digits[count++] = (byte) (text.charAt(i) - '0');
      }
      if (count >= LEAST && hasSchemePrefix(digits) && isLuhn(digits, count)) {
        return true;
      }
      if (end == text.length() || (text.charAt(end) != ' ' && text.charAt(end) != '-')) {
        return false;
      }
      at = end + 1;
      end = endOfWord(text, at);
    }
    return false;
  }

  private static int endOfWord(String text, int from) {
    int end = from;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean hasSchemePrefix(byte[] digits) {
    int four = digits[0] * 1_000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    return (four >= 4_000 && four <= 6_999)
        || (four >= 2_200 && four <= 2_720)
        || (four >= 3_000 && four <= 3_059)
        || (four >= 3_400 && four <= 3_999);
  }

  private static boolean isLuhn(byte[] digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int digit = digits[count - 1 - i] * (1 + i % 2);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
  }
}
