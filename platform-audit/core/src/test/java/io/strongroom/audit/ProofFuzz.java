package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as a file of a proof: refused with a typed error, or read; what is read has one form
 * but for a line that nothing vouches for, and proves nothing that is not so. The same bytes as
 * hashes of proofs of the other kinds prove nothing either.
 */
public final class ProofFuzz {
  private static final int SIZE = 11;
  private static final long INDEX = 6;
  private static final List<byte[]> LEAVES = leaves();
  private static final byte[] ROOT = root(SIZE);
  private static final byte[] NOTE = LogFixture.note(ORIGIN, SIZE, ROOT, LogFixture.SIGNER);

  private ProofFuzz() {}

  private static byte[] entry(int number) {
    return new byte[] {(byte) number};
  }

  private static List<byte[]> leaves() {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      leaves.add(MerkleProofs.leafHash(entry(i)));
    }
    return leaves;
  }

  private static byte[] node(int height, long index) {
    if (height == 0) {
      return LEAVES.get((int) index);
    }
    return MerkleProofs.nodeHash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1));
  }

  private static byte[] root(int size) {
    return MerkleProofs.root(size, ProofFuzz::node);
  }

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      TlogProof proof = TlogProof.parse(input);
      byte[] again = proof.encode();
      if (!Arrays.equals(again, input)
          && !new String(input, StandardCharsets.UTF_8).contains("\nextra ")) {
        throw new AssertionError("another form of a proof is accepted");
      }
      requireTrue(proof);
    } catch (AuditException refused) {
      if (refused.code() != AuditErrorCode.PROOF_INVALID) {
        throw new AssertionError("refused for another reason", refused);
      }
    }
    hashes(input);
  }

  private static void requireTrue(TlogProof proof) {
    for (int i = 0; i < SIZE; i++) {
      try {
        proof.verify(entry(i), ORIGIN, KEYRING);
        if (i != proof.index()) {
          throw new AssertionError("an entry is proven to be where it is not");
        }
      } catch (AuditException refused) {
        NoteFuzz.requireIntegrity(refused);
      }
    }
  }

  /** The first byte says which leaves, the rest are the hashes of the proof. */
  private static void hashes(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<byte[]> proof = new ArrayList<>();
    for (int at = 1; at < input.length && proof.size() < 20; at += MerkleProofs.HASH_BYTES) {
      proof.add(
          Arrays.copyOfRange(input, at, Math.min(input.length, at + MerkleProofs.HASH_BYTES)));
    }
    int from = 1 + (input[0] & 0xff) % (SIZE - 1);
    long[] indexes = {from - 1, from};
    byte[] stranger = LogFixture.seed(9);
    if (SubsetProofs.verify(indexes, List.of(LEAVES.get(from), stranger), SIZE, proof, ROOT)
        || MerkleProofs.verifyInclusion(stranger, from, SIZE, proof, ROOT)
        || MerkleProofs.verifyConsistency(from, stranger, SIZE, ROOT, proof)) {
      throw new AssertionError("what is not so is proven");
    }
  }

  /** Right proofs of every kind, and one with a line to be passed over. */
  public static List<byte[]> seeds() {
    byte[] proof =
        new TlogProof(INDEX, MerkleProofs.inclusion(INDEX, SIZE, ProofFuzz::node), NOTE).encode();
    String text = new String(proof, StandardCharsets.UTF_8);
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(proof);
    seeds.add(text.replace("\nindex", "\nextra AAAA\nindex").getBytes(StandardCharsets.UTF_8));
    seeds.add("c2sp.org/tlog-proof@v1\n\n".getBytes(StandardCharsets.US_ASCII));
    seeds.add(flat(7, MerkleProofs.consistency(8, SIZE, ProofFuzz::node)));
    seeds.add(flat(4, SubsetProofs.make(new long[] {4, 5}, SIZE, ProofFuzz::node)));
    return seeds;
  }

  private static byte[] flat(int first, List<byte[]> hashes) {
    byte[] all = new byte[1 + hashes.size() * MerkleProofs.HASH_BYTES];
    all[0] = (byte) first;
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(
          hashes.get(i), 0, all, 1 + i * MerkleProofs.HASH_BYTES, MerkleProofs.HASH_BYTES);
    }
    return all;
  }
}
