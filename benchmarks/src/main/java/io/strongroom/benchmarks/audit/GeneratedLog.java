package io.strongroom.benchmarks.audit;

import io.strongroom.audit.MerkleProofs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A large log whose entries follow from their numbers, so that nothing is stored. Of its tree the
 * hashes over 256 entries and more are held. Not safe for use by several threads.
 */
final class GeneratedLog {
  private static final int HEIGHT = 8;
  private static final byte[] TEXT =
      "{\"action\":\"PARTITION_READ\",\"actor\":\"svc-transaction-loader\",\"number\":\"00000000\"}"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int LAST_DIGIT =
      new String(TEXT, StandardCharsets.US_ASCII).lastIndexOf('0');

  private final int size;

  /** Hashes of complete subtrees of 256 entries, of 512 and so on. */
  private final List<List<byte[]>> levels = new ArrayList<>();

  GeneratedLog(int size) {
    this.size = size;
  }

  int size() {
    return size;
  }

  /** Writes an entry into an array of the length of an entry, which held one before or nothing. */
  static void write(int number, byte[] entry) {
    System.arraycopy(TEXT, 0, entry, 0, TEXT.length);
    int rest = number;
    for (int at = LAST_DIGIT; rest > 0; at--) {
      entry[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  static byte[] entry(int number) {
    byte[] entry = new byte[Entries.LENGTH];
    write(number, entry);
    return entry;
  }

  /** Hashes every entry once. */
  void buildTree() {
    List<byte[]> lowest = new ArrayList<>();
    byte[] entry = new byte[Entries.LENGTH];
    for (int first = 0; first + (1 << HEIGHT) <= size; first += 1 << HEIGHT) {
      byte[][] hashes = new byte[1 << HEIGHT][];
      for (int i = 0; i < hashes.length; i++) {
        write(first + i, entry);
        hashes[i] = MerkleProofs.leafHash(entry);
      }
      for (int width = hashes.length / 2; width > 0; width /= 2) {
        for (int i = 0; i < width; i++) {
          hashes[i] = MerkleProofs.nodeHash(hashes[2 * i], hashes[2 * i + 1]);
        }
      }
      lowest.add(hashes[0]);
    }
    levels.add(lowest);
    while (levels.get(levels.size() - 1).size() > 1) {
      List<byte[]> below = levels.get(levels.size() - 1);
      List<byte[]> level = new ArrayList<>();
      for (int i = 0; i + 1 < below.size(); i += 2) {
        level.add(MerkleProofs.nodeHash(below.get(i), below.get(i + 1)));
      }
      levels.add(level);
    }
  }

  /** Where proofs get the tree's hashes from. */
  byte[] node(int height, long index) {
    if (height >= HEIGHT) {
      return levels.get(height - HEIGHT).get((int) index);
    }
    return height == 0
        ? MerkleProofs.leafHash(entry((int) index))
        : MerkleProofs.nodeHash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1));
  }
}
