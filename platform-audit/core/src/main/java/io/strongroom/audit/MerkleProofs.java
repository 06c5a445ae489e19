package io.strongroom.audit;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Hashes and proofs of the Merkle tree of RFC 6962 section 2.1 with SHA-256: generation, and
 * verification by the iterative algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
 *
 * <p>Verification returns false for every malformed argument; it never throws because of what a
 * proof holds. All methods are safe for use by several threads; arrays passed in are only read.
 */
public final class MerkleProofs {

  /** Length of a hash in bytes. */
  public static final int HASH_BYTES = 32;

  /** Where proof generation gets the hashes of complete subtrees. */
  @FunctionalInterface
  public interface NodeSource {

    /**
     * The hash of the complete subtree over the leaves from {@code index << height} (inclusive) to
     * {@code (index + 1) << height} (exclusive).
     *
     * @param height 0 for a leaf hash, at most 62
     * @param index position among the subtrees of that height, from 0
     * @return 32 bytes, not changed by the caller
     */
    byte[] node(int height, long index);
  }

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(MerkleProofs::newDigest);

  private MerkleProofs() {}

  /**
   * The hash of a leaf: SHA-256 of a zero byte and the entry.
   *
   * @param entry the entry's bytes
   */
  public static byte[] leafHash(byte[] entry) {
    return leafHash(entry, 0, entry.length);
  }

  static byte[] leafHash(byte[] buffer, int offset, int length) {
    MessageDigest digest = SHA_256.get();
    digest.update((byte) 0);
    digest.update(buffer, offset, length);
    return digest.digest();
  }

  /** Writes the hash of a leaf that stands in a buffer. */
  static void leafHash(byte[] buffer, int offset, int length, byte[] out, int at) {
    MessageDigest digest = SHA_256.get();
    digest.update((byte) 0);
    digest.update(buffer, offset, length);
    try {
      digest.digest(out, at, HASH_BYTES);
    } catch (DigestException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * The hash of an interior node: SHA-256 of a one byte and both hashes.
   *
   * @param left hash of the left subtree
   * @param right hash of the right subtree
   */
  public static byte[] nodeHash(byte[] left, byte[] right) {
    MessageDigest digest = SHA_256.get();
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }

  /** The root of the tree without leaves: SHA-256 of nothing. */
  public static byte[] emptyRoot() {
    return SHA_256.get().digest();
  }

  static byte[] sha256(byte[] bytes, int offset, int length) {
    MessageDigest digest = SHA_256.get();
    digest.update(bytes, offset, length);
    return digest.digest();
  }

  /** The root over {@code count} concatenated hashes of equally high complete subtrees. */
  static byte[] foldHashes(byte[] hashes, int offset, int count) {
    if (count < 1 || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException("count must be a power of two");
    }
    byte[] work = new byte[count * HASH_BYTES];
    System.arraycopy(hashes, offset, work, 0, work.length);
    MessageDigest digest = SHA_256.get();
    try {
      for (int n = count; n > 1; n /= 2) {
        for (int i = 0; i < n / 2; i++) {
          digest.update((byte) 1);
          digest.update(work, 2 * i * HASH_BYTES, 2 * HASH_BYTES);
          digest.digest(work, i * HASH_BYTES, HASH_BYTES);
        }
      }
    } catch (DigestException impossible) {
      throw new IllegalStateException(impossible);
    }
    byte[] root = new byte[HASH_BYTES];
    System.arraycopy(work, 0, root, 0, HASH_BYTES);
    return root;
  }

  /**
   * The root of the tree of the first {@code size} leaves.
   *
   * @param size number of leaves, from 0
   * @param nodes hashes of the complete subtrees among these leaves
   */
  public static byte[] root(long size, NodeSource nodes) {
    requireSize(size);
    return size == 0 ? emptyRoot() : hashOfRange(0, size, nodes);
  }

  /**
   * The audit path of a leaf (RFC 6962 section 2.1.1), from the leaf to the root.
   *
   * @param index the leaf, from 0
   * @param size number of leaves of the tree, more than {@code index}
   * @param nodes hashes of the complete subtrees among these leaves
   * @return unmodifiable; empty for a tree of one leaf
   */
  public static List<byte[]> inclusion(long index, long size, NodeSource nodes) {
    requireSize(size);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("index must be from 0 to below the size");
    }
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (index < middle) {
        path.add(hashOfRange(middle, to, nodes));
        to = middle;
      } else {
        path.add(hashOfRange(from, middle, nodes));
        from = middle;
      }
    }
    Collections.reverse(path);
    return Collections.unmodifiableList(path);
  }

