package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The proof that one entry is in a log, in the text form that other verifiers of transparency logs
 * read: C2SP tlog-proof, version 1. Immutable.
 *
 * @param index index of the entry
 * @param path its audit path, from the leaf to the root; copied in and out
 * @param note the signed checkpoint whose tree it leads to; copied in and out
 */
// Copied in and out; nobody compares proofs.
@SuppressWarnings("ArrayRecordComponent")
public record TlogProof(long index, List<byte[]> path, byte[] note) {
  private static final String FIRST = "c2sp.org/tlog-proof@v1\n";
  private static final int MAX_BYTES = 1 << 21;
  private static final int MAX_PATH = 63;

  /** Copies the path and the note. */
  public TlogProof {
    path = path.stream().map(byte[]::clone).toList();
    note = note.clone();
    if (index < 0 || path.size() > MAX_PATH) {
      throw new IllegalArgumentException("index must be 0 or more and the path at most 63 hashes");
    }
  }

  /** The audit path; a copy. */
  @Override
  public List<byte[]> path() {
    return path.stream().map(byte[]::clone).toList();
  }

  /** The signed checkpoint; a copy. */
  @Override
  public byte[] note() {
    return note.clone();
  }

  /** The proof as text. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder(FIRST).append("index ").append(index).append('\n');
    path.forEach(hash -> text.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
    byte[] head = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + note.length);
    System.arraycopy(note, 0, all, head.length, note.length);
    return all;
  }

  /**
   * Reads a proof. An {@code extra} line, which nothing vouches for, is passed over.
   *
   * @param bytes the text
   * @throws AuditException PROOF_INVALID when it is none
   */
  public static TlogProof parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int blank = text.indexOf("\n\n");
    if (bytes.length > MAX_BYTES
        || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)
        || !text.startsWith(FIRST)
        || blank < FIRST.length()) {
      throw invalid("it does not begin as one or has no checkpoint");
    }
    List<String> lines =
        new ArrayList<>(Arrays.asList(text.substring(FIRST.length(), blank).split("\n", -1)));
    if (lines.get(0).startsWith("extra ")) {
      lines.remove(0);
    }
    if (lines.isEmpty() || !lines.get(0).matches("index (0|[1-9][0-9]{0,17})")) {
      throw invalid("its index is malformed");
    }
    List<byte[]> path = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      path.add(hash(line));
    }
    if (path.size() > MAX_PATH) {
      throw invalid("its path is too long");
    }
    return new TlogProof(
        Long.parseLong(lines.get(0).substring("index ".length())),
        path,
        text.substring(blank + 2).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hash(String line) {
    byte[] hash = NoteKey.decode(line);
    if (hash == null || hash.length != MerkleProofs.HASH_BYTES) {
      throw invalid("a hash of its path is malformed");
    }
    return hash;
  }

  /**
   * Verifies that the entry stands in the log at the proof's index.
   *
   * @param entry the entry's bytes
   * @param origin the log it must be in
   * @param keyring whose keys for checkpoints count
   * @return the checkpoint, which covers the entry
   * @throws AuditException CHECKPOINT_UNTRUSTED when the checkpoint cannot be believed;
   *     PROOF_INVALID when the path does not lead from the entry to it
   */
  public Checkpoint verify(byte[] entry, String origin, Keyring keyring) {
    Checkpoint checkpoint = Checkpoint.verify(note, origin, keyring);
    if (index >= checkpoint.size()) {
      throw invalid("the checkpoint covers " + checkpoint.size() + " entries and not this one");
    }
    int hashes = MerkleProofs.pathLength(index, checkpoint.size());
    if (path.size() != hashes) {
      throw invalid("its path has " + path.size() + " hashes instead of " + hashes);
    }
    if (!MerkleProofs.verifyInclusion(
        MerkleProofs.leafHash(entry), index, checkpoint.size(), path, checkpoint.root())) {
      throw invalid("it does not lead from the entry to the checkpoint");
    }
    return checkpoint;
  }

  private static AuditException invalid(String why) {
    return new AuditException(AuditErrorCode.PROOF_INVALID, "inclusion proof: " + why);
  }
}
