package io.strongroom.audit;

import io.strongroom.audit.MerkleProofs.NodeSource;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * One proof that several leaves are in the Merkle tree of RFC 6962 section 2.1.
 *
 * <p>It consists of the hashes of the largest subtrees, as that section splits the tree, that hold
 * none of the leaves, from left to right. For adjacent leaves it is at most twice as long as the
 * audit path of one leaf. Verification returns false for every malformed argument. All methods are
 * safe for use by several threads.
 */
public final class SubsetProofs {
  private SubsetProofs() {}

  /**
   * Makes a proof.
   *
   * @param indexes the leaves, at least one, each greater than the one before
   * @param size number of leaves of the tree
   * @param nodes hashes of the complete subtrees among these leaves
   * @return unmodifiable
   */
  public static List<byte[]> make(long[] indexes, long size, NodeSource nodes) {
    if (!isAscending(indexes, size)) {
      throw new IllegalArgumentException("the indexes must ascend and be below the size");
    }
    List<byte[]> proof = new ArrayList<>();
    prove(0, size, indexes, 0, indexes.length, nodes, proof);
    return Collections.unmodifiableList(proof);
  }

  /**
   * Whether one proof for several leaves leads from them to a root.
   *
   * @param indexes the leaves, at least one, each greater than the one before
   * @param leafHashes their hashes, in the same order
   * @param size number of leaves of the tree
   * @param proof what {@link #make} made
   * @param root the root that is trusted
   */
  public static boolean verify(
      long[] indexes, List<byte[]> leafHashes, long size, List<byte[]> proof, byte[] root) {
    if (!isAscending(indexes, size)
        || leafHashes.size() != indexes.length
        || !MerkleProofs.isHash(root)
        || !proof.stream().allMatch(MerkleProofs::isHash)
        || !leafHashes.stream().allMatch(MerkleProofs::isHash)) {
      return false;
    }
    Iterator<byte[]> rest = proof.iterator();
    byte[] hash = fold(0, size, indexes, leafHashes, 0, indexes.length, rest);
    return hash.length > 0 && !rest.hasNext() && MessageDigest.isEqual(hash, root);
  }

  private static void prove(
      long from, long to, long[] indexes, int low, int high, NodeSource nodes, List<byte[]> proof) {
    if (low == high) {
      proof.add(MerkleProofs.hashOfRange(from, to, nodes));
    } else if (high - low < to - from) {
      long middle = from + MerkleProofs.split(to - from);
      int part = firstFrom(middle, indexes, low, high);
      prove(from, middle, indexes, low, part, nodes, proof);
      prove(middle, to, indexes, part, high, nodes, proof);
    }
  }

  static boolean isAscending(long[] indexes, long size) {
    long before = -1;
    for (long index : indexes) {
      if (index <= before) {
        return false;
      }
      before = index;
    }
    return indexes.length > 0 && before < size;
  }

  /** Position of the first index that is at least {@code middle}. */
  private static int firstFrom(long middle, long[] indexes, int low, int high) {
    int at = Arrays.binarySearch(indexes, low, high, middle);
    return at < 0 ? -at - 1 : at;
  }

  /** The hash of a subtree; empty when the proof is too short. */
  private static byte[] fold(
      long from,
      long to,
      long[] indexes,
      List<byte[]> leafHashes,
      int low,
      int high,
      Iterator<byte[]> proof) {
    if (low == high) {
      return proof.hasNext() ? proof.next() : new byte[0];
    }
    if (to - from == 1) {
      return leafHashes.get(low);
    }
    long middle = from + MerkleProofs.split(to - from);
    int part = firstFrom(middle, indexes, low, high);
    byte[] left = fold(from, middle, indexes, leafHashes, low, part, proof);
    byte[] right = fold(middle, to, indexes, leafHashes, part, high, proof);
    if (left.length == 0 || right.length == 0) {
      return new byte[0];
    }
    return MerkleProofs.nodeHash(left, right);
  }
}
