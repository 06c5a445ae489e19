package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A signed statement of a log's size and root: a C2SP tlog-checkpoint.
 *
 * @param origin name of the log
 * @param size number of entries
 * @param root RFC 6962 root over them, 32 bytes; copied in and out
 * @param note the signed note as it is stored, empty for an empty log; copied in and out
 */
// Copied in and out, compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record Checkpoint(String origin, long size, byte[] root, byte[] note) {

  /** Copies the arrays. */
  public Checkpoint {
    Objects.requireNonNull(origin, "origin");
    root = root.clone();
    note = note.clone();
    if (size < 0 || root.length != MerkleProofs.HASH_BYTES) {
      throw new IllegalArgumentException("size must be 0 or more and root 32 bytes long");
    }
  }

  /**
   * Reads a checkpoint that must carry a valid signature.
   *
   * @param note the signed note
   * @param origin the log it must be of
   * @param keyring whose keys for checkpoints count
   * @throws AuditException CHECKPOINT_UNTRUSTED when it is malformed, is of another log, has no
   *     signature of a known key, or has one that is wrong
   */
  public static Checkpoint verify(byte[] note, String origin, Keyring keyring) {
    return CheckpointNote.verify(note, origin, keyring);
  }

  /**
   * A verification key in the text form of C2SP signed-note, which other verifiers of transparency
   * logs take: {@code origin+id+key}.
   *
   * @param origin name of the log
   * @param publicKey Ed25519 public key, 32 raw bytes
   */
  public static String verifierKey(String origin, byte[] publicKey) {
    return CheckpointNote.verifierKey(origin, publicKey);
  }

  /** The root; a copy. */
  @Override
  public byte[] root() {
    return root.clone();
  }

  /** The signed note; a copy. */
  @Override
  public byte[] note() {
    return note.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Checkpoint that
        && origin.equals(that.origin)
        && size == that.size
        && Arrays.equals(root, that.root)
        && Arrays.equals(note, that.note);
  }

  @Override
  public int hashCode() {
    return Objects.hash(origin, size, Arrays.hashCode(root), Arrays.hashCode(note));
  }

  @Override
  public String toString() {
    return "Checkpoint[" + origin + " " + size + " " + HexFormat.of().formatHex(root) + "]";
  }
}
