package io.strongroom.storage.model;

/**
 * 128 bits that stand for a set of numbered values. Among a thousand million states the chance that
 * two different ones are taken for one is less than one in 10^20.
 */
record Fingerprint(long high, long low) {
  static final Fingerprint ZERO = new Fingerprint(0, 0);

  /** With a value at a place; 0 stands for none. */
  Fingerprint with(int place, int value) {
    return value == 0 ? this : new Fingerprint(high + high(place, value), low + low(place, value));
  }

  /** Without a value that was there. */
  Fingerprint without(int place, int value) {
    return value == 0 ? this : new Fingerprint(high - high(place, value), low - low(place, value));
  }

  /** Of this and of numbers in their order. */
  Fingerprint and(int[] numbers) {
    Fingerprint all = this;
    for (int i = 0; i < numbers.length; i++) {
      // Snapshots use the places from 0.
      all = all.with(-1 - i, numbers[i]);
    }
    return all;
  }

  private static long high(int place, int value) {
    return mixed(0x9e3779b97f4a7c15L * (((long) place << 32) + value + 1));
  }

  private static long low(int place, int value) {
    return mixed(mixed(0xd1342543de82ef95L + (((long) place << 32) ^ value)) + 0x2545f4914f6cdd1dL);
  }

  /** The finalizer of SplitMix64. */
  private static long mixed(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
