package io.strongroom.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries one after another, each behind its length in two bytes, big-endian. */
final class EntryBundle {
  private EntryBundle() {}

  static byte[] encode(List<byte[]> entries) {
    int length = 0;
    for (byte[] entry : entries) {
      length += 2 + entry.length;
    }
    byte[] bundle = new byte[length];
    int at = 0;
    for (byte[] entry : entries) {
      bundle[at] = (byte) (entry.length >>> 8);
      bundle[at + 1] = (byte) entry.length;
      System.arraycopy(entry, 0, bundle, at + 2, entry.length);
      at += 2 + entry.length;
    }
    return bundle;
  }

  /**
   * Reads entries that fill a part of an array exactly.
   *
   * @throws IllegalArgumentException when they do not
   */
  static List<byte[]> decode(byte[] bytes, int from, int to) {
    List<byte[]> entries = new ArrayList<>();
    int at = from;
    while (at < to) {
      if (to - at < 2) {
        throw new IllegalArgumentException("it ends within a length");
      }
      int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
      at += 2;
      if (to - at < length) {
        throw new IllegalArgumentException("it ends within an entry");
      }
      entries.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return entries;
  }

  /**
   * Reads a bundle of a known number of entries.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static List<byte[]> decode(byte[] bytes, int count) {
    List<byte[]> entries = decode(bytes, 0, bytes.length);
    if (entries.size() != count) {
      throw new IllegalArgumentException(
          "it holds " + entries.size() + " entries instead of " + count);
    }
    return entries;
  }
}
