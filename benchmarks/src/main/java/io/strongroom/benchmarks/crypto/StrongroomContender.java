package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RangedSource;
import io.strongroom.crypto.RawAesKeyService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/** {@link EnvelopeEncryptor} with a raw AES key. */
final class StrongroomContender implements RangeContender {
  private final KeyId key = new KeyId(Contenders.KEY_NAME);
  private final EncryptionContext context =
      EncryptionContext.of(Map.of(Contenders.CONTEXT_KEY, Contenders.CONTEXT_VALUE));
  private final EnvelopeEncryptor encryptor;

  private StrongroomContender(EnvelopeEncryptor encryptor) {
    this.encryptor = encryptor;
  }

  static StrongroomContender plain(byte[] key32, int frameLength, int cores) {
    return new StrongroomContender(
        EnvelopeEncryptor.builder(keys(key32)).frameLength(frameLength).parallelism(cores).build());
  }

  /** With one data key for all messages, as far as an hour goes. */
  static StrongroomContender cached(byte[] key32) {
    DataKeyLimits limits =
        DataKeyLimits.of(
            Duration.ofHours(1), DataKeyLimits.MOST_MESSAGES, DataKeyLimits.MOST_BYTES);
    CachingKeyService cache = CachingKeyService.builder(keys(key32), limits).build();
    return new StrongroomContender(EnvelopeEncryptor.builder(cache).parallelism(1).build());
  }

  /** In suite 0x0578. */
  static StrongroomContender signed(byte[] key32) {
    return new StrongroomContender(
        EnvelopeEncryptor.builder(keys(key32)).signed(true).parallelism(1).build());
  }

  private static KeyService keys(byte[] key32) {
    return new RawAesKeyService(
        Contenders.NAMESPACE, Contenders.KEY_NAME, key32, new SecureRandom());
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

  @Override
  public Range open(byte[] message) {
    EnvelopeChannel opened = encryptor.open(RangedSource.of(message), context);
    return (offset, into) -> opened.read(offset, into, 0, into.length);
  }
}
