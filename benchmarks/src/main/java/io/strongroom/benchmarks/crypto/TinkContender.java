package io.strongroom.benchmarks.crypto;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Tink's streaming AEAD, AES-256-GCM-HKDF with segments of 4 KB, under a key in memory. */
final class TinkContender implements RangeContender {
  private final byte[] associated =
      (Contenders.CONTEXT_KEY + "=" + Contenders.CONTEXT_VALUE).getBytes(StandardCharsets.UTF_8);
  private final StreamingAead aead;

  TinkContender() {
    try {
      StreamingAeadConfig.register();
      this.aead =
          KeysetHandle.newBuilder()
              .addEntry(
                  KeysetHandle.generateEntryFromParameters(
                          PredefinedStreamingAeadParameters.AES256_GCM_HKDF_4KB)
                      .withRandomId()
                      .makePrimary())
              .build()
              .getPrimitive(RegistryConfiguration.get(), StreamingAead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink does not start", e);
    }
  }

  @Override
  public String name() {
    return "tink";
  }

  @Override
  public boolean writesEncryptionSdkMessages() {
    return false;
  }

  @Override
  public byte[] encrypt(byte[] plaintext) {
    ByteArrayOutputStream message = new ByteArrayOutputStream(plaintext.length + 1024);
    try {
      encrypt(plaintext, message);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return message.toByteArray();
  }

  @Override
  public byte[] decrypt(byte[] message) {
    try (InputStream in = aead.newDecryptingStream(new ByteArrayInputStream(message), associated)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink refuses a message", e);
    }
  }

  @Override
  public void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
    try (OutputStream out = aead.newEncryptingStream(sink, associated)) {
      Pieces.write(plaintext, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink does not encrypt", e);
    }
  }

  @Override
  public void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
    try (InputStream in = aead.newDecryptingStream(message, associated)) {
      Pieces.read(in, buffer, sink);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink refuses a message", e);
    }
  }

  @Override
  public Range open(byte[] message) throws IOException {
    try {
      SeekableByteChannel opened =
          aead.newSeekableDecryptingChannel(new BytesChannel(message), associated);
      return (offset, into) -> {
        opened.position(offset);
        ByteBuffer rest = ByteBuffer.wrap(into);
        while (rest.hasRemaining()) {
          opened.read(rest);
        }
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink refuses a message", e);
    }
  }
}
