package io.strongroom.crypto;

import java.security.SecureRandom;

/**
 * A key service of one AES-256 key in memory. Wraps in the layout of the Encryption SDK's raw AES
 * provider, so the official SDK's raw AES keyring of the same namespace and name unwraps it. Safe
 * for use by several threads; zeroes its copy of the key on {@link #close()}.
 *
 * <p>Wraps with a random IV of 96 bits: at most 2<sup>32</sup> data keys under one key. Source: AWS
 * Encryption SDK Specification, raw AES keyring.
 */
public final class RawAesKeyService implements KeyService, AutoCloseable {
  private final RawAesKey key;
  private final KeyId keyId;

  /**
   * A key service of one key.
   *
   * @param namespace the provider id that stands in wrapped keys
   * @param keyName the key's name in wrapped keys, and the only {@link KeyId} that is accepted
   * @param key32 32 bytes; copied, the caller should zero them
   * @param random source of data keys and IVs
   * @throws IllegalArgumentException when the key does not have 32 bytes, the namespace is empty or
   *     the name is no {@link KeyId}
   */
  public RawAesKeyService(String namespace, String keyName, byte[] key32, SecureRandom random) {
    this.keyId = new KeyId(keyName);
    this.key = new RawAesKey(namespace, keyName, key32, random);
  }

  @Override
  public DataKey generateDataKey(KeyId wanted, EncryptionContext context) {
    require(wanted);
    return key.generate(context);
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId wanted, EncryptionContext context) {
    require(wanted);
    return key.wrap(dataKey, context);
  }

  @Override
  public boolean canUnwrap(WrappedDataKey wrapped) {
    return key.wrapped(wrapped);
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    return key.unwrap(wrapped, context);
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    require(target);
    return key.rewrap(wrapped, context, key);
  }

  @Override
  public KeyDescription describe(KeyId wanted) {
    require(wanted);
    return KeyDescription.versioned(keyId, key.namespace(), KeyState.ENABLED, 1, 1);
  }

  private void require(KeyId wanted) {
    if (!keyId.value().equals(wanted.value())) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN,
          "key " + wanted.value() + " is not the key " + keyId.value() + " that is held here");
    }
  }

  /** Zeroes the key. Every later use fails with {@link IllegalStateException}. */
  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "RawAesKeyService[" + keyId.value() + "]";
  }
}
