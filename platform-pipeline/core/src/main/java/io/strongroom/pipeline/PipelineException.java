package io.strongroom.pipeline;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a pipeline, with one of the codes of {@link PipelineErrorCode}.
 *
 * <p>The message names run, step, partition, dataset or rule; never a value of a row.
 */
public final class PipelineException extends PlatformException {
  private static final long serialVersionUID = 1L;

  /** A failure without a cause. */
  public PipelineException(PipelineErrorCode code, String message) {
    super(code, message);
  }

  /**
   * A failure with a cause. The cause must not carry a value of a row in its message: it is printed
   * with the stack trace.
   */
  public PipelineException(PipelineErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /**
   * For steps: an input that cannot be processed at all, such as a file without a required column.
   * The run is aborted and nothing is published.
   *
   * @param message names file, column or key, never a value
   */
  public static PipelineException inputRefused(String message) {
    return new PipelineException(PipelineErrorCode.INPUT_REFUSED, message);
  }
}
