package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import java.security.SecureRandom;
import java.util.Map;

/** {@link EnvelopeEncryptor} with a raw AES key. */
final class StrongroomContender implements Contender {
  private final KeyId key = new KeyId(Contenders.KEY_NAME);
  private final EncryptionContext context =
      EncryptionContext.of(Map.of(Contenders.CONTEXT_KEY, Contenders.CONTEXT_VALUE));
  private final EnvelopeEncryptor encryptor;

  StrongroomContender(byte[] key32, int frameLength) {
    this.encryptor =
        EnvelopeEncryptor.builder(
                new RawAesKeyService(
                    Contenders.NAMESPACE, Contenders.KEY_NAME, key32, new SecureRandom()))
            .frameLength(frameLength)
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
}
