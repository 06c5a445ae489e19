package io.strongroom.base;

/** What the caller of a failed operation should do next. */
public enum ErrorCategory {
  /** Nothing is wrong with the request or the data; the same call may succeed later. */
  TRANSIENT(75),
  /** The data is at fault: fix the data. */
  INPUT(65),
  /** The set-up is at fault: fix the configuration or the environment. */
  CONFIGURATION(78),
  /** Something was altered, is missing or does not verify: stop and call security. */
  INTEGRITY(76),
  /** It is not known whether the operation took effect: look before touching anything. */
  UNKNOWN_OUTCOME(75),
  /** A mistake in this software. */
  INTERNAL(70);

  private final int exitCode;

  ErrorCategory(int exitCode) {
    this.exitCode = exitCode;
  }

  /**
   * The exit code of a process that ends with an error of this category.
   *
   * @return a number of {@code sysexits.h}, 65 to 78
   */
  public int exitCode() {
    return exitCode;
  }
}
