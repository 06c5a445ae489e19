package io.strongroom.storage.parquet;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file cannot be written or read; {@link #code} says why and {@link #category} what to
 * do.
 *
 * <p>The message names the file, the column and the row group or page, never a value or key bytes.
 */
public final class ParquetFileException extends PlatformException {
  private static final long serialVersionUID = 1L;

  ParquetFileException(ParquetErrorCode code, String message) {
    this(code, message, null);
  }

  ParquetFileException(ParquetErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
