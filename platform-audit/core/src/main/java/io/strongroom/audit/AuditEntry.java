package io.strongroom.audit;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One entry of the log.
 *
 * @param index index of the entry, from 0
 * @param bytes the stored bytes, which the leaf hash covers; copied in and out
 * @param event what the bytes say
 * @param leafHash RFC 6962 leaf hash of the bytes, 64 hexadecimal digits in lower case
 */
// Copied in and out, compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record AuditEntry(long index, byte[] bytes, AuditEvent event, String leafHash) {

  /** Copies the bytes. */
  public AuditEntry {
    bytes = bytes.clone();
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(leafHash, "leafHash");
  }

  static AuditEntry of(long index, byte[] bytes) {
    return new AuditEntry(
        index,
        bytes,
        AuditEvent.decode(bytes),
        HexFormat.of().formatHex(MerkleProofs.leafHash(bytes)));
  }

  /** The stored bytes; a copy. */
  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditEntry that
        && index == that.index
        && Arrays.equals(bytes, that.bytes)
        && event.equals(that.event)
        && leafHash.equals(that.leafHash);
  }

  @Override
  public int hashCode() {
    return Objects.hash(index, Arrays.hashCode(bytes));
  }

  /** Index and leaf hash; what the event says is left out. */
  @Override
  public String toString() {
    return "AuditEntry[" + index + " " + leafHash + "]";
  }
}
