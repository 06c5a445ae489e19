package io.strongroom.audit;

/**
 * The hashes of the largest complete subtrees of a tree, left to right: all that is needed to grow
 * the tree and to know its root. Not safe for use by several threads.
 */
final class CompactRange {
  private final byte[][] hashes = new byte[64][];
  private int count;
  private long size;

  CompactRange() {}

  CompactRange(CompactRange other) {
    System.arraycopy(other.hashes, 0, hashes, 0, other.count);
    count = other.count;
    size = other.size;
  }

  /** The range without its last leaves, as far as they fill no subtree of this height. */
  CompactRange complete(int height) {
    CompactRange complete = new CompactRange(this);
    complete.size = size >>> height << height;
    complete.count = count - Long.bitCount(size - complete.size);
    return complete;
  }

  long size() {
    return size;
  }

  /** Appends a leaf. */
  void append(byte[] leafHash) {
    append(0, leafHash);
  }

  /** Appends a complete subtree; the size so far must be a multiple of its number of leaves. */
  void append(int height, byte[] subtreeHash) {
    long position = size >>> height;
    if (position << height != size) {
      throw new IllegalStateException("a subtree must start at a multiple of its size");
    }
    byte[] hash = subtreeHash;
    while ((position & 1) == 1) {
      hash = MerkleProofs.nodeHash(hashes[--count], hash);
      position >>>= 1;
    }
    hashes[count++] = hash;
    size += 1L << height;
  }

  /** The root of the tree so far; a new array. */
  byte[] root() {
    if (count == 0) {
      return MerkleProofs.emptyRoot();
    }
    byte[] root = hashes[count - 1];
    for (int i = count - 2; i >= 0; i--) {
      root = MerkleProofs.nodeHash(hashes[i], root);
    }
    return root.clone();
  }
}
