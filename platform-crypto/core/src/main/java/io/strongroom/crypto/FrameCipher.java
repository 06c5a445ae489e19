package io.strongroom.crypto;

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
import org.jspecify.annotations.Nullable;

/**
 * One worker's cipher, with the IV and the authenticated data of the frames that it seals and
 * opens, patched in place. Serves one message after the other. Not safe for use by several threads.
 *
 * <p>Source: AWS Encryption SDK Specification, message body AAD; framed data.
 */
final class FrameCipher {
  private static final int NUMBERS = Integer.BYTES + Long.BYTES;
  private static final byte[] FRAME_LABEL = ContentKey.ascii("AWSKMSEncryptionClient Frame");
  private static final byte[] FINAL_LABEL = ContentKey.ascii("AWSKMSEncryptionClient Final Frame");
  private static final byte[] SINGLE_LABEL =
      ContentKey.ascii("AWSKMSEncryptionClient Single Block");

  private final Cipher cipher;
  private final byte[] iv = new byte[ContentKey.IV];
  private byte[] frameAad = new byte[0];
  private byte[] finalAad = new byte[0];
  private @Nullable ContentKey content;
  private @Nullable SecretKey key;

  FrameCipher(@Nullable Provider provider) {
    this.cipher = cipher(provider);
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

  /** Makes this the cipher of a message. */
  FrameCipher use(ContentKey message) {
    if (content != message) {
      content = message;
      key = message.key();
      byte[] messageId = message.messageId();
      frameAad = aad(frameAad, messageId, FRAME_LABEL);
      finalAad = aad(finalAad, messageId, FINAL_LABEL);
    }
    return this;
  }

  /** Forgets the message, as far as the provider lets it. */
  void forget() {
    content = null;
    key = null;
  }

  private static byte[] aad(byte[] former, byte[] messageId, byte[] label) {
    int length = messageId.length + label.length + NUMBERS;
    byte[] aad = former.length == length ? former : new byte[length];
    System.arraycopy(messageId, 0, aad, 0, messageId.length);
    System.arraycopy(label, 0, aad, messageId.length, label.length);
    return aad;
  }

  /** The tag of a header: no plaintext, the zero IV. */
  byte[] sealHeader(byte[] body) {
    byte[] tag = new byte[ContentKey.TAG];
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
  void openHeader(byte[] authenticated, byte[] tagIv, byte[] tag) {
    System.arraycopy(tagIv, 0, iv, 0, ContentKey.IV);
    try {
      start(Cipher.DECRYPT_MODE, authenticated);
      cipher.doFinal(tag, 0, ContentKey.TAG, new byte[ContentKey.TAG], 0);
    } catch (AEADBadTagException altered) {
      throw ContentKey.notAuthentic(altered);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  /**
   * Seals one frame into {@code out} and gives the number of bytes written. The plaintext may stand
   * where the ciphertext goes, behind the frame's prefix.
   */
  int seal(boolean last, long sequence, byte[] in, int from, int length, byte[] out, int to) {
    int at = FrameLayout.putPrefix(last, sequence, length, out, to);
    int number = (int) sequence;
    byte[] aad = frame(last, number, length);
    FrameLayout.putLong(iv, 0, 0);
    FrameLayout.putInt(iv, Long.BYTES, number);
    try {
      start(Cipher.ENCRYPT_MODE, aad);
      cipher.doFinal(in, from, length, out, at);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
    return at - to + length + ContentKey.TAG;
  }

  /**
   * Opens one frame that begins at {@code from} and writes {@code length} bytes of plaintext. The
   * IV is the frame's own: some writers fill it in another way. When this fails, the output holds
   * nothing that the caller may use.
   */
  void open(boolean last, long sequence, byte[] in, int from, int length, byte[] out, int to) {
    int number = last ? from + FrameLayout.MARK : from;
    FrameLayout.requireNumber(in, number, sequence);
    byte[] aad = frame(last, (int) sequence, length);
    System.arraycopy(in, number + Integer.BYTES, iv, 0, ContentKey.IV);
    int sealed = from + (last ? FrameLayout.FINAL_PREFIX : FrameLayout.REGULAR_PREFIX);
    open(aad, in, sealed, length, out, to);
  }

  /**
   * Opens a body without frames that begins at {@code from}. When this fails, the output holds
   * nothing that the caller may use.
   */
  void openUnframed(ContentKey message, byte[] in, int from, int length, byte[] out) {
    byte[] aad = numbered(aad(new byte[0], message.messageId(), SINGLE_LABEL), 1, length);
    System.arraycopy(in, from, iv, 0, ContentKey.IV);
    open(aad, in, from + UnframedLayout.PREFIX, length, out, 0);
  }

  private void open(byte[] aad, byte[] in, int sealed, int length, byte[] out, int to) {
    try {
      start(Cipher.DECRYPT_MODE, aad);
      cipher.doFinal(in, sealed, length + ContentKey.TAG, out, to);
    } catch (AEADBadTagException altered) {
      throw ContentKey.notAuthentic(altered);
    } catch (GeneralSecurityException unexpected) {
      throw unsuitable(unexpected);
    }
  }

  private byte[] frame(boolean last, int sequence, int length) {
    return numbered(last ? finalAad : frameAad, sequence, length);
  }

  private static byte[] numbered(byte[] aad, int sequence, int length) {
    FrameLayout.putInt(aad, aad.length - NUMBERS, sequence);
    FrameLayout.putLong(aad, aad.length - Long.BYTES, length);
    return aad;
  }

  private void start(int mode, byte[] aad) throws GeneralSecurityException {
    try {
      cipher.init(mode, key, new GCMParameterSpec(ContentKey.TAG * 8, iv));
    } catch (InvalidKeyException refused) {
      throw unsuitable(refused);
    }
    cipher.updateAAD(aad);
  }

  private static CryptoException unsuitable(Exception cause) {
    return new CryptoException(
        CryptoErrorCode.PROVIDER_UNSUITABLE, "the JCA provider's AES/GCM does not work", cause);
  }
}
