package io.strongroom.api;

import io.strongroom.base.PlatformException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call of the API failed, after all attempts that the settings allow. The message names the
 * request and the server's status; what the server said stands in {@link #problem()}.
 */
public final class ApiException extends PlatformException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Problem problem;
  private final @Nullable Duration retryAfter;

  ApiException(ApiErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, cause, null, null);
  }

  ApiException(
      ApiErrorCode code,
      String message,
      @Nullable Throwable cause,
      @Nullable Problem problem,
      @Nullable Duration retryAfter) {
    super(code, message, cause);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** What the server said about the failure; empty when it did not answer in that form. */
  public Optional<Problem> problem() {
    return Optional.ofNullable(problem);
  }

  /** How long the server asked to wait in its last answer; empty when it did not. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
