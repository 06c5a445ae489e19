package io.strongroom.crypto;

/** The caller's scope does not allow tokens of a policy to be turned back. */
public final class DetokenizationDeniedException extends CryptoException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure with code {@link CryptoErrorCode#TOKEN_SCOPE_MISSING}.
   *
   * @param message what failed, free of values, keys and secrets
   */
  public DetokenizationDeniedException(String message) {
    super(CryptoErrorCode.TOKEN_SCOPE_MISSING, message);
  }
}
