package io.strongroom.audit;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of this library; {@link #code} says which and {@link #category} what to do. The message
 * names the object, the field or the index, and never what an event says.
 */
public final class AuditException extends PlatformException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed here
   */
  public AuditException(AuditErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * A failure caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed here
   * @param cause the failure beneath, or null
   */
  public AuditException(AuditErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
