package io.strongroom.storage.parquet;

import io.strongroom.storage.run.ModuleKey;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.parquet.format.BlockCipher;

/**
 * Encrypts modules of a file: four bytes of length, a random nonce of 12 bytes, the ciphertext, a
 * tag of 16 bytes (Parquet Modular Encryption, AES_GCM_V1). Each module is counted by its key.
 *
 * <p>A module is fed in pieces: a fresh JVM has its fast AES-GCM ready after few of them, but not
 * after few long calls. For one thread.
 */
final class PageCipher implements BlockCipher.Encryptor {
  private static final int PIECE = 8 * 1024;
  private static final int LENGTH_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** What a module is longer than its content. */
  static final int OVERHEAD = LENGTH_BYTES + NONCE_BYTES + TAG_BYTES;

  private final ModuleKey counter;
  private final SecretKeySpec key;
  private final Cipher cipher;
  private final SecureRandom random = new SecureRandom();
  private final byte[] nonce = new byte[NONCE_BYTES];

  PageCipher(ModuleKey key) {
    this.counter = key;
    byte[] plain = key.copy();
    this.key = new SecretKeySpec(plain, "AES");
    Arrays.fill(plain, (byte) 0);
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has AES-GCM", missing);
    }
  }

  @Override
  public byte[] encrypt(byte[] plaintext, byte[] aad) {
    byte[] module = new byte[plaintext.length + OVERHEAD];
    encrypt(plaintext, 0, plaintext.length, aad, module);
    return module;
  }

  /**
   * Encrypts a module.
   *
   * @param into at least {@link #OVERHEAD} bytes longer than the content
   * @return the length of the module
   */
  int encrypt(byte[] plaintext, int offset, int length, byte[] aad, byte[] into) {
    FileEncryption.count(counter, 1);
    random.nextBytes(nonce);
    int stored = NONCE_BYTES + length + TAG_BYTES;
    for (int index = 0; index < LENGTH_BYTES; index++) {
      into[index] = (byte) (stored >>> (Byte.SIZE * index));
    }
    System.arraycopy(nonce, 0, into, LENGTH_BYTES, NONCE_BYTES);
    int out = LENGTH_BYTES + NONCE_BYTES;
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
      cipher.updateAAD(aad);
      int at = offset;
      int end = offset + length;
      while (end - at > PIECE) {
        out += cipher.update(plaintext, at, PIECE, into, out);
        at += PIECE;
      }
      out += cipher.doFinal(plaintext, at, end - at, into, out);
    } catch (ShortBufferException tooShort) {
      throw new IllegalArgumentException("the buffer for a module is too short", tooShort);
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("a module could not be encrypted", failed);
    }
    return out;
  }
}
