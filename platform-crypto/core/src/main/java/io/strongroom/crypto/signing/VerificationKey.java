package io.strongroom.crypto.signing;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A public key that a keyring vouches for.
 *
 * @param keyId {@link SigningAlgorithm#keyId} of the public key
 * @param algorithm how the key signs; its signatures are checked by no other
 * @param purpose the only purpose that its signatures count for
 * @param publicKey the public key in the form that its algorithm states; copied in and out
 * @param holder the person or role that holds the private key, 1 to 256 characters
 * @param fromIndex first index of the audit log at which its signatures count, from 0
 * @param untilIndex first index at which they no longer count; empty while they still do
 * @param revoked whether none of its signatures counts any more, at whatever index
 */
// The bytes are copied in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record VerificationKey(
    String keyId,
    SigningAlgorithm algorithm,
    KeyPurpose purpose,
    byte[] publicKey,
    String holder,
    long fromIndex,
    OptionalLong untilIndex,
    boolean revoked) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException when the bytes are not a public key of the algorithm, the id
   *     is not that of this key, the holder is empty or too long, or the indexes are not in order
   */
  public VerificationKey {
    publicKey = publicKey.clone();
    Verifier.of(algorithm, publicKey);
    if (!keyId.equals(algorithm.keyId(publicKey))) {
      throw new IllegalArgumentException("keyId is not the id of publicKey");
    }
    if (holder.isEmpty() || holder.length() > 256) {
      throw new IllegalArgumentException("holder must have 1 to 256 characters");
    }
    if (fromIndex < 0 || (untilIndex.isPresent() && untilIndex.getAsLong() < fromIndex)) {
      throw new IllegalArgumentException("fromIndex must be 0 or more and not after untilIndex");
    }
  }

  /**
   * An Ed25519 key that is not revoked.
   *
   * @throws IllegalArgumentException as the other constructor
   */
  public VerificationKey(
      String keyId,
      KeyPurpose purpose,
      byte[] publicKey,
      String holder,
      long fromIndex,
      OptionalLong untilIndex) {
    this(keyId, SigningAlgorithm.ED25519, purpose, publicKey, holder, fromIndex, untilIndex, false);
  }

  /**
   * The public side of a signer, from the first audit index on.
   *
   * @param signer whose key it is
   * @param holder the person or role that holds the private key
   */
  public static VerificationKey of(Signer signer, String holder) {
    return new VerificationKey(
        signer.keyId(),
        signer.algorithm(),
        signer.purpose(),
        signer.publicKey(),
        holder,
        0,
        OptionalLong.empty(),
        false);
  }

  /** The public key in the form that its algorithm states; a copy. */
  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * Whether signatures count at an index of the audit log.
   *
   * @param index index of the audit log, from 0
   */
  public boolean countsAt(long index) {
    return !revoked
        && index >= fromIndex
        && (untilIndex.isEmpty() || index < untilIndex.getAsLong());
  }

  /** Checks signatures of this key, by its own algorithm. */
  public Verifier verifier() {
    return Verifier.of(algorithm, publicKey);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey that
        && keyId.equals(that.keyId)
        && algorithm == that.algorithm
        && purpose == that.purpose
        && Arrays.equals(publicKey, that.publicKey)
        && holder.equals(that.holder)
        && fromIndex == that.fromIndex
        && untilIndex.equals(that.untilIndex)
        && revoked == that.revoked;
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, purpose, holder, fromIndex, untilIndex, revoked);
  }

  @Override
  public String toString() {
    return "VerificationKey["
        + keyId
        + " "
        + algorithm.id()
        + " "
        + purpose.id()
        + " "
        + holder
        + " from "
        + fromIndex
        + (untilIndex.isPresent() ? " until " + untilIndex.getAsLong() : "")
        + (revoked ? " revoked" : "")
        + "]";
  }
}
