package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One AES-256 wrapping key in the layout of the Encryption SDK's raw AES provider: the provider
 * info is the key's name, the tag's length in bits, the IV's length and the IV; the ciphertext is
 * the wrapped key and its tag; the serialized context is authenticated with it.
 */
final class RawAesKey implements LocalKey {
  private static final int IV = 12;
  private static final int TAG = 16;

  private final String namespace;
  private final String name;
  private final byte[] prefix;
  private final SecureRandom random;

  /** Ciphers keep what they derive from the key, so they belong to this key alone. */
  private final Spares<Cipher> ciphers = new Spares<>(RawAesKey::newCipher);

  private final byte[] key;
  private boolean closed;

  RawAesKey(String namespace, String name, byte[] key32, SecureRandom random) {
    if (key32.length != 32) {
      throw new IllegalArgumentException("a wrapping key has 32 bytes, not " + key32.length);
    }
    if (namespace.isEmpty()) {
      throw new IllegalArgumentException("the namespace is empty");
    }
    this.namespace = namespace;
    this.name = name;
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    this.prefix =
        ByteBuffer.allocate(encoded.length + 8).put(encoded).putInt(TAG * 8).putInt(IV).array();
    this.key = key32.clone();
    this.random = Objects.requireNonNull(random, "random");
  }

  String namespace() {
    return namespace;
  }

  @Override
  public boolean unwraps() {
    return true;
  }

  @Override
  public boolean wrapped(WrappedDataKey wrapped) {
    return wrapped.providerId().equals(namespace) && named(wrapped.providerInfo());
  }

  private boolean named(byte[] info) {
    return info.length == prefix.length + IV
        && Arrays.equals(info, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public DataKey generate(EncryptionContext context) {
    byte[] drawn = new byte[DataKey.LENGTH + IV];
    random.nextBytes(drawn);
    byte[] plaintext = Arrays.copyOf(drawn, DataKey.LENGTH);
    try {
      byte[] iv = Arrays.copyOfRange(drawn, DataKey.LENGTH, drawn.length);
      return new DataKey(plaintext, wrap(plaintext, iv, context));
    } finally {
      Arrays.fill(drawn, (byte) 0);
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private WrappedDataKey wrap(byte[] plaintext, byte[] iv, EncryptionContext context) {
    try {
      byte[] info = ByteBuffer.allocate(prefix.length + IV).put(prefix).put(iv).array();
      byte[] ciphertext = run(Cipher.ENCRYPT_MODE, iv, context, plaintext);
      return WrappedDataKey.of(namespace, info, ciphertext);
    } catch (GeneralSecurityException unexpected) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "AES/GCM cannot wrap a data key", unexpected);
    }
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    byte[] info = wrapped.providerInfo();
    if (!wrapped(wrapped)) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "the data key was not wrapped by key " + name);
    }
    byte[] ciphertext = wrapped.ciphertext();
    if (!DataKey.hasLength(ciphertext.length - TAG)) {
      throw refused(null);
    }
    byte[] plaintext = new byte[0];
    try {
      byte[] iv = Arrays.copyOfRange(info, prefix.length, info.length);
      plaintext = run(Cipher.DECRYPT_MODE, iv, context, ciphertext);
      return new DataKey(plaintext, wrapped);
    } catch (GeneralSecurityException notAuthentic) {
      throw refused(notAuthentic);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private DecryptionFailedException refused(@Nullable Exception cause) {
    return new DecryptionFailedException(
        CryptoErrorCode.DECRYPTION_FAILED,
        "a data key wrapped by key " + name + " is not authentic in this context",
        cause);
  }

  @Override
  public WrappedDataKey wrap(byte[] plaintext, EncryptionContext context) {
    byte[] iv = new byte[IV];
    random.nextBytes(iv);
    return wrap(plaintext, iv, context);
  }

  private byte[] run(int mode, byte[] iv, EncryptionContext context, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = ciphers.take();
    cipher.init(mode, key(), new GCMParameterSpec(TAG * 8, iv));
    cipher.updateAAD(context.serialize());
    byte[] output = cipher.doFinal(input);
    keep(cipher);
    return output;
  }

  private synchronized SecretKeySpec key() {
    if (closed) {
      throw new IllegalStateException("key " + name + " is closed");
    }
    return new SecretKeySpec(key, "AES");
  }

  private synchronized void keep(Cipher cipher) {
    if (!closed) {
      ciphers.give(cipher);
    }
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE,
          "the JCA provider has no AES/GCM/NoPadding",
          missing);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    ciphers.clear();
    Arrays.fill(key, (byte) 0);
  }
}
