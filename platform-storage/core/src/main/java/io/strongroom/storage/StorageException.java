package io.strongroom.storage;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of this library; {@link #code} says which and {@link #category} what to do.
 *
 * <p>The message names the object's key, or the pipeline, run or file. Where a write throws this,
 * the write had no effect; a write whose effect is not known is a {@link WriteResult.Unknown}.
 */
public final class StorageException extends PlatformException {
  private static final long serialVersionUID = 1L;

  /** A failure without a cause. */
  public StorageException(StorageErrorCode code, String message) {
    this(code, message, null);
  }

  /** A failure caused by another. */
  public StorageException(StorageErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
