package io.strongroom.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** The key derivation function HKDF with HMAC-SHA-512. Source: RFC 5869. */
public final class Hkdf {
  private static final String MAC = "HmacSHA512";
  private static final int HASH = 64;

  private static final SecretKeySpec NO_KEY = new SecretKeySpec(new byte[HASH], MAC);
  private static final Spares<Mac> MACS = new Spares<>(Hkdf::newMac);

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
    Mac mac = MACS.take();
    try {
      key(mac, salt.length == 0 ? NO_KEY : new SecretKeySpec(salt, MAC));
      return mac.doFinal(ikm);
    } finally {
      putBack(mac);
    }
  }

  static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    if (length < 0 || length > 255 * HASH) {
      throw new IllegalArgumentException("HKDF gives 0 to 16320 bytes, not " + length);
    }
    Mac mac = MACS.take();
    try {
      key(mac, new SecretKeySpec(pseudorandomKey, MAC));
      return expand(mac, info, length);
    } finally {
      putBack(mac);
    }
  }

  /**
   * Extracts once and expands twice, for one keying of the Mac less each time.
   *
   * @param otherInfo binds the second result, which is no secret: the hash goes on holding it
   */
  static byte[][] expandTwice(
      byte[] ikm, byte[] salt, byte[] info, int length, byte[] otherInfo, int otherLength) {
    Mac mac = MACS.take();
    boolean complete = false;
    try {
      key(mac, new SecretKeySpec(salt, MAC));
      byte[] pseudorandomKey = mac.doFinal(ikm);
      key(mac, new SecretKeySpec(pseudorandomKey, MAC));
      Arrays.fill(pseudorandomKey, (byte) 0);
      byte[][] results = {expand(mac, info, length), expand(mac, otherInfo, otherLength)};
      key(mac, NO_KEY);
      MACS.give(mac);
      complete = true;
      return results;
    } finally {
      if (!complete) {
        putBack(mac);
      }
    }
  }

  private static byte[] expand(Mac mac, byte[] info, int length) {
    byte[] result = new byte[length];
    byte[] block = new byte[HASH];
    try {
      for (int done = 0, counter = 1; done < length; done += HASH, counter++) {
        if (counter > 1) {
          mac.update(block);
        }
        mac.update(info);
        mac.update((byte) counter);
        mac.doFinal(block, 0);
        System.arraycopy(block, 0, result, done, Math.min(HASH, length - done));
      }
      return result;
    } catch (ShortBufferException impossible) {
      throw unsuitable(impossible);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }

  /**
   * Keeps a Mac for the next caller, without the key it had. The hash beneath goes on holding its
   * last result, which is a key too, until it is used and then reset.
   */
  private static void putBack(Mac mac) {
    key(mac, NO_KEY);
    mac.update((byte) 0);
    mac.reset();
    MACS.give(mac);
  }

  private static void key(Mac mac, SecretKeySpec key) {
    try {
      mac.init(key);
    } catch (GeneralSecurityException refused) {
      throw unsuitable(refused);
    }
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(MAC);
    } catch (GeneralSecurityException missing) {
      throw unsuitable(missing);
    }
  }

  private static CryptoException unsuitable(GeneralSecurityException cause) {
    return new CryptoException(
        CryptoErrorCode.PROVIDER_UNSUITABLE, "no JCA provider has a working " + MAC, cause);
  }
}
