package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of one message's content and what its frames are bound to. Immutable; safe for use by
 * several threads, each with a {@link FrameCipher} of its own.
 *
 * <p>Source: AWS Encryption SDK Specification, key commitment.
 */
final class ContentKey {
  static final int IV = 12;
  static final int TAG = 16;
  static final int COMMITMENT = 32;
  private static final int KEY = 32;
  private static final byte[] DERIVE_INFO = info(new byte[] {0x04, 0x78}, "DERIVEKEY");
  private static final byte[] COMMIT_INFO = info(new byte[0], "COMMITKEY");

  private final byte[] messageId;
  private final byte[] commitment;
  private final SecretKey key;

  private ContentKey(byte[] messageId, byte[] commitment, SecretKey key) {
    this.messageId = messageId;
    this.commitment = commitment;
    this.key = key;
  }

  static ContentKey derive(byte[] dataKey, byte[] messageId) {
    byte[] pseudorandomKey = Hkdf.extract(dataKey, messageId);
    byte[] content = new byte[0];
    try {
      content = Hkdf.expand(pseudorandomKey, DERIVE_INFO, KEY);
      return new ContentKey(
          messageId,
          Hkdf.expand(pseudorandomKey, COMMIT_INFO, COMMITMENT),
          new SecretKeySpec(content, "AES"));
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  /** The message's own array: not to be changed. */
  byte[] messageId() {
    return messageId;
  }

  SecretKey key() {
    return key;
  }

  byte[] commitment() {
    return commitment.clone();
  }

  static DecryptionFailedException notAuthentic(@Nullable Exception cause) {
    return new DecryptionFailedException(
        CryptoErrorCode.DECRYPTION_FAILED, "the message is not authentic", cause);
  }

  private static byte[] info(byte[] prefix, String label) {
    byte[] text = ascii(label);
    return ByteBuffer.allocate(prefix.length + text.length).put(prefix).put(text).array();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
