package io.strongroom.crypto;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of this library. The subclasses are those that a caller treats differently; the code
 * tells the rest. Failures of decryption and of signatures say that something does not verify, not
 * why.
 */
public sealed class CryptoException extends PlatformException
    permits DecryptionFailedException,
        DetokenizationDeniedException,
        KeyFileException,
        KeyUnavailableException,
        SecretUnavailableException,
        SignatureInvalidException,
        SigningKeyException,
        SubjectErasedException,
        SubjectHeldException,
        SubjectKeyException,
        TokenInputException,
        TokenKeyException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   */
  public CryptoException(CryptoErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * A failure that was caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed, free of values, keys and secrets
   * @param cause the failure beneath, or null
   */
  public CryptoException(CryptoErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
