package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.VerificationKey;
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
   * Reads a checkpoint that must carry the signatures that the keyring asks for: one of a key for
   * checkpoints that counts at its last entry, and, where the keyring has keys for cosignatures
   * that count there, one of those.
   *
   * @param note the signed note
   * @param origin the log it must be of
   * @param keyring whose keys for checkpoints and cosignatures count
   * @throws AuditException CHECKPOINT_UNTRUSTED when it is malformed or of another log;
   *     CHECKPOINT_KEY_UNKNOWN, CHECKPOINT_KEY_RETIRED, CHECKPOINT_KEY_PURPOSE,
   *     CHECKPOINT_SIGNATURE_WRONG or POST_QUANTUM_LINE_MISSING for its signatures;
   *     LOG_NAME_REFUSED for the origin
   */
  public static Checkpoint verify(byte[] note, String origin, Keyring keyring) {
    return new CheckpointTrust(origin, keyring, null).verify(note);
  }

  /**
   * Reads a checkpoint that must carry the signatures that the keyring and a policy ask for.
   *
   * @param policy the policy; it comes with the keyring and not from the log
   * @throws AuditException as the other method, and QUORUM_MISSING
   */
  public static Checkpoint verify(
      byte[] note, String origin, Keyring keyring, CheckpointPolicy policy) {
    return new CheckpointTrust(origin, keyring, Objects.requireNonNull(policy, "policy"))
        .verify(note);
  }

  /**
   * A verification key in the text form of C2SP signed-note, which other verifiers of transparency
   * logs take: {@code origin+id+key}.
   *
   * @param origin name of the log
   * @param publicKey Ed25519 public key, 32 raw bytes
   */
  public static String verifierKey(String origin, byte[] publicKey) {
    return NoteKey.of(origin, NoteKey.Type.ED25519, publicKey).verifierKey();
  }

  /**
   * A key of the keyring in the text form of C2SP signed-note, of type 0x01, 0x02 or 0x06.
   *
   * @param origin name of the log
   * @param key a key of Ed25519, of ECDSA on P-256 or of ML-DSA-44
   * @throws IllegalArgumentException when it is of another algorithm
   */
  public static String verifierKey(String origin, VerificationKey key) {
    return NoteKey.ofLog(origin, key)
        .orElseThrow(() -> new IllegalArgumentException("checkpoints have no lines of such a key"))
        .verifierKey();
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
