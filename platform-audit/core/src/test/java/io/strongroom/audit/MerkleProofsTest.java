package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class MerkleProofsTest {
  private static final int SMALL = 70;

  /** RFC 6962 section 2.1, word for word and as slow as it reads. */
  private static final class Definition {
    private final List<byte[]> entries;

    Definition(int count) {
      entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        entries.add(("entry " + i).getBytes(StandardCharsets.UTF_8));
      }
    }

    private static byte[] hash(byte[]... parts) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
          digest.update(part);
        }
        return digest.digest();
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    static int k(int n) {
      int k = 1;
      while (2 * k < n) {
        k = 2 * k;
      }
      return k;
    }

    byte[] mth(int from, int to) {
      int n = to - from;
      if (n == 0) {
        return hash();
      }
      if (n == 1) {
        return hash(new byte[] {0}, entries.get(from));
      }
      return hash(new byte[] {1}, mth(from, from + k(n)), mth(from + k(n), to));
    }

    List<byte[]> path(int m, int from, int to) {
      List<byte[]> path = new ArrayList<>();
      int n = to - from;
      if (n == 1) {
        return path;
      }
      int k = k(n);
      if (m < k) {
        path.addAll(path(m, from, from + k));
        path.add(mth(from + k, to));
      } else {
        path.addAll(path(m - k, from + k, to));
        path.add(mth(from, from + k));
      }
      return path;
    }

    List<byte[]> subproof(int m, int from, int to, boolean whole) {
      List<byte[]> proof = new ArrayList<>();
      int n = to - from;
      if (m == n) {
        if (!whole) {
          proof.add(mth(from, to));
        }
        return proof;
      }
      int k = k(n);
      if (m <= k) {
        proof.addAll(subproof(m, from, from + k, whole));
        proof.add(mth(from + k, to));
      } else {
        proof.addAll(subproof(m - k, from + k, to, false));
        proof.add(mth(from, from + k));
      }
      return proof;
    }

    byte[] node(int height, long index) {
      int from = (int) (index << height);
      return mth(from, from + (1 << height));
    }
  }

  private static List<String> hex(List<byte[]> hashes) {
    return hashes.stream().map(HexFormat.of()::formatHex).toList();
  }

  @Test
  void emptyRootIsTheHashOfNothing() {
    assertThat(HexFormat.of().formatHex(MerkleProofs.root(0, (height, index) -> new byte[0])))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void rootsAreThoseOfTheDefinition() {
    Definition definition = new Definition(600);
    CompactRange range = new CompactRange();
    for (int size = 1; size <= 600; size++) {
      range.append(MerkleProofs.leafHash(definition.entries.get(size - 1)));
      if (size <= SMALL || size % 61 == 0 || size % 256 <= 1) {
        byte[] root = definition.mth(0, size);
        assertThat(range.root()).as("range of %d", size).isEqualTo(root);
        assertThat(MerkleProofs.root(size, definition::node))
            .as("root of %d", size)
            .isEqualTo(root);
      }
    }
  }

  @Test
  void inclusionProofsAreThoseOfTheDefinitionAndAreAccepted() {
    Definition definition = new Definition(SMALL);
    for (int size = 1; size <= SMALL; size++) {
      byte[] root = definition.mth(0, size);
      for (int index = 0; index < size; index++) {
        List<byte[]> proof = MerkleProofs.inclusion(index, size, definition::node);
        assertThat(hex(proof)).isEqualTo(hex(definition.path(index, 0, size)));
        assertThat(
                MerkleProofs.verifyInclusion(
                    definition.mth(index, index + 1), index, size, proof, root))
            .as("%d in %d", index, size)
            .isTrue();
        assertThat(MerkleProofs.pathLength(index, size)).isEqualTo(proof.size());
      }
    }
  }

  @Test
  void consistencyProofsAreThoseOfTheDefinitionAndAreAccepted() {
    Definition definition = new Definition(SMALL);
    for (int to = 1; to <= SMALL; to++) {
      for (int from = 1; from <= to; from++) {
        List<byte[]> proof = MerkleProofs.consistency(from, to, definition::node);
        assertThat(hex(proof)).isEqualTo(hex(definition.subproof(from, 0, to, true)));
        assertThat(
                MerkleProofs.verifyConsistency(
                    from, definition.mth(0, from), to, definition.mth(0, to), proof))
            .as("%d to %d", from, to)
            .isTrue();
      }
    }
  }

  @Test
  void everyChangeToAnInclusionProofIsRefused() {
    Definition definition = new Definition(SMALL);
    Random random = new Random(1);
    for (int size = 1; size <= SMALL; size++) {
      int index = random.nextInt(size);
      byte[] leaf = definition.mth(index, index + 1);
      byte[] root = definition.mth(0, size);
      List<byte[]> proof = MerkleProofs.inclusion(index, size, definition::node);
      for (List<byte[]> changed : changes(proof, random)) {
        assertThat(MerkleProofs.verifyInclusion(leaf, index, size, changed, root))
            .as("changed proof of %d in %d", index, size)
            .isFalse();
      }
      assertThat(MerkleProofs.verifyInclusion(flip(leaf, random), index, size, proof, root))
          .isFalse();
      assertThat(MerkleProofs.verifyInclusion(leaf, index, size, proof, flip(root, random)))
          .isFalse();
      assertThat(MerkleProofs.verifyInclusion(leaf, size, size, proof, root)).isFalse();
      assertThat(MerkleProofs.verifyInclusion(leaf, -1, size, proof, root)).isFalse();
      for (int other = 0; other < size; other++) {
        if (other != index) {
          assertThat(MerkleProofs.verifyInclusion(leaf, other, size, proof, root)).isFalse();
        }
      }
    }
  }

  @Test
  void everyChangeToAConsistencyProofIsRefused() {
    Definition definition = new Definition(SMALL);
    Random random = new Random(2);
    for (int to = 2; to <= SMALL; to++) {
      int from = 1 + random.nextInt(to - 1);
      byte[] older = definition.mth(0, from);
      byte[] newer = definition.mth(0, to);
      List<byte[]> proof = MerkleProofs.consistency(from, to, definition::node);
      for (List<byte[]> changed : changes(proof, random)) {
        assertThat(MerkleProofs.verifyConsistency(from, older, to, newer, changed))
            .as("changed proof of %d to %d", from, to)
            .isFalse();
      }
      assertThat(MerkleProofs.verifyConsistency(from, flip(older, random), to, newer, proof))
          .isFalse();
      assertThat(MerkleProofs.verifyConsistency(from, older, to, flip(newer, random), proof))
          .isFalse();
      assertThat(MerkleProofs.verifyConsistency(to, newer, from, older, proof)).isFalse();
    }
  }

  @Test
  void olderSizeZeroIsLeftToTheCaller() {
    Definition definition = new Definition(3);
    assertThat(
            MerkleProofs.verifyConsistency(
                0, MerkleProofs.emptyRoot(), 3, definition.mth(0, 3), List.of()))
        .isFalse();
  }

  @Test
  void equalSizesAreConsistentOnlyWithEqualRootsAndNoProof() {
    Definition definition = new Definition(3);
    byte[] root = definition.mth(0, 3);
    assertThat(MerkleProofs.verifyConsistency(3, root, 3, root, List.of())).isTrue();
    assertThat(MerkleProofs.verifyConsistency(3, root, 3, root, List.of(root))).isFalse();
    assertThat(MerkleProofs.verifyConsistency(3, root, 3, definition.mth(0, 2), List.of()))
        .isFalse();
  }

  @Test
  void indexesAndSizesOutsideTheTreeCannotBeProven() {
    Definition definition = new Definition(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MerkleProofs.inclusion(3, 3, definition::node));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MerkleProofs.consistency(0, 3, definition::node));
    assertThatIllegalArgumentException().isThrownBy(() -> MerkleProofs.root(-1, definition::node));
  }

  @Test
  void proofsOfLargeTreesHaveTheLengthOfTheirHeight() {
    MerkleProofs.NodeSource nodes = (height, index) -> new byte[32];
    assertThat(MerkleProofs.inclusion(12_345_678_901L, 1L << 40, nodes)).hasSize(40);
    assertThat(MerkleProofs.consistency(1L << 39, 1L << 40, nodes)).hasSize(1);
  }

  private static List<List<byte[]>> changes(List<byte[]> proof, Random random) {
    List<List<byte[]>> changes = new ArrayList<>();
    for (int i = 0; i < proof.size(); i++) {
      List<byte[]> flipped = new ArrayList<>(proof);
      flipped.set(i, flip(proof.get(i), random));
      changes.add(flipped);
      List<byte[]> shortened = new ArrayList<>(proof);
      shortened.remove(i);
      changes.add(shortened);
      List<byte[]> cut = new ArrayList<>(proof);
      cut.set(i, new byte[31]);
      changes.add(cut);
    }
    List<byte[]> longer = new ArrayList<>(proof);
    longer.add(new byte[32]);
    changes.add(longer);
    List<byte[]> before = new ArrayList<>(proof);
    before.add(0, new byte[32]);
    changes.add(before);
    return changes;
  }

  private static byte[] flip(byte[] hash, Random random) {
    byte[] flipped = hash.clone();
    flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }
}
