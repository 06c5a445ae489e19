package io.strongroom.storage.publication;

import java.security.SecureRandom;

/**
 * A set of texts that keeps 128 bits of each, mixed with a secret of its own: small enough to hold
 * one for every run of a large lake. Two texts are taken for one with a chance that does not
 * matter, and nobody can choose two that are. Not for use by several threads.
 */
final class DigestSet {
  private static final int SMALLEST = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final long high = RANDOM.nextLong();
  private final long low = RANDOM.nextLong();
  private final long factor = RANDOM.nextLong() | 1;

  /** Two longs a place; a second one of 0 is a free place. */
  private long[] table = new long[2 * SMALLEST];

  private int size;

  /** Adds a text; false when it was there. */
  boolean add(String text) {
    long first = first(text);
    long second = second(text);
    int place = place(table, first, second);
    if (table[place + 1] != 0) {
      return false;
    }
    table[place] = first;
    table[place + 1] = second;
    size++;
    if (4 * size > table.length) {
      grow();
    }
    return true;
  }

  boolean contains(String text) {
    return table[place(table, first(text), second(text)) + 1] != 0;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i + 1] != 0) {
        int place = place(larger, table[i], table[i + 1]);
        larger[place] = table[i];
        larger[place + 1] = table[i + 1];
      }
    }
    table = larger;
  }

  /** Where a text stands, or the free place where it belongs. */
  private static int place(long[] places, long first, long second) {
    int mask = places.length - 2;
    int place = (int) first & mask;
    while (places[place + 1] != 0 && (places[place] != first || places[place + 1] != second)) {
      place = place + 2 & mask;
    }
    return place;
  }

  private long first(String text) {
    return mixed(text, high, factor);
  }

  private long second(String text) {
    return mixed(text, low, factor + 2) | 1; // Never that of a free place.
  }

  private static long mixed(String text, long seed, long factor) {
    long hash = seed ^ text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = Long.rotateLeft((hash ^ text.charAt(i)) * factor, 29);
    }
    hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
    hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }
}
