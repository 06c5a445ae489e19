package io.strongroom.crypto;

import com.google.inject.RestrictedBindingSource;
import io.strongroom.crypto.guice.SecurityPortPermit;

/**
 * The port to whatever holds the keys that wrap data keys. Implementations are safe for use by
 * several threads.
 *
 * <p>The context is authenticated with every wrapped key: unwrapping under another context fails,
 * except under the RSA keys of {@link LocalKeyFile}. It is not secret, and a key service may log
 * it.
 */
@RestrictedBindingSource(
    explanation = SecurityPortPermit.EXPLANATION,
    permits = SecurityPortPermit.class)
public interface KeyService {

  /**
   * Draws a new data key and wraps it.
   *
   * @param key the wrapping key
   * @param context bound to the wrapped key
   * @return a new data key of 32 bytes, which the caller closes
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  DataKey generateDataKey(KeyId key, EncryptionContext context);

  /**
   * Wraps a data key that exists already, perhaps made by another key service.
   *
   * @param dataKey the key; stays open
   * @param key the wrapping key
   * @param context bound to the wrapped key
   * @return the same data key under this key
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context);

  /**
   * Whether this service would try to unwrap a key. Makes no call and proves nothing.
   *
   * @param wrapped a wrapped key, perhaps of another service
   * @return true when it names a key of this service
   */
  boolean canUnwrap(WrappedDataKey wrapped);

  /**
   * Unwraps a data key.
   *
   * @param wrapped the wrapped key
   * @param context the context it was wrapped under
   * @return the data key, which the caller closes: 32 bytes, or 16 or 24 in an old message
   * @throws KeyUnavailableException when the wrapping key is unknown, refused or out of reach
   * @throws DecryptionFailedException when the wrapped key or the context is not authentic
   */
  DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context);

  /**
   * Wraps a data key anew, so that the data under it need not be touched.
   *
   * @param wrapped the wrapped key
   * @param context the context it was wrapped under, which stays the same
   * @param target the wrapping key to use now; its newest version is taken
   * @return the same data key in another wrapping
   * @throws KeyUnavailableException when either wrapping key is unknown, refused or out of reach
   * @throws DecryptionFailedException when the wrapped key or the context is not authentic
   */
  WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target);

  /**
   * Tells about a key.
   *
   * @param key the key
   * @return its description
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  KeyDescription describe(KeyId key);
}
