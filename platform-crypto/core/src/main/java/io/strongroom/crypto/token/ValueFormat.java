package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the characters of a value are laid out under a policy: which are digits of the alphabet and
 * which are kept, which of the digits are encrypted and which only steer the tweak, and which
 * values and tokens there are. Immutable.
 *
 * <p>Problems are told in words that go behind "a value" and show nothing of it.
 */
abstract sealed class ValueFormat permits CardFormat, IbanFormat, PlainFormat {
  static final int OUTSIDE = -1;
  static final int KEPT = -2;

  private final char[] alphabet;
  private final int maxLength;

  /** Digit of each character up to the greatest known one, {@link #KEPT} or {@link #OUTSIDE}. */
  private final int[] digitOf;

  private final Ff1.@Nullable Letters letters;

  ValueFormat(String alphabet, String kept, int maxLength) {
    this.alphabet = alphabet.toCharArray();
    this.maxLength = maxLength;
    int greatest = (alphabet + kept).chars().max().orElse(0);
    this.digitOf = new int[Math.max(greatest + 1, 0x80)];
    Arrays.fill(digitOf, OUTSIDE);
    for (int digit = 0; digit < this.alphabet.length; digit++) {
      digitOf[this.alphabet[digit]] = digit;
    }
    kept.chars().forEach(c -> digitOf[c] = KEPT);
    this.letters = greatest < 0x80 ? new Ff1.Letters(alphabet.getBytes(US_ASCII)) : null;
  }

  /** Number of characters of the alphabet. */
  final int radix() {
    return alphabet.length;
  }

  /** The greatest number of digits in a value, and of kept characters beside them. */
  final int maxLength() {
    return maxLength;
  }

  /** How digits are written as bytes, or null when not every character is ASCII. */
  final Ff1.@Nullable Letters letters() {
    return letters;
  }

  /** A digit, {@link #KEPT} or {@link #OUTSIDE}. */
  final int digit(int character) {
    return character < digitOf.length ? digitOf[character] : OUTSIDE;
  }

  final char character(int digit) {
    return alphabet[digit];
  }

  /** How many digits at the beginning are not encrypted. */
  abstract int keepFirst();

  /** How many digits at the end are not encrypted. */
  abstract int keepLast();

  /** Number of bytes by which a value steers the tweak. */
  abstract int steering();

  /** Writes those bytes. */
  abstract void steer(int[] digits, int count, byte[] tweak);

  /** What is wrong with the digits of a value, or of a token; null when nothing is. */
  abstract @Nullable String problem(int[] digits, int count, boolean token);

  /**
   * Whether the result of the cipher may be any digits. If not, {@link #enter} changes the digits
   * before it, it is repeated until they {@link #lands}, and {@link #leave} changes them behind it.
   */
  abstract boolean takesAll();

  /** Moves a value to where the walk to a token begins, or does nothing. */
  abstract void enter(int[] digits, int count, boolean encrypt);

  /** Whether the walk may end with these digits. */
  abstract boolean lands(int[] digits, int count);

  /** Ends a walk: turns the digits into a token's or value's, or says why they are none's. */
  abstract @Nullable String leave(int[] digits, int count, boolean encrypt);

  /** Writes digits as bytes, two each over a radix of more than 256. Returns the next position. */
  final int steer(int[] digits, int from, int to, byte[] tweak, int at) {
    int next = at;
    for (int i = from; i < to; i++) {
      if (alphabet.length > 256) {
        tweak[next++] = (byte) (digits[i] >>> 8);
      }
      tweak[next++] = (byte) digits[i];
    }
    return next;
  }
}
