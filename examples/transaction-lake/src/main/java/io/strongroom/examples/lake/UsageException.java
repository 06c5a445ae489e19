package io.strongroom.examples.lake;

/** A command line that cannot be understood; ends with exit code 64. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