  /** How many hashes the audit path of a leaf has. */
  static int pathLength(long index, long size) {
    int inner = Long.SIZE - Long.numberOfLeadingZeros(index ^ (size - 1));
    return inner + (inner == Long.SIZE ? 0 : Long.bitCount(index >>> inner));
  }

  /**
   * The proof that the tree of the first {@code to} leaves continues that of the first {@code from}
   * (RFC 6962 section 2.1.2).
   *
   * @param from size of the older tree, at least 1
   * @param to size of the newer tree, at least {@code from}
   * @param nodes hashes of the complete subtrees among the leaves of the newer tree
   * @return unmodifiable; empty when both sizes are equal
   */
  public static List<byte[]> consistency(long from, long to, NodeSource nodes) {
    requireSize(to);
    if (from < 1 || from > to) {
      throw new IllegalArgumentException("the older size must be from 1 to the newer size");
    }
    List<byte[]> proof = new ArrayList<>();
    long low = 0;
    long high = to;
    long known = from;
    boolean whole = true;
    while (known != high - low) {
      long middle = split(high - low);
      if (known <= middle) {
        proof.add(hashOfRange(low + middle, high, nodes));
        high = low + middle;
      } else {
        proof.add(hashOfRange(low, low + middle, nodes));
        known -= middle;
        low += middle;
        whole = false;
      }
    }
    if (!whole) {
      proof.add(hashOfRange(low, high, nodes));
    }
    Collections.reverse(proof);
    return Collections.unmodifiableList(proof);
  }

  /**
   * Whether an audit path leads from a leaf to a root (RFC 9162 section 2.1.3.2).
   *
   * @param leafHash hash of the leaf
   * @param index the leaf's index
   * @param size number of leaves of the tree
   * @param proof the audit path, from the leaf to the root
   * @param root the root that is trusted
   */
  public static boolean verifyInclusion(
      byte[] leafHash, long index, long size, List<byte[]> proof, byte[] root) {
    if (index < 0 || index >= size || !isHash(leafHash) || !isHash(root)) {
      return false;
    }
    long fn = index;
    long sn = size - 1;
    byte[] hash = leafHash;
    for (byte[] sibling : proof) {
      if (sn == 0 || !isHash(sibling)) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = nodeHash(sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        hash = nodeHash(hash, sibling);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    return sn == 0 && MessageDigest.isEqual(hash, root);
  }

  /**
   * Whether one tree continues another (RFC 9162 section 2.1.4.2).
   *
   * <p>An older size of 0 is refused: every tree continues the empty one and no proof says so; that
   * case belongs to the caller.
   *
   * @param from size of the older tree
   * @param fromRoot its root
   * @param to size of the newer tree
   * @param toRoot its root
   * @param proof the consistency proof
   */
  public static boolean verifyConsistency(
      long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> proof) {
    if (from < 1 || from > to || !isHash(fromRoot) || !isHash(toRoot)) {
      return false;
    }
    if (from == to) {
      return proof.isEmpty() && MessageDigest.isEqual(fromRoot, toRoot);
    }
    for (byte[] hash : proof) {
      if (!isHash(hash)) {
        return false;
      }
    }
    int next = 0;
    byte[] first;
    if (Long.bitCount(from) == 1) {
      first = fromRoot;
    } else if (proof.isEmpty()) {
      return false;
    } else {
      first = proof.get(next++);
    }
    long fn = from - 1;
    long sn = to - 1;
    while ((fn & 1) == 1) {
      fn >>>= 1;
      sn >>>= 1;
    }
    byte[] older = first;
    byte[] newer = first;
    for (byte[] hash : proof.subList(next, proof.size())) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        older = nodeHash(hash, older);
        newer = nodeHash(hash, newer);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        newer = nodeHash(newer, hash);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    return sn == 0
        && MessageDigest.isEqual(older, fromRoot)
        && MessageDigest.isEqual(newer, toRoot);
  }

  /** The largest power of two below {@code n}, which is at least 2. */
  static long split(long n) {
    return Long.highestOneBit(n - 1);
  }

  static byte[] hashOfRange(long from, long to, NodeSource nodes) {
    long leaves = to - from;
    if (Long.bitCount(leaves) == 1) {
      int height = Long.numberOfTrailingZeros(leaves);
      return nodes.node(height, from >>> height);
    }
    long middle = from + split(leaves);
    return nodeHash(hashOfRange(from, middle, nodes), hashOfRange(middle, to, nodes));
  }

  static boolean isHash(byte[] bytes) {
    return bytes.length == HASH_BYTES;
  }

  private static void requireSize(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("size must not be negative");
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
