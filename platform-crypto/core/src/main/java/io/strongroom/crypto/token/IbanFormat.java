package io.strongroom.crypto.token;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * IBANs: two letters of the country, two check digits, then the national number, which is
 * encrypted. Check digits are a function of all the rest, so they need not be.
 */
final class IbanFormat extends ValueFormat {
  private static final int HEAD = 4;

  /** The countries of the registry of IBANs (ISO 13616) and how many characters theirs have. */
  private static final String REGISTRY =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
          + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21"
          + " HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27"
          + " MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24"
          + " RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22"
          + " VG24 XK20 YE30";

  /** By the two letters of the country as a number of radix 36; 0 for none. */
  private static final byte[] LENGTHS = lengths();

  private final IbanPolicy policy;

  IbanFormat(IbanPolicy policy) {
    super(TokenPolicy.DIGITS_AND_CAPITALS, " ", 34);
    this.policy = policy;
  }

  private static byte[] lengths() {
    byte[] lengths = new byte[36 * 36];
    for (int at = 0; at < REGISTRY.length(); at += 5) {
      lengths[country(letter(REGISTRY.charAt(at)), letter(REGISTRY.charAt(at + 1)))] =
          Byte.parseByte(REGISTRY.substring(at + 2, at + 4));
    }
    return lengths;
  }

  private static int letter(char letter) {
    return Character.digit(letter, 36);
  }

  private static int country(int first, int second) {
    return first * 36 + second;
  }

  @Override
  int keepFirst() {
    return HEAD;
  }

  @Override
  int keepLast() {
    return 0;
  }

  @Override
  int steering() {
    return 2;
  }

  @Override
  void steer(int[] digits, int count, byte[] tweak) {
    steer(digits, 0, 2, tweak, 0);
  }

  @Override
  @Nullable String problem(int[] digits, int count, boolean token) {
    if (count < HEAD) {
      return "is too short for an IBAN";
    }
    int length = LENGTHS[country(digits[0], digits[1])];
    if (length == 0) {
      return "does not begin with a country of the registry of IBANs";
    }
    if (count != length) {
      return String.format(
          Locale.ROOT, "has %d characters where its country has %d", count, length);
    }
    if (digits[2] > 9 || digits[3] > 9) {
      return "has check digits that are none";
    }
    int expected = token ? tokenCheck(digits, count) : check(digits, count);
    return digits[2] * 10 + digits[3] == expected ? null : "has wrong check digits";
  }

  @Override
  boolean takesAll() {
    return false;
  }

  @Override
  void enter(int[] digits, int count, boolean encrypt) {}

  @Override
  boolean lands(int[] digits, int count) {
    return true;
  }

  @Override
  @Nullable String leave(int[] digits, int count, boolean encrypt) {
    int check = encrypt ? tokenCheck(digits, count) : check(digits, count);
    digits[2] = check / 10;
    digits[3] = check % 10;
    return null;
  }

  /** The check digits that are right, 2 to 98: 98 minus the remainder with 00 in their place. */
  private static int check(int[] digits, int count) {
    int remainder = 0;
    for (int i = HEAD; i < count; i++) {
      remainder = remainder(remainder, digits[i]);
    }
    remainder = remainder(remainder(remainder, digits[0]), digits[1]);
    return 98 - remainder * 100 % 97;
  }

  private static int remainder(int before, int digit) {
    return (before * (digit < 10 ? 10 : 100) + digit) % 97;
  }

  private int tokenCheck(int[] digits, int count) {
    int right = check(digits, count);
    if (policy.checkDigits() == CheckDigits.VALID) {
      return right;
    }
    return right == 98 ? 2 : right + 1;
  }
}
