package io.strongroom.benchmarks.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Something that makes small messages and reads them. */
interface MessageContender {

  /** A new message that holds the plaintext, header and wrapped key included. */
  byte[] encrypt(byte[] plaintext);

  /** The plaintext of a message. */
  byte[] decrypt(byte[] message);

  /**
   * One of them by its name among the benchmark's parameters.
   *
   * @param kind {@code own-key}, {@code cached-key} or {@code signed}
   */
  static MessageContender named(String name, String kind) {
    if (name.equals("tink")) {
      return new TinkEnvelope();
    }
    Contender contender = Contenders.ofMessages(name, kind);
    return new MessageContender() {
      @Override
      public byte[] encrypt(byte[] plaintext) {
        return contender.encrypt(plaintext);
      }

      @Override
      public byte[] decrypt(byte[] message) {
        return contender.decrypt(message);
      }
    };
  }

  /** Tink's envelope AEAD: AES-256-GCM under a new key, which a key in memory wraps. */
  final class TinkEnvelope implements MessageContender {
    private final byte[] associated =
        (Contenders.CONTEXT_KEY + "=" + Contenders.CONTEXT_VALUE).getBytes(StandardCharsets.UTF_8);
    private final Aead aead;

    TinkEnvelope() {
      try {
        AeadConfig.register();
        Aead wrapping =
            KeysetHandle.newBuilder()
                .addEntry(
                    KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build()
                .getPrimitive(RegistryConfiguration.get(), Aead.class);
        this.aead = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, wrapping);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Tink does not start", e);
      }
    }

    @Override
    public byte[] encrypt(byte[] plaintext) {
      try {
        return aead.encrypt(plaintext, associated);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Tink does not encrypt", e);
      }
    }

    @Override
    public byte[] decrypt(byte[] message) {
      try {
        return aead.decrypt(message, associated);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Tink refuses a message", e);
      }
    }
  }
}
