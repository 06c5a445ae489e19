package io.strongroom.crypto;

import org.jspecify.annotations.Nullable;

/** A legal hold forbids to erase a person; the message names it. */
public final class SubjectHeldException extends CryptoException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   */
  public SubjectHeldException(CryptoErrorCode code, String message) {
    super(code, message);
  }

  /**
   * A failure that was caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   * @param cause the failure beneath, or null
   */
  public SubjectHeldException(CryptoErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
