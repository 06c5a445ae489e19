package io.strongroom.base;

import org.jspecify.annotations.Nullable;

/**
 * A document is not acceptable JSON or lacks what its reader asked for. The message names the place
 * (a member's path or a position) and never a value.
 */
public final class JsonException extends PlatformException {
  private static final long serialVersionUID = 1L;

  JsonException(BaseErrorCode code, String message) {
    super(code, message);
  }

  JsonException(BaseErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
