package io.strongroom.crypto.checkpoint;

/** A resource could not be restored. */
public class RestoreException extends Exception {
  private static final long serialVersionUID = 1L;

  RestoreException(Exception cause) {
    super(cause);
  }
}
