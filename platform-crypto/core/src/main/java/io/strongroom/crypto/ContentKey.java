package io.strongroom.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of one message's content and what its frames are bound to. Immutable; safe for use by
 * several threads, each with a {@link FrameCipher} of its own.
 */
final class ContentKey {
  static final int IV = 12;
  static final int TAG = 16;
  static final int COMMITMENT = 32;

  private final byte[] messageId;
  private final byte[] commitment;
  private final SecretKey key;

  private ContentKey(byte[] messageId, byte[] commitment, SecretKey key) {
    this.messageId = messageId;
    this.commitment = commitment;
    this.key = key;
  }

  /**
   * Derives the key of a message.
   *
   * @throws DecryptionFailedException when the data key does not have the length that the suite has
   */
  static ContentKey derive(Suite suite, byte[] dataKey, byte[] messageId) {
    if (dataKey.length != suite.keyLength()) {
      throw notAuthentic(null);
    }
    KeyDerivation derived = KeyDerivation.of(suite, dataKey, messageId);
    try {
      return new ContentKey(
          messageId, derived.commitment(), new SecretKeySpec(derived.content(), "AES"));
    } finally {
      Arrays.fill(derived.content(), (byte) 0);
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

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
