package io.strongroom.storage.testing;

/**
 * The end of a simulated process. An error, so that no handler of exceptions takes it for a failed
 * operation and goes on.
 */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  /** A crash at this place. */
  public SimulatedCrash(String where) {
    super(where);
  }
}
