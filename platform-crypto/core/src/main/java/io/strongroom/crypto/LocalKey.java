package io.strongroom.crypto;

import java.util.Arrays;

/** A wrapping key in this process, in a layout of the Encryption SDK's raw providers. */
sealed interface LocalKey permits RawAesKey, RsaOaepKey {

  /** Whether the wrapped key says that it was wrapped by this key. */
  boolean wrapped(WrappedDataKey wrapped);

  /** Whether this key unwraps what it wrapped. */
  boolean unwraps();

  /** Draws a data key and wraps it. */
  DataKey generate(EncryptionContext context);

  WrappedDataKey wrap(byte[] plaintext, EncryptionContext context);

  DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context);

  void close();

  default WrappedDataKey wrap(DataKey dataKey, EncryptionContext context) {
    byte[] plaintext = dataKey.plaintext();
    try {
      return wrap(plaintext, context);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  default WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, LocalKey to) {
    try (DataKey dataKey = unwrap(wrapped, context)) {
      return to.wrap(dataKey, context);
    }
  }
}
