package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of one message's content and the cipher that uses it, with the IVs and the authenticated
 * data of suite 0x0478. One cipher object serves the header and all frames. Not safe for use by
 * several threads.
 *
 * <p>Source: AWS Encryption SDK Specification, message body AAD; framed data; key commitment.
 */
final class ContentKey {
  static final int IV = 12;
  static final int TAG = 16;
  static final int COMMITMENT = 32;
  private static final int KEY = 32;
  private static final byte[] DERIVE_INFO = info(new byte[] {0x04, 0x78}, "DERIVEKEY");
  private static final byte[] COMMIT_INFO = info(new byte[0], "COMMITKEY");
  private static final byte[] FRAME_LABEL = ascii("AWSKMSEncryptionClient Frame");
  private static final byte[] FINAL_LABEL = ascii("AWSKMSEncryptionClient Final Frame");

  private final byte[] commitment;
  private final SecretKey key;
  private final Cipher cipher;
  private final byte[] iv = new byte[IV];
  private final byte[] frameAad;
  private final byte[] finalAad;

  private ContentKey(byte[] commitment, SecretKey key, Cipher cipher, byte[] messageId) {
    this.commitment = commitment;
    this.key = key;
    this.cipher = cipher;
    this.frameAad = aad(messageId, FRAME_LABEL);
    this.finalAad = aad(messageId, FINAL_LABEL);
  }

  static ContentKey derive(byte[] dataKey, byte[] messageId, @Nullable Provider provider) {
    byte[] pseudorandomKey = Hkdf.extract(dataKey, messageId);
    byte[] content = Hkdf.expand(pseudorandomKey, DERIVE_INFO, KEY);
    try {
      return new ContentKey(
          Hkdf.expand(pseudorandomKey, COMMIT_INFO, COMMITMENT),
          new SecretKeySpec(content, "AES"),
          cipher(provider),
          messageId);
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  static Cipher cipher(@Nullable Provider provider) {
    try {
      return provider == null
          ? Cipher.getInstance("AES/GCM/NoPadding")
          : Cipher.getInstance("AES/GCM/NoPadding", provider);
    } catch (NoSuchAlgorithmException | NoSuchPaddingException missing) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE,
          "the JCA provider has no AES/GCM/NoPadding",
          missing);
    }
  }

  private static byte[] aad(byte[] messageId, byte[] label) {
    return ByteBuffer.allocate(messageId.length + label.length + Integer.BYTES + Long.BYTES)
        .put(messageId)
        .put(label)
        .array();
  }

  byte[] commitment() {
    return commitment.clone();
  }

  /** The tag of a header: no plaintext, the zero IV. */
  byte[] sealHeader(byte[] body) {
    byte[] tag = new byte[TAG];
    Arrays.fill(iv, (byte) 0);
    try {
      start(Cipher.ENCRYPT_MODE, body);
      cipher.doFinal(tag, 0);
      return tag;
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  /** Checks the tag of a header. */
  void openHeader(byte[] body, byte[] tag) {
    Arrays.fill(iv, (byte) 0);
    try {
      start(Cipher.DECRYPT_MODE, body);
      cipher.doFinal(tag, 0, TAG, new byte[TAG], 0);
    } catch (AEADBadTagException altered) {
      throw notAuthentic(altered);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  /** Writes ciphertext and tag of one frame: {@code length + TAG} bytes. */
  void sealFrame(boolean last, int sequence, byte[] in, int from, int length, byte[] out, int to) {
    byte[] aad = frame(last, sequence, length);
    ByteBuffer.wrap(iv).putLong(0).putInt(sequence);
    try {
      start(Cipher.ENCRYPT_MODE, aad);
      cipher.doFinal(in, from, length, out, to);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  /**
   * Reads one frame's ciphertext and tag, {@code length + TAG} bytes, and writes {@code length}
   * bytes of plaintext. The IV is the frame's own: some writers fill it in another way. When this
   * fails, the output holds nothing that the caller may use.
   */
  void openFrame(
      boolean last,
      int sequence,
      byte[] ivSource,
      int ivFrom,
      byte[] in,
      int from,
      int length,
      byte[] out,
      int to) {
    byte[] aad = frame(last, sequence, length);
    System.arraycopy(ivSource, ivFrom, iv, 0, IV);
    try {
      start(Cipher.DECRYPT_MODE, aad);
      cipher.doFinal(in, from, length + TAG, out, to);
    } catch (AEADBadTagException altered) {
      throw notAuthentic(altered);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  private byte[] frame(boolean last, int sequence, int length) {
    byte[] aad = last ? finalAad : frameAad;
    ByteBuffer.wrap(aad, aad.length - Integer.BYTES - Long.BYTES, Integer.BYTES + Long.BYTES)
        .putInt(sequence)
        .putLong(length);
    return aad;
  }

  private void start(int mode, byte[] aad) throws GeneralSecurityException {
    try {
      cipher.init(mode, key, new GCMParameterSpec(TAG * 8, iv));
    } catch (InvalidKeyException refused) {
      throw unsuitable(refused);
    }
    cipher.updateAAD(aad);
  }

  private static CryptoException unsuitable(Exception cause) {
    return new CryptoException(
        CryptoErrorCode.PROVIDER_UNSUITABLE, "the JCA provider's AES/GCM does not work", cause);
  }

  static DecryptionFailedException notAuthentic(@Nullable Exception cause) {
    return new DecryptionFailedException(
        CryptoErrorCode.DECRYPTION_FAILED, "the message is not authentic", cause);
  }

  private static byte[] info(byte[] prefix, String label) {
    byte[] text = ascii(label);
    return ByteBuffer.allocate(prefix.length + text.length).put(prefix).put(text).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
