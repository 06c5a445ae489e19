package io.strongroom.benchmarks.audit;

/** Proves that the entries of one run stand in a log, and where. */
interface RunContender {

  /** Whether they do. */
  boolean verify();

  /** Changes one of the run's entries, or back. */
  void flipEntry();

  /** What an auditor is given beside the run's entries and the signature, in bytes. */
  long proofBytes();
}
