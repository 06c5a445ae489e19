package io.strongroom.crypto.subject;

import io.strongroom.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a store that turns ids of persons into pseudonyms and authenticates the records of
 * their status. Safe for use by several threads.
 */
final class LookupKey implements AutoCloseable {
  private static final int MAX_SUBJECT = 1024;
  private static final String MAC = "HmacSHA256";

  private final byte[] pseudonymKey;
  private final byte[] statusKey;
  private boolean closed;

  /**
   * The keys of a data key.
   *
   * @param dataKey 32 bytes; the caller zeroes them
   */
  LookupKey(byte[] dataKey) {
    this.pseudonymKey = derive(dataKey, "strongroom/v1/subject-pseudonym");
    this.statusKey = derive(dataKey, "strongroom/v1/subject-status");
  }

  private static byte[] derive(byte[] dataKey, String info) {
    return Hkdf.sha512(dataKey, new byte[0], info.getBytes(StandardCharsets.US_ASCII), 32);
  }

  SubjectPseudonym pseudonym(String subject) {
    byte[] id = utf8(subject);
    return new SubjectPseudonym(HexFormat.of().formatHex(mac(pseudonymKey, id)));
  }

  /** Two ids must never become one, so what has no UTF-8 form is refused. */
  private static byte[] utf8(String subject) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(subject));
      if (encoded.remaining() < 1 || encoded.remaining() > MAX_SUBJECT) {
        throw new IllegalArgumentException("a person's id has 1 to 1024 bytes in UTF-8");
      }
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException loneSurrogate) {
      throw new IllegalArgumentException("a person's id is not valid Unicode", loneSurrogate);
    }
  }

  byte[] statusMac(byte[] record) {
    return mac(statusKey, record);
  }

  private synchronized byte[] mac(byte[] key, byte[] message) {
    if (closed) {
      throw new IllegalStateException("the subject keys are closed");
    }
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + MAC, missing);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(pseudonymKey, (byte) 0);
    Arrays.fill(statusKey, (byte) 0);
  }
}
