package io.strongroom.audit;

/** Waits that an interrupt does not cut short; it is put back when they are over. */
final class Waiting {
  private Waiting() {}

  static void forEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
