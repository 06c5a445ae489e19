package io.strongroom.api;

import java.io.IOException;

/** A transport gave up an answer because it is longer than the request allows. */
public final class ResponseTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param maxBytes what the request allowed
   */
  public ResponseTooLargeException(int maxBytes) {
    super("the answer is longer than " + maxBytes + " bytes");
  }
}
