package io.strongroom.storage.model;

/** A set of fingerprints, in 32 bytes each at most. */
final class FingerprintSet {
  private long[] highs = new long[1 << 10];
  private long[] lows = new long[1 << 10];
  private int size;

  /** Adds a fingerprint; false when it is there. */
  boolean add(Fingerprint fingerprint) {
    if (size * 2 > highs.length) {
      grow();
    }
    // Both halves 0 stands for an empty place.
    long low = fingerprint.low() == 0 && fingerprint.high() == 0 ? 1 : fingerprint.low();
    int at = place(fingerprint.high(), low);
    if (highs[at] == fingerprint.high() && lows[at] == low) {
      return false;
    }
    highs[at] = fingerprint.high();
    lows[at] = low;
    size++;
    return true;
  }

  int size() {
    return size;
  }

  private int place(long high, long low) {
    int at = (int) low & (highs.length - 1);
    while ((highs[at] != 0 || lows[at] != 0) && (highs[at] != high || lows[at] != low)) {
      at = (at + 1) & (highs.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldHighs = highs;
    long[] oldLows = lows;
    highs = new long[oldHighs.length * 2];
    lows = new long[oldLows.length * 2];
    for (int i = 0; i < oldHighs.length; i++) {
      if (oldHighs[i] != 0 || oldLows[i] != 0) {
        int at = place(oldHighs[i], oldLows[i]);
        highs[at] = oldHighs[i];
        lows[at] = oldLows[i];
      }
    }
  }
}
