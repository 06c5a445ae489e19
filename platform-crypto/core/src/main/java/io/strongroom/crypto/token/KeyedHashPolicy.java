package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/**
 * Any text of 1 to 65,536 bytes of UTF-8 becomes a token of fixed length: HMAC-SHA-256 under the
 * policy's key, cut to its first bytes. Equal texts have equal tokens, byte for byte: nothing is
 * normalized. Not reversible, but who has the key can try texts.
 *
 * @param name name of the policy; part of the token
 * @param bytes how many bytes of the HMAC are kept, 16 to 32; fewer make two texts with the same
 *     token likely and need {@code collisionsAccepted}; part of the token
 * @param collisionsAccepted whether {@code bytes} may be as few as 4
 * @param encoding how the bytes are written; part of the token
 * @param keyVersion version of the key, from 1; part of the token
 */
public record KeyedHashPolicy(
    String name, int bytes, boolean collisionsAccepted, Encoding encoding, int keyVersion)
    implements TokenPolicy {

  /** The least number of bytes at which collisions need not be thought of. */
  private static final int SAFE_BYTES = 16;

  private static final int MIN_BYTES = 4;
  private static final int MAX_BYTES = 32;

  /** How the bytes of a token are written. */
  public enum Encoding {
    /** Base64 with {@code -} and {@code _}, without padding (RFC 4648 section 5). */
    BASE64URL,
    /** Hexadecimal with small letters. */
    HEX
  }

  /**
   * Checks the policy.
   *
   * @throws TokenKeyException with {@link CryptoErrorCode#TOKEN_POLICY_INVALID} when a limit above
   *     is not kept; the message names the component
   */
  public KeyedHashPolicy {
    PolicyRule.nameAndVersion(name, keyVersion);
    int least = collisionsAccepted ? MIN_BYTES : SAFE_BYTES;
    PolicyRule.require(
        bytes >= least && bytes <= MAX_BYTES,
        "bytes",
        "of policy " + name + " must be " + least + " to " + MAX_BYTES);
  }

  /**
   * A policy of 16 bytes in base64url: 22 characters. Among a billion texts the chance that any two
   * have the same token is below 2^-67.
   */
  public KeyedHashPolicy(String name, int keyVersion) {
    this(name, SAFE_BYTES, false, Encoding.BASE64URL, keyVersion);
  }

  /**
   * A policy of fewer bytes than are safe, for systems with short fields. Two of {@code n} texts
   * have the same token with a chance of about {@code n^2 / 2^(8 * bytes + 1)}.
   */
  public static KeyedHashPolicy shortWithCollisions(
      String name, int bytes, Encoding encoding, int keyVersion) {
    return new KeyedHashPolicy(name, bytes, true, encoding, keyVersion);
  }

  @Override
  public String kind() {
    return "hmac-sha256";
  }

  @Override
  public boolean reversible() {
    return false;
  }
}
