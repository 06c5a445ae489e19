package io.strongroom.crypto.signing;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A public key that a keyring vouches for.
 *
 * @param keyId the first 16 hexadecimal digits of SHA-256 of the public key
 * @param purpose the only purpose that its signatures count for
 * @param publicKey Ed25519 public key, 32 raw bytes; copied in and out
 * @param holder the person or role that holds the private key, 1 to 256 characters
 * @param fromIndex first index of the audit log at which its signatures count, from 0
 * @param untilIndex first index at which they no longer count; empty while they still do
 */
// The bytes are copied in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record VerificationKey(
    String keyId,
    KeyPurpose purpose,
    byte[] publicKey,
    String holder,
    long fromIndex,
    OptionalLong untilIndex) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException when the bytes are not a public key, the id is not that of
   *     this key, the holder is empty or too long, or the indexes are not in order
   */
  public VerificationKey {
    publicKey = publicKey.clone();
    if (!Ed25519Verifier.isPublicKey(publicKey)) {
      throw new IllegalArgumentException("publicKey is not an Ed25519 public key");
    }
    if (!keyId.equals(Ed25519Key.id(publicKey))) {
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
   * The public side of a signer, from the first audit index on.
   *
   * @param signer whose key it is
   * @param holder the person or role that holds the private key
   */
  public static VerificationKey of(Signer signer, String holder) {
    return new VerificationKey(
        signer.keyId(), signer.purpose(), signer.publicKey(), holder, 0, OptionalLong.empty());
  }

  /** The public key, 32 raw bytes; a copy. */
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
    return index >= fromIndex && (untilIndex.isEmpty() || index < untilIndex.getAsLong());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey that
        && keyId.equals(that.keyId)
        && purpose == that.purpose
        && Arrays.equals(publicKey, that.publicKey)
        && holder.equals(that.holder)
        && fromIndex == that.fromIndex
        && untilIndex.equals(that.untilIndex);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, purpose, Arrays.hashCode(publicKey), holder, fromIndex, untilIndex);
  }

  @Override
  public String toString() {
    return "VerificationKey["
        + keyId
        + " "
        + purpose.id()
        + " "
        + HexFormat.of().formatHex(publicKey)
        + " "
        + holder
        + " from "
        + fromIndex
        + (untilIndex.isPresent() ? " until " + untilIndex.getAsLong() : "")
        + "]";
  }
}
