package io.strongroom.crypto;

import org.jspecify.annotations.Nullable;

/** A person was erased: nothing is sealed for, opened for or held against them any more. */
public final class SubjectErasedException extends CryptoException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   */
  public SubjectErasedException(CryptoErrorCode code, String message) {
    super(code, message);
  }

  /**
   * A failure that was caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   * @param cause the failure beneath, or null
   */
  public SubjectErasedException(CryptoErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
