package io.strongroom.audit;

import java.util.Objects;

/**
 * Where an appended event stands.
 *
 * @param index index of the entry, from 0
 * @param leafHash RFC 6962 leaf hash of the entry, 64 hexadecimal digits in lower case
 */
public record AuditReceipt(long index, String leafHash) {

  /** Checks the components. */
  public AuditReceipt {
    Objects.requireNonNull(leafHash, "leafHash");
    if (index < 0) {
      throw new IllegalArgumentException("index must be 0 or more");
    }
    if (!isHash(leafHash)) {
      throw new IllegalArgumentException("leafHash must be 64 hexadecimal digits in lower case");
    }
  }

  static boolean isHash(String text) {
    boolean hexadecimal = text.length() == 2 * MerkleProofs.HASH_BYTES;
    for (int i = 0; hexadecimal && i < text.length(); i++) {
      char c = text.charAt(i);
      hexadecimal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return hexadecimal;
  }
}
