package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SubsetProofsTest {

  private record Tree(List<byte[]> leaves) {
    static Tree of(int size) {
      List<byte[]> leaves = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        leaves.add(MerkleProofs.leafHash(("entry " + i).getBytes(StandardCharsets.UTF_8)));
      }
      return new Tree(leaves);
    }

    int size() {
      return leaves.size();
    }

    byte[] node(int height, long index) {
      return height == 0
          ? leaves.get((int) index)
          : MerkleProofs.nodeHash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1));
    }

    byte[] root() {
      return MerkleProofs.root(size(), this::node);
    }

    List<byte[]> prove(long... indexes) {
      return SubsetProofs.make(indexes, size(), this::node);
    }

    List<byte[]> hashes(long... indexes) {
      return LongStream.of(indexes).mapToObj(index -> leaves.get((int) index)).toList();
    }

    boolean verifies(long[] indexes, List<byte[]> hashes, List<byte[]> proof) {
      return SubsetProofs.verify(indexes, hashes, size(), proof, root());
    }
  }

  private static long[] members(int set) {
    return IntStream.range(0, 31).filter(i -> (set >> i & 1) == 1).asLongStream().toArray();
  }

  @Test
  void everySubsetOfEverySmallTreeIsProven() {
    for (int size = 1; size <= 9; size++) {
      Tree tree = Tree.of(size);
      for (int set = 1; set < 1 << size; set++) {
        long[] indexes = members(set);
        assertThat(tree.verifies(indexes, tree.hashes(indexes), tree.prove(indexes))).isTrue();
      }
    }
  }

  /** The audit path of RFC 6962, whose verification has vectors of its own, is the oracle. */
  @Test
  void proofOfOneLeafHoldsTheHashesOfItsAuditPath() {
    Tree tree = Tree.of(77);
    for (int index = 0; index < tree.size(); index++) {
      List<byte[]> path = new ArrayList<>(MerkleProofs.inclusion(index, 77, tree::node));
      List<byte[]> proof = new ArrayList<>(tree.prove(index));
      path.sort(Comparator.comparing(Arrays::toString));
      proof.sort(Comparator.comparing(Arrays::toString));
      assertThat(proof).containsExactlyElementsOf(path);
    }
  }

  @Test
  void whateverIsChangedIsRefused() {
    Tree tree = Tree.of(41);
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      long[] indexes =
          random.longs(1 + random.nextInt(12), 0, tree.size()).sorted().distinct().toArray();
      List<byte[]> hashes = tree.hashes(indexes);
      List<byte[]> proof = tree.prove(indexes);
      for (int i = 0; i < proof.size(); i++) {
        assertThat(tree.verifies(indexes, hashes, flipped(proof, i))).isFalse();
        assertThat(tree.verifies(indexes, hashes, without(proof, i))).isFalse();
      }
      for (int i = 0; i < hashes.size(); i++) {
        assertThat(tree.verifies(indexes, flipped(hashes, i), proof)).isFalse();
        assertThat(tree.verifies(indexes, without(hashes, i), proof)).isFalse();
        assertThat(tree.verifies(moved(indexes, i, 1), hashes, proof)).isFalse();
        assertThat(tree.verifies(moved(indexes, i, -1), hashes, proof)).isFalse();
      }
      List<byte[]> longer = new ArrayList<>(proof);
      longer.add(new byte[32]);
      assertThat(tree.verifies(indexes, hashes, longer)).isFalse();
      byte[] other = tree.root();
      other[0]++;
      assertThat(SubsetProofs.verify(indexes, hashes, 41, proof, other)).isFalse();
      assertThat(SubsetProofs.verify(indexes, hashes, 1 << 20, proof, tree.root())).isFalse();
    }
  }

  @Test
  void malformedArgumentsAreRefused() {
    Tree tree = Tree.of(8);
    List<byte[]> hashes = tree.hashes(1, 2);
    List<byte[]> proof = tree.prove(1, 2);
    long[][] wrong = {{}, {2, 1}, {1, 1}, {-1, 2}, {1, 8}, {1}, {1, 2, 3}};
    for (long[] indexes : wrong) {
      assertThat(tree.verifies(indexes, hashes, proof)).isFalse();
    }
    List<byte[]> shortHash = List.of(new byte[31], hashes.get(1));
    assertThat(tree.verifies(new long[] {1, 2}, shortHash, proof)).isFalse();
    assertThat(SubsetProofs.verify(new long[] {1, 2}, hashes, 8, proof, new byte[0])).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> tree.prove());
    assertThatIllegalArgumentException().isThrownBy(() -> tree.prove(8));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.prove(3, 3));
  }

  @Test
  void proofOfAdjacentEntriesIsShorterThanAKibibyteInAnyLog() {
    long size = 10_000_000;
    byte[] node = new byte[32];
    for (long first : new long[] {0, 1, 4_999_999, 5_000_001, 9_990_000}) {
      long[] indexes = LongStream.range(first, first + 10_000).toArray();
      List<byte[]> proof = SubsetProofs.make(indexes, size, (height, index) -> node);
      assertThat(proof.size() * MerkleProofs.HASH_BYTES).isLessThanOrEqualTo(1_024);
    }
  }

  private static List<byte[]> flipped(List<byte[]> hashes, int at) {
    List<byte[]> changed = new ArrayList<>(hashes);
    byte[] hash = hashes.get(at).clone();
    hash[at % hash.length] ^= 1;
    changed.set(at, hash);
    return changed;
  }

  private static List<byte[]> without(List<byte[]> hashes, int at) {
    List<byte[]> fewer = new ArrayList<>(hashes);
    fewer.remove(at);
    return fewer;
  }

  private static long[] moved(long[] indexes, int at, int by) {
    long[] moved = indexes.clone();
    moved[at] += by;
    return moved;
  }
}
