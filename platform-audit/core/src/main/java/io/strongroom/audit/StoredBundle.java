package io.strongroom.audit;

import java.util.Arrays;

/** The entries of a bundle, read where they stand: none is copied. Immutable. */
final class StoredBundle {
  private final byte[] bytes;

  /** Where each entry begins; behind the last one where another would. */
  private final int[] starts;

  private final int count;

  private StoredBundle(byte[] bytes, int[] starts, int count) {
    this.bytes = bytes;
    this.starts = starts;
    this.count = count;
  }

  /**
   * Reads a bundle.
   *
   * @param bytes not changed from now on
   * @throws IllegalArgumentException when entries do not fill it exactly
   */
  static StoredBundle of(byte[] bytes) {
    int[] starts = new int[TilePath.FULL + 1];
    int count = 0;
    int at = 0;
    while (at < bytes.length) {
      if (bytes.length - at < 2) {
        throw new IllegalArgumentException("it ends within a length");
      }
      int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
      at += 2;
      if (bytes.length - at < length) {
        throw new IllegalArgumentException("it ends within an entry");
      }
      if (count + 1 == starts.length) {
        starts = Arrays.copyOf(starts, 2 * starts.length);
      }
      starts[count++] = at;
      at += length;
    }
    starts[count] = at + 2;
    return new StoredBundle(bytes, starts, count);
  }

  int count() {
    return count;
  }

  /** The leaf hashes of the entries, one after another. */
  byte[] leafHashes() {
    byte[] hashes = new byte[count * MerkleProofs.HASH_BYTES];
    for (int i = 0; i < count; i++) {
      MerkleProofs.leafHash(
          bytes, starts[i], end(i) - starts[i], hashes, i * MerkleProofs.HASH_BYTES);
    }
    return hashes;
  }

  /**
   * Refuses an entry that is no event.
   *
   * @throws AuditException EVENT_INVALID or CARD_NUMBER
   */
  void requireEvent(int index) {
    if (!PlainEntry.is(bytes, starts[index], end(index))) {
      AuditEvent.decode(Arrays.copyOfRange(bytes, starts[index], end(index)));
    }
  }

  /** Tells quickly whether an entry may be an act of pruning. */
  boolean mayBeAct(int index) {
    return PruningActs.mayBeAct(bytes, starts[index], end(index));
  }

  private int end(int index) {
    return starts[index + 1] - 2;
  }
}
