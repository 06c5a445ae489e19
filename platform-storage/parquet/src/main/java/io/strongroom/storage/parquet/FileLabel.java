package io.strongroom.storage.parquet;

import org.jspecify.annotations.Nullable;

/** The file in the words of error messages. */
record FileLabel(String text) {

  ParquetFileException malformed(String what) {
    return malformed(what, null);
  }

  ParquetFileException malformed(String what, @Nullable Throwable cause) {
    return failure(ParquetErrorCode.FILE_MALFORMED, what, cause);
  }

  ParquetFileException unsupported(String what) {
    return failure(ParquetErrorCode.FILE_UNSUPPORTED, what, null);
  }

  ParquetFileException failure(ParquetErrorCode code, String what, @Nullable Throwable cause) {
    return new ParquetFileException(code, text + ": " + what, cause);
  }

  /** Refuses a size before anything is allocated for it. */
  int sized(long size, int limit, String what) {
    if (size < 0) {
      throw malformed(what + " has a negative size");
    }
    if (size > limit) {
      throw failure(
          ParquetErrorCode.LIMIT_EXCEEDED,
          what + " has " + size + " bytes, more than " + limit,
          null);
    }
    return (int) size;
  }
}
