package io.strongroom.benchmarks.audit;

import io.strongroom.audit.AuditException;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.audit.SubsetProofs;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A run's entries, one proof for all of them, and a signed checkpoint. */
final class ProvenRun implements RunContender {
  private static final String ORIGIN = "audit.example.com/benchmark";

  private final long[] indexes;
  private final List<byte[]> entries = new ArrayList<>();
  private final List<byte[]> proof;
  private final byte[] note;
  private final Keyring keyring;

  ProvenRun(GeneratedLog log, long[] indexes) {
    this.indexes = indexes;
    for (long index : indexes) {
      entries.add(GeneratedLog.entry((int) index));
    }
    log.buildTree();
    this.proof = SubsetProofs.make(indexes, log.size(), log::node);
    Signer signer = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, StrongroomAppend.seed(1));
    RootKey root = RootKey.fromSeed(StrongroomAppend.seed(2));
    this.keyring =
        Keyring.parse(
            Keyring.create(root, 1, List.of(VerificationKey.of(signer, "log"))), root.digest());
    this.note = note(signer, log.size(), MerkleProofs.root(log.size(), log::node));
  }

  /** As C2SP tlog-checkpoint and signed-note say. */
  private static byte[] note(Signer signer, long size, byte[] root) {
    String text = ORIGIN + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
    String key = Checkpoint.verifierKey(ORIGIN, signer.publicKey());
    byte[] id = HexFormat.of().parseHex(key.split("\\+", 3)[1]);
    byte[] line = new byte[id.length + signature.length];
    System.arraycopy(id, 0, line, 0, id.length);
    System.arraycopy(signature, 0, line, id.length, signature.length);
    return (text + "\n\u2014 " + ORIGIN + " " + Base64.getEncoder().encodeToString(line) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean verify() {
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.verify(note, ORIGIN, keyring);
    } catch (AuditException refused) {
      return false;
    }
    List<byte[]> hashes = new ArrayList<>(entries.size());
    for (byte[] entry : entries) {
      hashes.add(MerkleProofs.leafHash(entry));
    }
    return SubsetProofs.verify(indexes, hashes, checkpoint.size(), proof, checkpoint.root());
  }

  @Override
  public void flipEntry() {
    entries.get(entries.size() / 2)[Entries.LENGTH - 1] ^= 1;
  }

  @Override
  public long proofBytes() {
    return (long) proof.size() * MerkleProofs.HASH_BYTES;
  }
}
