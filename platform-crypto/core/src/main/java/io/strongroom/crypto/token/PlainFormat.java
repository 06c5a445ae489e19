package io.strongroom.crypto.token;

import org.jspecify.annotations.Nullable;

/** Any digits of a policy's alphabet, the first and last of which may be preserved. */
final class PlainFormat extends ValueFormat {
  private final Ff1Policy policy;

  PlainFormat(Ff1Policy policy) {
    super(policy.alphabet(), policy.kept(), policy.maxLength());
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
    return (policy.keepFirst() + policy.keepLast()) * (radix() > 256 ? 2 : 1);
  }

  @Override
  void steer(int[] digits, int count, byte[] tweak) {
    int next = steer(digits, 0, policy.keepFirst(), tweak, 0);
    steer(digits, count - policy.keepLast(), count, tweak, next);
  }

  @Override
  @Nullable String problem(int[] digits, int count, boolean token) {
    return count < policy.minLength()
        ? "has " + count + " characters of the alphabet, fewer than " + policy.minLength()
        : null;
  }

  @Override
  boolean takesAll() {
    return true;
  }

  @Override
  void enter(int[] digits, int count, boolean encrypt) {}

  @Override
  boolean lands(int[] digits, int count) {
    return true;
  }

  @Override
  @Nullable String leave(int[] digits, int count, boolean encrypt) {
    return null;
  }
}
