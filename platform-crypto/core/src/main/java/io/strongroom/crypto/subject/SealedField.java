package io.strongroom.crypto.subject;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a sealed field: format version 1, key version u32, salt 16, IV 12, ciphertext, tag
 * 16. Source: FORMAT.md, sealed fields.
 */
final class SealedField {
  static final int SALT = 16;
  static final int IV = 12;
  static final int MAX_PLAINTEXT = 1024 * 1024;

  private static final int TAG = 16;
  private static final int START = 1 + 4 + SALT + IV;
  private static final byte FORMAT = 1;
  private static final byte[] KEY_INFO =
      "strongroom/v1/subject-field".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LABEL =
      "strongroom sealed field v1\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private SealedField(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A field's bytes, of the right form and not yet authentic.
   *
   * @throws DecryptionFailedException when they are of another form
   */
  static SealedField parse(byte[] sealed) {
    if (sealed.length < START + TAG
        || sealed.length > START + MAX_PLAINTEXT + TAG
        || sealed[0] != FORMAT
        || ByteBuffer.wrap(sealed).getInt(1) < 1) {
      throw unauthentic(null);
    }
    return new SealedField(sealed);
  }

  int keyVersion() {
    return ByteBuffer.wrap(bytes).getInt(1);
  }

  private byte[] salt() {
    return Arrays.copyOfRange(bytes, 5, 5 + SALT);
  }

  /** The key of one salt; the caller zeroes it. */
  static byte[] derive(byte[] subjectKey, SubjectPseudonym subject, int version, byte[] salt) {
    byte[] info =
        ByteBuffer.allocate(KEY_INFO.length + 36)
            .put(KEY_INFO)
            .put(subject.bytes())
            .putInt(version)
            .array();
    return Hkdf.sha512(subjectKey, salt, info, 32);
  }

  static byte[] seal(
      SealingKey key,
      byte[] iv,
      SubjectPseudonym subject,
      SubjectField field,
      byte[] plaintext,
      Optional<Provider> provider) {
    byte[] sealed = new byte[START + plaintext.length + TAG];
    ByteBuffer.wrap(sealed).put(FORMAT).putInt(key.version()).put(key.salt()).put(iv);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key.key(), iv, 0, provider);
      cipher.updateAAD(authenticated(subject, key.version(), field));
      cipher.doFinal(plaintext, 0, plaintext.length, sealed, START);
      return sealed;
    } catch (GeneralSecurityException refused) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "the JCA provider does not seal", refused);
    }
  }

  byte[] open(
      byte[] subjectKey,
      SubjectPseudonym subject,
      SubjectField field,
      Optional<Provider> provider) {
    byte[] key = derive(subjectKey, subject, keyVersion(), salt());
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, bytes, 5 + SALT, provider);
      cipher.updateAAD(authenticated(subject, keyVersion(), field));
      return cipher.doFinal(bytes, START, bytes.length - START);
    } catch (AEADBadTagException unauthentic) {
      throw unauthentic(unauthentic);
    } catch (GeneralSecurityException refused) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "the JCA provider does not open", refused);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Made anew each time: a cipher that is kept would keep the key. */
  private static Cipher cipher(
      int mode, byte[] key, byte[] ivSource, int ivAt, Optional<Provider> provider)
      throws GeneralSecurityException {
    String algorithm = "AES/GCM/NoPadding";
    Cipher cipher =
        provider.isPresent()
            ? Cipher.getInstance(algorithm, provider.get())
            : Cipher.getInstance(algorithm);
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, ivSource, ivAt, IV));
    return cipher;
  }

  private static byte[] authenticated(SubjectPseudonym subject, int version, SubjectField field) {
    byte[] dataset = field.dataset().getBytes(StandardCharsets.UTF_8);
    byte[] name = field.field().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(LABEL.length + 32 + 4 + 2 + dataset.length + 2 + name.length)
        .put(LABEL)
        .put(subject.bytes())
        .putInt(version)
        .putShort((short) dataset.length)
        .put(dataset)
        .putShort((short) name.length)
        .put(name)
        .array();
  }

  private static DecryptionFailedException unauthentic(@Nullable Exception cause) {
    return new DecryptionFailedException(
        CryptoErrorCode.DECRYPTION_FAILED,
        "a sealed field was altered, or belongs to another person, dataset or field",
        cause);
  }
}
