package io.strongroom.crypto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Keys, contexts and plaintexts that several tests share. */
final class Samples {
  static final String NAMESPACE = "strongroom-test";
  static final KeyId KEY = new KeyId("lake-key");
  static final byte[] KEY_BYTES = filled(32, 7);
  static final EncryptionContext CONTEXT =
      EncryptionContext.strongroom().tenant("acme").dataset("transactions").build();

  private Samples() {}

  static RawAesKeyService keys() {
    return new RawAesKeyService(NAMESPACE, KEY.value(), KEY_BYTES, new SecureRandom());
  }

  static EnvelopeEncryptor encryptor(int frameLength) {
    return EnvelopeEncryptor.builder(keys()).frameLength(frameLength).build();
  }

  static byte[] filled(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static EncryptionContext context(String key, String value) {
    return EncryptionContext.of(Map.of(key, value));
  }

  static byte[] encryptStreaming(EnvelopeEncryptor encryptor, byte[] plaintext, int chunk) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, KEY, CONTEXT)) {
      for (int at = 0; at < plaintext.length; at += chunk) {
        out.write(plaintext, at, Math.min(chunk, plaintext.length - at));
      }
      out.finish();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return sink.toByteArray();
  }

  /** What a stream released, and what it threw in the end, if anything. */
  @SuppressWarnings("ArrayRecordComponent") // Compared part by part.
  record Released(byte[] bytes, RuntimeException failure) {

    static Released from(InputStream in) {
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      byte[] buffer = new byte[7];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          released.write(buffer, 0, n);
        }
        return new Released(released.toByteArray(), null);
      } catch (RuntimeException failure) {
        return new Released(released.toByteArray(), failure);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }

    boolean isPrefixOf(byte[] whole) {
      return bytes.length <= whole.length
          && Arrays.equals(bytes, Arrays.copyOf(whole, bytes.length));
    }
  }
}
