package io.strongroom.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key derivation function HKDF with HMAC-SHA-512. Source: RFC 5869. */
public final class Hkdf {
  private static final String MAC = "HmacSHA512";
  private static final int HASH = 64;

  private Hkdf() {}

  /**
   * Extracts and expands.
   *
   * @param ikm the input keying material
   * @param salt the salt; empty means 64 zero bytes
   * @param info binds the result to its use
   * @param length of the result, 0 to 16,320 bytes
   * @return a new array, which the caller zeroes
   * @throws IllegalArgumentException when the length is out of range
   */
  public static byte[] sha512(byte[] ikm, byte[] salt, byte[] info, int length) {
    byte[] pseudorandomKey = extract(ikm, salt);
    try {
      return expand(pseudorandomKey, info, length);
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
    }
  }

  static byte[] extract(byte[] ikm, byte[] salt) {
    return mac(salt.length == 0 ? new byte[HASH] : salt).doFinal(ikm);
  }

  static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    if (length < 0 || length > 255 * HASH) {
      throw new IllegalArgumentException("HKDF gives 0 to 16320 bytes, not " + length);
    }
    Mac mac = mac(pseudorandomKey);
    byte[] result = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, counter = 1; done < length; done += HASH, counter++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) counter);
      block = mac.doFinal();
      System.arraycopy(block, 0, result, done, Math.min(HASH, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return result;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "no JCA provider has " + MAC, missing);
    }
  }
}
