package io.strongroom.crypto;

import org.jspecify.annotations.Nullable;

/** The store of subject keys fails, or a record in it cannot be used. */
public final class SubjectKeyException extends CryptoException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   */
  public SubjectKeyException(CryptoErrorCode code, String message) {
    super(code, message);
  }

  /**
   * A failure that was caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   * @param cause the failure beneath, or null
   */
  public SubjectKeyException(CryptoErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
