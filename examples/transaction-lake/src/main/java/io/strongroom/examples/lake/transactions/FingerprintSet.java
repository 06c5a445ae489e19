package io.strongroom.examples.lake.transactions;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A set of transactions, each by the first 128 bits of the SHA-256 of its id and its day, so that a
 * month of millions fits into memory: 16 bytes each, in a table at most two thirds full. Two
 * transactions with one fingerprint would take 2^64 tries to find.
 *
 * <p>Not for several threads.
 */
final class FingerprintSet {
  private final MessageDigest digest;
  private long[] table = new long[2 * 1024];
  private int size;

  FingerprintSet() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256", impossible);
    }
  }

  /** Adds a transaction; false when it was there. */
  boolean add(String transactionId, long epochDay) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      digest.update((byte) (epochDay >>> shift));
    }
    byte[] hash = digest.digest(transactionId.getBytes(StandardCharsets.UTF_8));
    long high = eightBytes(hash, 0);
    long low = eightBytes(hash, 8);
    if (high == 0 && low == 0) {
      // An empty place holds two zeros.
      low = 1;
    }
    if (!insert(table, high, low)) {
      return false;
    }
    size++;
    if (3L * size > table.length) {
      grow();
    }
    return true;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(table.length, 2)];
    for (int at = 0; at < table.length; at += 2) {
      if (table[at] != 0 || table[at + 1] != 0) {
        insert(larger, table[at], table[at + 1]);
      }
    }
    table = larger;
  }

  private static boolean insert(long[] table, long high, long low) {
    int mask = table.length - 2;
    int at = (int) (high << 1) & mask;
    while (table[at] != 0 || table[at + 1] != 0) {
      if (table[at] == high && table[at + 1] == low) {
        return false;
      }
      at = (at + 2) & mask;
    }
    table[at] = high;
    table[at + 1] = low;
    return true;
  }

  private static long eightBytes(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + 8; i++) {
      value = (value << 8) | (bytes[i] & 0xFF);
    }
    return value;
  }
}
