package io.strongroom.base;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code. Each library derives one sealed exception from this. The message names
 * files, fields, keys and settings and never holds a customer's value, key bytes or a secret.
 */
public abstract class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;

  /**
   * A failure without a cause.
   *
   * @param code what kind of failure it is
   * @param message what failed here, free of values and secrets
   */
  protected PlatformException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * A failure that was caused by another.
   *
   * @param code what kind of failure it is
   * @param message what failed here, free of values and secrets
   * @param cause the failure beneath, or null
   */
  protected PlatformException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /**
   * What kind of failure this is.
   *
   * @return the code
   */
  public ErrorCode code() {
    return code;
  }

  /**
   * What the caller should do.
   *
   * @return the category of the code
   */
  public ErrorCategory category() {
    return code.category();
  }

  /**
   * The whole failure for a person, without a stack trace.
   *
   * @return {@code STO-004 NAME: message. Remedy: ...} on one line, whatever the message holds
   */
  public String oneLine() {
    String message = String.valueOf(getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
    String end = message.endsWith(".") ? " " : ". ";
    return code.id() + " " + code.name() + ": " + message + end + "Remedy: " + code.remedy();
  }
}
