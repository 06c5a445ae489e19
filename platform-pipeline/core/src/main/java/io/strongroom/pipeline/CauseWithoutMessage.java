package io.strongroom.pipeline;

/** Stands for an exception whose message may hold a value: its type and stack trace, no more. */
final class CauseWithoutMessage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CauseWithoutMessage(Throwable original) {
    super(original.getClass().getName(), null, false, true);
    setStackTrace(original.getStackTrace());
  }
}
