package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Map;

/** {@link EnvelopeEncryptor} with a raw AES key. */
final class StrongroomContender implements Contender {
  private final KeyId key = new KeyId(Contenders.KEY_NAME);
  private final EncryptionContext context =
      EncryptionContext.of(Map.of(Contenders.CONTEXT_KEY, Contenders.CONTEXT_VALUE));
  private final EnvelopeEncryptor encryptor;

  StrongroomContender(byte[] key32, int frameLength, int cores) {
    this.encryptor =
        EnvelopeEncryptor.builder(
                new RawAesKeyService(
                    Contenders.NAMESPACE, Contenders.KEY_NAME, key32, new SecureRandom()))
            .frameLength(frameLength)
            .parallelism(cores)
            .build();
  }

  @Override
  public String name() {
    return "strongroom";
  }

  @Override
  public boolean writesEncryptionSdkMessages() {
    return true;
  }

  @Override
  public byte[] encrypt(byte[] plaintext) {
    return encryptor.encrypt(plaintext, key, context);
  }

  @Override
  public byte[] decrypt(byte[] message) {
    return encryptor.decrypt(message, context);
  }

  @Override
  public void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, key, context)) {
      Pieces.write(plaintext, out);
      out.finish();
    }
  }

  @Override
  public void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
    try (InputStream in = encryptor.decrypting(message, context)) {
      Pieces.read(in, buffer, sink);
    }
  }
}
