package io.strongroom.crypto.checkpoint;

/** A resource refused. */
public class CheckpointException extends Exception {
  private static final long serialVersionUID = 1L;

  CheckpointException(Exception cause) {
    super(cause);
  }
}
