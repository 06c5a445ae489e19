package io.strongroom.storage.run;

/** What an observer saw of a run's lease. It says nothing about safety, only about liveness. */
public enum LeaseState {
  /** The lease changed while it was watched: somebody works on the run. */
  ALIVE,
  /** The lease did not change for the whole time to live. */
  STALE
}
