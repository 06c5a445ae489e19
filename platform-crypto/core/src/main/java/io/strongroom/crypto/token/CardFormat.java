package io.strongroom.crypto.token;

import org.jspecify.annotations.Nullable;

/**
 * Payment card numbers. With Luhn sum 0 they are real, with any other they are not.
 *
 * <p>The permutation of FF1 over the digits that are not preserved is made one of the numbers with
 * a wrong sum by walking its cycles. Real numbers, sum 0, begin the walk one step aside, at sum 1,
 * and a walk back must end there.
 */
final class CardFormat extends ValueFormat {
  private static final int MIN_DIGITS = 12;
  private static final int MAX_DIGITS = 19;

  /** What a digit adds to the sum in every second place, and which digit adds so much. */
  private static final int[] DOUBLED = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};

  private static final int[] HALVED = {0, 5, 1, 6, 2, 7, 3, 8, 4, 9};

  private final CardPolicy policy;

  CardFormat(CardPolicy policy) {
    super(TokenPolicy.DIGITS, " -", MAX_DIGITS);
    this.policy = policy;
  }

  @Override
  int keepFirst() {
    return policy.keepFirst();
  }

  @Override
  int keepLast() {
    return policy.keepLast();
  }

  @Override
  int steering() {
    return policy.keepFirst() + policy.keepLast();
  }

  @Override
  void steer(int[] digits, int count, byte[] tweak) {
    int next = steer(digits, 0, policy.keepFirst(), tweak, 0);
    steer(digits, count - policy.keepLast(), count, tweak, next);
  }

  @Override
  @Nullable String problem(int[] digits, int count, boolean token) {
    int least =
        Math.max(MIN_DIGITS, policy.keepFirst() + policy.keepLast() + CardPolicy.MIN_HIDDEN);
    if (count < least) {
      return "has " + count + " digits, fewer than " + least;
    }
    boolean real = sum(digits, count) == 0;
    if (!token || policy.checkDigit() == CheckDigits.VALID) {
      return real ? null : "has a wrong check digit";
    }
    return real ? "has a right check digit, which tokens of this policy never have" : null;
  }

  @Override
  boolean takesAll() {
    return false;
  }

  @Override
  void enter(int[] digits, int count, boolean encrypt) {
    if (encrypt && policy.checkDigit() == CheckDigits.INVALID) {
      shift(digits, count, 1);
    }
  }

  @Override
  boolean lands(int[] digits, int count) {
    return (sum(digits, count) == 0) == (policy.checkDigit() == CheckDigits.VALID);
  }

  @Override
  @Nullable String leave(int[] digits, int count, boolean encrypt) {
    if (encrypt || policy.checkDigit() == CheckDigits.VALID) {
      return null;
    }
    if (sum(digits, count) != 1) {
      return "is no token of this policy and key";
    }
    shift(digits, count, 9);
    return null;
  }

  /** The Luhn sum modulo 10. */
  static int sum(int[] digits, int count) {
    int sum = 0;
    for (int i = count - 1; i >= 0; i -= 2) {
      sum += digits[i];
    }
    for (int i = count - 2; i >= 0; i -= 2) {
      sum += DOUBLED[digits[i]];
    }
    return sum % 10;
  }

  /** Adds to the sum by changing the last digit that is not preserved. */
  private void shift(int[] digits, int count, int by) {
    int at = count - policy.keepLast() - 1;
    if (policy.keepLast() % 2 == 0) {
      digits[at] = (digits[at] + by) % 10;
    } else {
      digits[at] = HALVED[(DOUBLED[digits[at]] + by) % 10];
    }
  }
}
