package io.strongroom.storage.publication;

import io.strongroom.storage.run.internal.ControlJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A set of texts that keeps 16 bytes of the SHA-256 of each: as good as the texts, and small enough
 * to hold one for every run of a large lake. Not for use by several threads.
 */
final class DigestSet {
  private static final int SMALLEST = 64;

  /** Two longs a place; both 0 is a free place. */
  private long[] table = new long[2 * SMALLEST];

  private int size;

  /** Adds a text; false when it was there. */
  boolean add(String text) {
    ByteBuffer digest = digest(text);
    long high = digest.getLong(0);
    long low = digest.getLong(8) | 1; // Never a free place.
    int place = place(table, high, low);
    if (table[place + 1] != 0) {
      return false;
    }
    table[place] = high;
    table[place + 1] = low;
    size++;
    if (4 * size > table.length) {
      grow();
    }
    return true;
  }

  boolean contains(String text) {
    ByteBuffer digest = digest(text);
    return table[place(table, digest.getLong(0), digest.getLong(8) | 1) + 1] != 0;
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

  /** Where a digest stands, or the free place where it belongs. */
  private static int place(long[] places, long high, long low) {
    int mask = places.length - 1;
    int place = (int) (high >>> 32) << 1 & mask;
    while (places[place + 1] != 0 && (places[place] != high || places[place + 1] != low)) {
      place = place + 2 & mask;
    }
    return place;
  }

  private static ByteBuffer digest(String text) {
    return ByteBuffer.wrap(ControlJson.newSha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
