package io.strongroom.storage.parquet;

/** The bytes of a page make no sense; where it is caught, file and column are known. */
final class DamagedPageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedPageException(String what) {
    super(what);
  }
}
